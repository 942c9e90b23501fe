// The parts of a browser leg: the certificate, ICE checks, and the handshake against an independent DTLS client.

import assert from "node:assert/strict";
import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { BrowserTerms, Protection } from "../sdp/terms.ts";
import { Handshake } from "./handshake.ts";
import { fingerprintOf, ourIdentity } from "./identity.ts";
import { readBinding, writeBindingSuccess } from "./stun.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

describe("certificate", () => {
  test("signed by its own key, with the fingerprint that the SDP names", () => {
    const { cert, key, fingerprint } = ourIdentity();
    const read = new X509Certificate(cert);
    assert.equal(read.verify(read.publicKey), true);
    assert.equal(read.checkPrivateKey(createPrivateKey(key)), true);
    assert.equal(read.fingerprint256, fingerprint);
    assert.equal(ourIdentity(), ourIdentity());
  });
});

describe("STUN", () => {
  // RFC 5769 §2.1: username "evtj:h6vY", password "VOkJxbRl1RmTxUk/WvJxBt".
  const request = hex(`
    000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff
    80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249
    c1b571a280280004e57a3bcf`);
  const ours = { ufrag: "evtj", password: "VOkJxbRl1RmTxUk/WvJxBt" };

  test("the request of RFC 5769 §2.1 is authentic; for another password, name or with a bit changed it is not", () => {
    assert.deepEqual(readBinding(request, ours, "h6vY"), { transaction: request.subarray(8, 20), nominates: false });
    assert.equal(readBinding(request, { ...ours, password: "another" }, "h6vY"), null);
    assert.equal(readBinding(request, ours, "else"), null);
    for (let bit = 0; bit < (request.length - 8) * 8; bit += 5) {
      const forged = Buffer.from(request);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(readBinding(forged, ours, "h6vY"), null, `bit ${bit}`);
    }
  });

  test("our response has the addresses of RFC 5769 §2.2 and §2.3, and a right FINGERPRINT", async () => {
    const asked = { transaction: request.subarray(8, 20), nominates: false };
    const v4 = writeBindingSuccess(asked, { address: "192.0.2.1", port: 32_853 }, ours.password);
    assert.deepEqual(v4.subarray(20, 32), hex("002000080001a147e112a643"));
    const v6 = writeBindingSuccess(
      asked,
      { address: "2001:db8:1234:5678:11:2233:4455:6677", port: 32_853 },
      ours.password,
    );
    assert.deepEqual(v6.subarray(20, 44), hex("002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"));
    const { parseMessage } = await import("werift");
    for (const response of [v4, v6]) assert.ok(parseMessage(response, Buffer.from(ours.password)));
  });

  test("no bytes of a stranger are a request, and none throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => readBinding(Buffer.from(bytes), ours, "h6vY") === null),
    );
  });
});

describe("DTLS", { timeout: 20_000 }, () => {
  test("a client that has the certificate, but not its key, gets none: its CertificateVerify is not right", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = String(privateKey.export({ type: "pkcs8", format: "pem" }));
    const { keys, fault } = await shakeHands({ key });
    assert.equal(keys, undefined);
    assert.match(fault ?? "", /not the one of its SDP/);
  });

  /** `fingerprintOfSdp`: of another certificate; `key`: PEM, not the certificate's own. */
  type Manner = { readonly fingerprintOfSdp?: string; readonly key?: string; readonly profile?: 1 | 7 };
  type Outcome = { keys?: Protection; fault?: string; theirs?: string; finished?: number };

  /** A client of werift's and our server on a wire of two functions. `fingerprint`: what the SDP says of the client. */
  async function shakeHands({ fingerprintOfSdp, key, profile = 1 }: Manner = {}): Promise<Outcome> {
    const werift = await import("werift");
    const signatureHash = { hash: 4, signature: 3 } as const;
    const own = await werift.CipherContext.createSelfSignedCertificateWithKey(signatureHash, 23);
    const fingerprint = fingerprintOfSdp ?? fingerprintOf(new X509Certificate(own.certPem).raw);
    const { promise, resolve } = Promise.withResolvers<{ keys?: Protection; fault?: string }>();
    const theirPackets: Buffer[] = [];
    let finished = 0;
    const ours = { ufrag: "ours", password: "secret" };
    const terms: BrowserTerms = { ours, theirUfrag: "abcd", fingerprint, identity: ourIdentity() };
    const wire = {
      type: "udp",
      address: { address: "", family: "", port: 0 },
      closed: false,
      onData: (_packet: Buffer): void => {},
      send: async (packet: Buffer): Promise<void> => {
        theirPackets.push(packet);
        server.receive(packet);
      },
      close: async (): Promise<void> => {},
    };
    const server = new Handshake({
      terms,
      send: (packet) => wire.onData(packet),
      done: (keys) => {
        finished += 1;
        resolve({ keys });
      },
      fault: (fault) => resolve({ fault }),
    });
    const options = { cert: own.certPem, key: key ?? own.keyPem, signatureHash, extendedMasterSecret: true };
    const client = new werift.DtlsClient({ transport: wire, srtpProfiles: profile === 7 ? [1, 7] : [1], ...options });
    const connected = new Promise<void>((done) => {
      client.onConnect.once(() => done());
    });
    client.connect().catch(() => {});
    const outcome = await promise;
    if (!outcome.keys) return outcome;
    await connected;
    const { localKey, localSalt } = client.extractSessionKeys(16, profile === 7 ? 12 : 14);
    const theirs = Buffer.concat([localKey, localSalt]).toString("base64");
    // All of it once more, as somebody on the path may send it.
    for (const packet of theirPackets) server.receive(packet);
    await new Promise(setImmediate);
    return { ...outcome, theirs, finished };
  }

  test("the client whose certificate the SDP names gets the same keys as we", async () => {
    const { keys, theirs, finished } = await shakeHands();
    assert.equal(keys?.suite, "AES_CM_128_HMAC_SHA1_80");
    assert.equal(keys.theirs, theirs);
    assert.notEqual(keys.ours, keys.theirs);
    assert.equal(finished, 1, "a replay of the whole handshake changes nothing");
  });

  test("GCM where the client has it: shorter salts, the same keys on both sides", async () => {
    const { keys, theirs } = await shakeHands({ profile: 7 });
    assert.deepEqual([keys?.suite, keys?.theirs], ["AEAD_AES_128_GCM", theirs]);
    assert.equal(Buffer.from(keys?.ours ?? "", "base64").length, 28);
  });

  test("a client with another certificate gets none", async () => {
    const another = createHash("sha256").update("another").digest("hex").toUpperCase();
    const { keys, fault } = await shakeHands({ fingerprintOfSdp: another.replace(/(..)(?=.)/g, "$1:") });
    assert.equal(keys, undefined);
    assert.match(fault ?? "", /not the one of its SDP/);
  });
});
