import assert from "node:assert/strict";
import { test } from "node:test";
import { alive, type Binding, best, type Change, LONGEST_S, MOST, register } from "./registration.ts";

const flow = { transport: "udp", address: "127.0.0.1", port: 5066 } as const;
const contact = (uri: string, expiresS = 60, q = 1) => ({ uri, expiresS, q });
const change = (part: Partial<Change>): Change => ({
  now: 0,
  flow,
  path: [],
  sipCallId: "c1",
  cseq: 1,
  simulated: false,
  contacts: [],
  ...part,
});

function bindings(before: readonly Binding[], part: Partial<Change>): readonly Binding[] {
  const after = register(before, change(part));
  assert.ok(typeof after !== "string", String(after));
  return after;
}

test("several contacts live side by side; each expires on its own", () => {
  const two = bindings([], { contacts: [contact("sip:a", 60), contact("sip:b", 120)] });
  assert.equal(two.length, 2);
  assert.deepEqual(
    alive(two, 61_000).map(({ uri }) => uri),
    ["sip:b"],
  );
});

test("expires 0 removes one contact, * removes all", () => {
  const two = bindings([], { contacts: [contact("sip:a"), contact("sip:b")] });
  assert.deepEqual(
    bindings(two, { cseq: 2, contacts: [contact("sip:a", 0)] }).map(({ uri }) => uri),
    ["sip:b"],
  );
  assert.deepEqual(bindings(two, { cseq: 2, contacts: "*" }), []);
});

test("the same Call-ID with a CSeq that is not higher is out of order (RFC 3261 §10.3); another Call-ID is not", () => {
  const one = bindings([], { cseq: 5, contacts: [contact("sip:a")] });
  assert.equal(register(one, change({ cseq: 5, contacts: [contact("sip:a")] })), "out-of-order");
  assert.equal(register(one, change({ cseq: 4, contacts: "*" })), "out-of-order");
  assert.equal(bindings(one, { sipCallId: "c2", cseq: 1, contacts: [contact("sip:a")] }).length, 1);
});

test("too brief is refused, too long is cut, too many are refused", () => {
  assert.equal(register([], change({ contacts: [contact("sip:a", 5)] })), "too-brief");
  assert.equal(bindings([], { contacts: [contact("sip:a", 99_999)] })[0]?.expiresAt, LONGEST_S * 1000);
  const many = Array.from({ length: MOST + 1 }, (_, index) => contact(`sip:${index}`));
  assert.equal(register([], change({ contacts: many })), "too-many");
});

test("one contact more than a number may have takes the place of the one that was refreshed longest ago", () => {
  // A phone over TCP has another contact with each connection.
  const ports = Array.from({ length: MOST + 3 }, (_, index) => `sip:a:${index}`);
  let kept: readonly Binding[] = [];
  for (const [index, uri] of ports.entries())
    kept = bindings(kept, { now: index, cseq: index + 1, contacts: [contact(uri, 3_600)] });
  assert.deepEqual(
    kept.map(({ uri }) => uri),
    ports.slice(3),
  );
});

test("the best binding: a real phone before a simulated one, then q, then the latest", () => {
  const sim = bindings([], { now: 9000, simulated: true, contacts: [contact("sip:s")] });
  const low = bindings(sim, { contacts: [contact("sip:low", 60, 0.5)] });
  assert.equal(best(low, 9000)?.uri, "sip:low");
  const high = bindings(low, { sipCallId: "c2", contacts: [contact("sip:high")] });
  const later = bindings(high, { sipCallId: "c3", now: 10, contacts: [contact("sip:later")] });
  assert.equal(best(later, 9000)?.uri, "sip:later");
  assert.equal(best([], 0), undefined);
});

test("a new contact of the same device and flow takes the old one's place (RFC 5626 §6)", () => {
  const outbound = { instance: "<urn:uuid:1>", regId: 1 };
  const before = bindings([], { contacts: [{ ...contact("sip:a"), outbound }, contact("sip:desk")] });
  const uris = (part: Partial<Change>) => bindings(before, { sipCallId: "c2", ...part }).map(({ uri }) => uri);
  assert.deepEqual(uris({ contacts: [{ ...contact("sip:b"), outbound }] }), ["sip:desk", "sip:b"]);
  const other = { ...outbound, regId: 2 };
  assert.deepEqual(uris({ contacts: [{ ...contact("sip:b"), outbound: other }] }), ["sip:a", "sip:desk", "sip:b"]);
  assert.deepEqual(uris({ contacts: [{ ...contact("sip:b", 0), outbound }] }), ["sip:desk"]);
});
