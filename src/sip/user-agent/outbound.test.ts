// We as a client of RFC 5626 and RFC 5627: a registration by flow, the flow kept open, and the GRUU as Contact.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerTo, calling, lineOf } from "../../../test/support/dialog-by-hand.ts";
import { bench } from "../../../test/support/sip-by-hand.ts";
import type { AccountState, Peer } from "../face.ts";

const udp: Peer = { transport: "udp", address: "127.0.0.1", port: 5070 };
const tcp: Peer = { ...udp, transport: "tcp" };
const gruu = "sip:40001@seatway.test;gr=urn:uuid:1";

async function registering(registrar: Peer) {
  const hand = await bench();
  const states: AccountState[] = [];
  const credentials = { username: "40001", password: "p" };
  const account = {
    user: "40001",
    registrar,
    domain: "seatway.test",
    credentials,
    expiresS: 3_600,
    outbound: true,
  } as const;
  const registration = hand.endpoint.register(account, (state) => states.push(state));
  const registers = () => hand.sent.filter((text) => text.startsWith("REGISTER"));
  const answer = (status: string, ...extra: string[]) =>
    hand.receive(answerTo(registers().at(-1) ?? "", status, extra));
  /** Everything that is no REGISTER, with the place where it went. */
  const beats = () =>
    hand.sent.flatMap((text, at) => (text.startsWith("REGISTER") ? [] : [[text, hand.peers[at]] as const]));
  return { ...hand, registration, states, registers, answer, beats };
}

/** The registrar's 200, which lists our Contact as we wrote it. */
const ok = (register: string, ...more: string[]): readonly [string, ...string[]] => [
  "200 OK",
  `Contact: ${lineOf(register, "Contact").replace(/expires=\d+/, `pub-gruu="${gruu}";expires=3600`)}`,
  ...more,
];

describe("a registration by flow", () => {
  test("names our instance and flow, the same each time, and asks for a GRUU", async () => {
    const { registers, answer, states } = await registering(udp);
    const [register = ""] = registers();
    const instance =
      /\+sip\.instance="<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>";reg-id=1;expires=3600$/;
    assert.match(lineOf(register, "Contact"), instance);
    assert.equal(lineOf(register, "Supported"), "path, outbound, gruu");
    answer(...ok(register, "Require: outbound"));
    assert.deepEqual(states, [{ name: "registered", expiresS: 3_600, gruu }]);
    const again = await registering(udp);
    assert.equal(lineOf(again.registers()[0] ?? "", "Contact"), lineOf(register, "Contact"));
  });

  test("439: the first hop keeps no flows, so it is asked for no more (RFC 5626 §4.2.1)", async () => {
    const { registers, answer, clock, beats } = await registering(udp);
    answer("439 First Hop Lacks Outbound Support");
    assert.equal(registers().length, 2);
    assert.doesNotMatch(registers()[1] ?? "", /reg-id|instance|outbound/);
    answer("200 OK", "Expires: 3600");
    clock.advance(600_000);
    assert.deepEqual(beats(), []);
  });

  test("over UDP is held open by STUN, as often as Flow-Timer says, until it ends", async () => {
    const { registers, answer, clock, beats, registration } = await registering(udp);
    answer(...ok(registers()[0] ?? "", "Require: outbound", "Flow-Timer: 50"));
    clock.advance(39_999);
    assert.equal(beats().length, 0);
    clock.advance(10_001);
    assert.equal(beats().length, 1);
    const [[text, peer] = ["", undefined]] = beats();
    // A Binding request without attributes, and the magic cookie behind it (RFC 8489 §5).
    assert.ok(text.startsWith("\u0000\u0001\u0000\u0000!\u0012"));
    assert.deepEqual(peer, udp);
    clock.advance(500_000);
    assert.ok(beats().length >= 10);
    void registration.stop();
    const before = beats().length;
    clock.advance(500_000);
    assert.equal(beats().length, before);
  });

  test("over TCP by a double CRLF; when the connection is gone it is made anew at once (§4.5)", async () => {
    const { registers, answer, clock, beats, lose } = await registering(tcp);
    answer(...ok(registers()[0] ?? "", "Require: outbound"));
    clock.advance(120_000);
    assert.deepEqual(beats(), [["\r\n\r\n", tcp]]);
    lose({ ...tcp, port: 5071 });
    clock.advance(10_000);
    assert.equal(registers().length, 1);
    lose(tcp);
    clock.advance(2_000);
    assert.equal(registers().length, 2);
  });

  test("a registrar that does not know it is a registrar like any other", async () => {
    const { registers, answer, clock, beats, states, lose } = await registering(tcp);
    answer("200 OK", `Contact: ${lineOf(registers()[0] ?? "", "Contact")}`, "Expires: 3600");
    clock.advance(300_000);
    lose(tcp);
    clock.advance(10_000);
    assert.deepEqual([beats(), states, registers().length], [[], [{ name: "registered", expiresS: 3_600 }], 1]);
  });

  test("a GRUU that is none is not taken", async () => {
    const { registers, answer, states } = await registering(udp);
    const [, contact = ""] = ok(registers()[0] ?? "");
    answer("200 OK", contact.replace(gruu, "sip:a b"));
    assert.deepEqual(states, [{ name: "registered", expiresS: 3_600 }]);
  });
});

describe("an INVITE whose caller has a GRUU", () => {
  test("has it as Contact, and so have its re-INVITEs", async () => {
    const { last, answer, dialog } = await calling({ contact: gruu });
    assert.equal(lineOf(last("INVITE"), "Contact"), `<${gruu}>`);
    answer("200 OK", [], ["v=0"]);
    void dialog.reoffer("v=0 again");
    await Promise.resolve();
    await Promise.resolve();
    assert.match(last("INVITE"), /v=0 again/);
    assert.equal(lineOf(last("INVITE"), "Contact"), `<${gruu}>`);
  });

  test("does not show it when he is hidden (RFC 3323 §4.1.1.2)", async () => {
    const { last } = await calling({ contact: gruu, identity: { hidden: true } });
    assert.equal(lineOf(last("INVITE"), "Contact"), "<sip:127.0.0.1:5060>");
  });
});
