// Who may call in, and as whom.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Peer } from "../sip/face.ts";
import { callerOf, openDoor } from "./door.ts";

const carrier = "192.0.2.1";
const edge = "192.0.2.2";
const phone = "192.0.2.3";

const at = (address: string, port = 5060): Peer => ({ transport: "udp", address, port });
const trunk = { name: "t", host: carrier, patterns: [], priority: 1, probeMs: 0 };
const door = (inbound?: { username: string; password: string }) =>
  openDoor({
    site: { trunks: [inbound ? { ...trunk, inbound } : trunk] },
    isTrunk: (address) => address === carrier,
    isProxy: (address) => address === edge,
    isPhone: ({ address, port }, by) => (by === "flow" ? port === 5070 : address === phone),
  });

const rows: readonly (readonly [what: string, source: Peer, address: string, "open" | "digest" | "shut"])[] = [
  ["a trunk, by its address", at(carrier), carrier, "open"],
  ["a trunk behind our edge", at(edge), carrier, "open"],
  ["whoever else comes through our edge", at(edge), "198.51.100.1", "digest"],
  ["a registered phone", at(phone, 5070), phone, "digest"],
  ["a phone that opens another connection", at(phone, 5099), phone, "digest"],
  ["a phone that shares its address with a trunk", at(carrier, 5070), carrier, "digest"],
  ["a stranger", at("198.51.100.1"), "198.51.100.1", "shut"],
];
for (const [what, source, address, expected] of rows)
  test(`${what}: ${expected}`, () => assert.equal(door().admission({ source, address }), expected));

test("a trunk with an account calls in from anywhere, and proves it", () => {
  const { admission, password } = door({ username: "branch", password: "secret" });
  assert.equal(admission({ source: at("198.51.100.1"), address: "198.51.100.1" }), "digest");
  assert.deepEqual([password("branch"), password("40001")], ["secret", undefined]);
});

const isPhone = (account: string): boolean => account === "40001";
const invite = (change: Partial<Parameters<typeof callerOf>[0]>) =>
  callerOf({ from: { user: "49301", host: "h", displayName: "" }, header: () => undefined, ...change }, isPhone);
const asserted = { uri: "sip:+4930@h", user: "+4930", displayName: "" };

test("the caller: a phone's own account, what a trunk asserts, else From; nothing that is no number or name", () => {
  assert.equal(invite({}), "49301");
  assert.equal(invite({ asserted }), "+4930");
  assert.equal(invite({ asserted, account: "40001" }), "40001");
  assert.equal(invite({ asserted, account: "branch" }), "+4930");
  assert.equal(invite({ asserted, header: (name) => (name === "privacy" ? "user;id" : undefined) }), "49301");
  assert.equal(invite({ from: { user: 'a"\r\nX: y', host: "h", displayName: "" } }), "");
});
