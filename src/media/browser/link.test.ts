// Whom the way to a browser believes: who shows our password, and nobody else. ICE restart and consent on a clock of the test.

import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import type { RemoteInfo } from "node:dgram";
import { test } from "node:test";
import type { BrowserTerms } from "../sdp/terms.ts";
import { ourIdentity } from "./identity.ts";
import { BrowserLink, type Place } from "./link.ts";

const terms: BrowserTerms = {
  ours: { ufrag: "ours", password: "our password" },
  theirUfrag: "thrs",
  fingerprint: "AB:".repeat(31).concat("AB"),
  identity: ourIdentity(),
};
const restarted: BrowserTerms = { ...terms, ours: { ufrag: "new", password: "new password" }, theirUfrag: "nthr" };
const at = (port: number): RemoteInfo => ({ address: "192.0.2.7", port, family: "IPv4", size: 0 });

/** A check as a browser sends it (RFC 8445 §7.2.4). */
function check({ ours, theirUfrag }: BrowserTerms, { nominate = false, password = ours.password } = {}): Buffer {
  const attribute = (type: number, value: Buffer): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
  };
  const header = Buffer.concat([Buffer.from("000100002112a442", "hex"), randomBytes(12)]);
  const name = attribute(0x0006, Buffer.from(`${ours.ufrag}:${theirUfrag}`));
  const before = Buffer.concat([header, name, ...(nominate ? [attribute(0x0025, Buffer.alloc(0))] : [])]);
  before.writeUInt16BE(before.length - 20 + 24, 2);
  return Buffer.concat([before, attribute(0x0008, createHmac("sha1", password).update(before).digest())]);
}

function open() {
  const sent: { readonly packet: Buffer; readonly port: number }[] = [];
  const moves: number[] = [];
  let now = 0;
  const link = new BrowserLink({
    terms,
    now: () => now,
    send: (packet, { port }: Place) => void sent.push({ packet, port }),
    moved: ({ port }) => void moves.push(port),
    rtp: () => {},
    rtcp: () => {},
    fault: () => {},
  });
  const answered = (packet: Buffer, port: number): boolean => {
    const before = sent.length;
    link.receive(packet, at(port));
    return sent.length > before && sent.at(-1)?.port === port;
  };
  return {
    link,
    sent,
    moves,
    answered,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test("a wrong password, another name, a handshake of somebody who has shown none: no answer, and nothing moves", () => {
  const { link, sent, moves } = open();
  link.receive(check(terms, { password: "guessed" }), at(1));
  link.receive(check({ ...terms, theirUfrag: "else" }), at(1));
  link.receive(Buffer.from([22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), at(1));
  link.receive(randomBytes(200), at(1));
  assert.deepEqual([sent, moves, link.place], [[], [], null]);
  link.close();
});

test("the first check that is right says where the browser is; another place counts when it is nominated", () => {
  const { link, moves, answered } = open();
  assert.ok(answered(check(terms), 1));
  assert.ok(answered(check(terms), 2));
  assert.deepEqual(moves, [1]);
  link.receive(check(terms, { nominate: true, password: "guessed" }), at(3));
  assert.ok(answered(check(terms, { nominate: true }), 2));
  assert.deepEqual(moves, [1, 2]);
  link.close();
});

test("ICE restart: the same association; both sets of credentials until there is a new choice, then the new ones", () => {
  const { link, moves, answered } = open();
  assert.ok(answered(check(terms, { nominate: true }), 1));
  assert.equal(link.agree(terms), true);
  assert.equal(link.agree(restarted), true);
  assert.ok(answered(check(terms, { nominate: true }), 5), "the old path goes on");
  assert.deepEqual(moves, [1], "and is not chosen anew");
  assert.ok(answered(check(restarted), 2));
  assert.deepEqual(moves, [1]);
  assert.ok(answered(check(restarted, { nominate: true }), 2));
  assert.deepEqual(moves, [1, 2]);
  assert.equal(answered(check(terms), 1), false);
  assert.equal(link.agree({ ...restarted, fingerprint: terms.fingerprint.replace("AB", "CD") }), false);
  link.close();
});

test("consent (RFC 7675): without a check for 30 s nothing is sent, with the next one it goes on", () => {
  const { link, answered, pass } = open();
  const keys = randomBytes(30).toString("base64");
  link.srtp.agree({ suite: "AES_CM_128_HMAC_SHA1_80", ours: keys, theirs: keys });
  const packet = (sequence: number): Buffer => Buffer.from([0x80, 0, 0, sequence, ...Array(20).fill(1)]);
  assert.ok(answered(check(terms), 1));
  pass(29_000);
  link.look();
  assert.ok(link.srtp.seal(packet(1), 0));
  pass(2_000);
  link.look();
  assert.equal(link.srtp.seal(packet(2), 0), null);
  assert.equal(link.srtp.sealReport(packet(2)), null);
  assert.ok(answered(check(terms), 1));
  assert.ok(link.srtp.seal(packet(3), 0));
  link.close();
});
