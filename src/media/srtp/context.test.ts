import assert from "node:assert/strict";
import { createCipheriv, createSecretKey } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import { writeHeader } from "../rtp/packet.ts";
import { writeKeyFrameRequest } from "../rtp/rtcp.ts";
import type { Suite } from "../sdp/crypto-line.ts";
import { deriveKeys, SrtpCipher } from "./cipher.ts";
import { SrtpContext } from "./context.ts";
import { GcmProtector } from "./gcm.ts";
import { SequenceIndex } from "./sequence.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const master = hex("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6");
const suites: readonly Suite[] = ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"];

function rtp(sequence: number, payload = Buffer.alloc(160, 0x55), ssrc = 0xcafe_babe): Buffer {
  const packet = Buffer.alloc(12 + payload.length);
  writeHeader(packet, 0, { marker: false, payloadType: 0, sequence, timestamp: sequence * 160, ssrc });
  payload.copy(packet, 12);
  return packet;
}

const sealed = (context: SrtpContext, packet: Buffer): Buffer =>
  context.protectRtp(packet, 0) ?? assert.fail("dropped");

describe("RFC 3711, appendix B", () => {
  test("B.2: the key stream of counter mode", () => {
    const keys = {
      key: hex("2B7E151628AED2A6ABF7158809CF4F3C"),
      salt: hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"),
      auth: Buffer.alloc(20),
    };
    const stream = Buffer.alloc(48);
    new SrtpCipher(keys).apply(stream, [0, 48], { ssrc: 0, index: 0 });
    assert.deepEqual(
      stream,
      hex("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0"),
    );
  });

  test("B.3: the keys derived from a master", () => {
    const keys = deriveKeys(master, "rtp");
    assert.deepEqual(keys.key, hex("C61E7A93744F39EE10734AFE3FF7A087"));
    assert.deepEqual(keys.salt, hex("30CBBC08863D8C85D49DB34A9AE1"));
    assert.deepEqual(keys.auth, hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
  });
});

const gcmMaster = master.subarray(0, 28);
const theirProfiles = [
  ["AES_CM_128_HMAC_SHA1_80", 1, master],
  ["AEAD_AES_128_GCM", 7, gcmMaster],
] as const;

describe("RFC 7714, AEAD_AES_128_GCM", () => {
  test("§16.1.1: the packet of the example, protected with the session keys that it gives", () => {
    const key = hex("000102030405060708090a0b0c0d0e0f");
    const salt = hex("517569642070726f2071756f");
    const header = hex("8040f17b8041f8d35501a0b2");
    const plain = Buffer.from("Gallia est omnis divisa in partes tres", "latin1");
    const iv = hex("51753c6580c2726f20718414");
    const cipher = createCipheriv("aes-128-gcm", key, iv).setAAD(header);
    const sealed = Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    const keys = { key: createSecretKey(key), salt };
    const protector = new GcmProtector(keys, keys);
    const packet = Buffer.concat([header, plain, Buffer.alloc(16)]);
    protector.sealRtp(packet, [12, 12 + plain.length], { ssrc: 0x5501a0b2, index: 0xf17b });
    assert.deepEqual(packet, sealed);
    assert.equal(packet.subarray(12, 20).toString("hex"), "f24de3a3fb34de6c");
    assert.ok(protector.openRtp(packet, [12, 12 + plain.length], { ssrc: 0x5501a0b2, index: 0xf17b }));
    assert.deepEqual(packet.subarray(12, 12 + plain.length), plain);
  });
});

describe("one direction", () => {
  for (const [suite, profile, keying] of theirProfiles)
    test(`${suite}: an independent implementation opens what we protect, and we what it protects`, async () => {
      const { RtpHeader, SrtcpSession, SrtpSession } = await import("werift");
      const [localMasterKey, localMasterSalt] = [keying.subarray(0, 16), keying.subarray(16)];
      const keys = {
        localMasterKey,
        localMasterSalt,
        remoteMasterKey: localMasterKey,
        remoteMasterSalt: localMasterSalt,
      };
      const theirs = new SrtpSession({ keys, profile });
      const theirReports = new SrtcpSession({ keys, profile });
      const [out, back] = [new SrtpContext(suite, keying), new SrtpContext(suite, keying)];
      for (const sequence of [65_534, 65_535, 0, 1]) {
        const plain = rtp(sequence);
        assert.deepEqual(theirs.decrypt(sealed(out, plain)), plain);
        const header = RtpHeader.deSerialize(plain);
        assert.deepEqual(back.openRtp(theirs.encrypt(plain.subarray(12), header)), plain);
      }
      const report = writeKeyFrameRequest(7, 8);
      assert.deepEqual(theirReports.decrypt(out.protectRtcp(report)), report);
      assert.deepEqual(back.openRtcp(theirReports.encrypt(report)), report);
    });

  test("any payload comes back, with CSRCs and an extension left readable", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_400 }), fc.constantFrom(...suites), (payload, suite) => {
        const plain = rtp(9, Buffer.concat([hex("00000001 BEDE0001 10FF0000"), Buffer.from(payload)]));
        plain[0] = 0x91;
        const packet = sealed(new SrtpContext(suite, master), plain);
        assert.deepEqual(packet.subarray(0, 24), plain.subarray(0, 24));
        assert.equal(packet.length, plain.length + (suite.endsWith("80") ? 10 : 4));
        assert.deepEqual(new SrtpContext(suite, master).openRtp(packet), plain);
      }),
    );
  });

  for (const [suite, , keying] of theirProfiles)
    test(`${suite}: one bit changed anywhere, and the packet is not opened`, () => {
      const packet = sealed(new SrtpContext(suite, keying), rtp(9));
      const report = new SrtpContext(suite, keying).protectRtcp(writeKeyFrameRequest(7, 8));
      for (let bit = 0; bit < report.length * 8; bit += 3) {
        const forged = Buffer.from(report);
        forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.equal(new SrtpContext(suite, keying).openRtcp(forged), null);
      }
      for (let bit = 0; bit < packet.length * 8; bit += 7) {
        const forged = Buffer.from(packet);
        forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.equal(new SrtpContext(suite, keying).openRtp(forged), null);
      }
    });

  test("no bytes of a stranger open, and none throw", () => {
    const context = new SrtpContext("AES_CM_128_HMAC_SHA1_32", master);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        assert.equal(context.openRtp(Buffer.from(bytes)), null);
        assert.equal(context.openRtcp(Buffer.from(bytes)), null);
      }),
    );
  });

  test("a replay is not opened, RTP or RTCP; neither is a sequence number sent twice", () => {
    const [out, back] = [
      new SrtpContext("AES_CM_128_HMAC_SHA1_80", master),
      new SrtpContext("AES_CM_128_HMAC_SHA1_80", master),
    ];
    const packet = sealed(out, rtp(9));
    assert.ok(back.openRtp(Buffer.from(packet)));
    assert.equal(back.openRtp(packet), null);
    const report = out.protectRtcp(writeKeyFrameRequest(7, 8));
    assert.ok(back.openRtcp(Buffer.from(report)));
    assert.equal(back.openRtcp(report), null);
    assert.equal(out.protectRtp(rtp(9, Buffer.alloc(160, 1)), 0), null);
  });
});

test("any order within the window finds the true index, over rollovers (RFC 3711 §3.3.1)", () => {
  const steps = fc.array(fc.integer({ min: -60, max: 2_000 }), { minLength: 100, maxLength: 400 });
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 65_535 }), steps, (first, jumps) => {
      const source = new SequenceIndex();
      source.use(source.guess(first));
      let highest = first;
      for (const jump of jumps) {
        const index = Math.max(0, highest + jump);
        assert.equal(source.guess(index % 65_536), index);
        if (source.isNew(index)) source.use(index);
        assert.equal(source.isNew(index), false);
        highest = Math.max(highest, index);
      }
    }),
  );
});

test("a stream that is joined in its middle: its rollovers are found out by trying, of a stranger's nothing is", () => {
  const suite = "AES_CM_128_HMAC_SHA1_80";
  const sender = new SrtpContext(suite, master);
  // Steps that no rollover is missed in: three times around.
  for (let index = 0; index < 3 * 65_536; index += 30_000) sealed(sender, rtp(index % 65_536));
  const at = 3 * 65_536 + 100;
  const first = sealed(sender, rtp(at % 65_536));
  assert.equal(new SrtpContext(suite, master).openRtp(Buffer.from(first)), null);
  const joined = new SrtpContext(suite, master, true);
  assert.equal(joined.openRtp(Buffer.from(sealed(new SrtpContext(suite, master.toReversed()), rtp(7)))), null);
  assert.deepEqual(joined.openRtp(Buffer.from(first)), rtp(at % 65_536));
  assert.equal(joined.openRtp(Buffer.from(first)), null, "a replay");
  const next = rtp((at + 1) % 65_536);
  assert.deepEqual(joined.openRtp(sealed(sender, Buffer.from(next))), next);
});
