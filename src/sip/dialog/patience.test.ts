// An INVITE to us that nobody answers must not live for ever.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { bench } from "../../../test/support/sip-by-hand.ts";
import { idle, options, Seen, started } from "../../../test/support/sip-endpoints.ts";
import { openEndpoint } from "../endpoint.ts";
import type { DialogEvent, IncomingInvite } from "../face.ts";

const invite = (transport: string): string =>
  [
    "INVITE sip:1@127.0.0.1 SIP/2.0",
    `Via: SIP/2.0/${transport} 127.0.0.1:5070;branch=z9hG4bKpatience;rport`,
    "From: <sip:9@x>;tag=a",
    "To: <sip:1@127.0.0.1>",
    "Call-ID: patience",
    "CSeq: 1 INVITE",
    "Contact: <sip:9@127.0.0.1:5070>",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");

test("an INVITE that rings for three minutes is refused with 480", async () => {
  const events: DialogEvent[] = [];
  const { clock, endpoint, sent, receive } = await bench({
    invite(call) {
      call.observe((event) => events.push(event));
      call.ring(180);
    },
  });
  receive(invite("UDP"));
  clock.advance(179_000);
  assert.deepEqual(events, []);
  clock.advance(2_000);
  await Promise.resolve();
  assert.deepEqual(events, [{ type: "ended", by: "local", status: 480 }]);
  assert.ok(sent.some((text) => text.startsWith("SIP/2.0 480")));
  clock.advance(40_000);
  assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
  assert.equal(clock.pending(), 0);
});

test("an INVITE whose connection is gone ends as soon as ringing does not reach the caller", async () => {
  const events = new Seen<DialogEvent>();
  const calls = new Seen<IncomingInvite>();
  const take = (call: IncomingInvite): void => {
    call.observe(events.push);
    calls.push(call);
  };
  const callee = await started(openEndpoint(options({ invite: take })));
  const stream = connect(callee.port, "127.0.0.1");
  // Port 5070 of the Via is nobody's: the way of RFC 3261 §18.2.2 to a new connection fails too.
  stream.write(invite("TCP").replace("127.0.0.1:5070;", "127.0.0.1:1;"));
  const call = await calls.until(() => true);
  stream.destroy();
  await new Promise((resolve) => stream.once("close", resolve));
  const again = setInterval(() => call.ring(180), 5);
  const ended = await events.type("ended");
  clearInterval(again);
  assert.deepEqual(ended, { type: "ended", by: "error", status: 503 });
  await idle({ caller: callee, callee, calls, calleeEvents: events, wire: new Seen() });
});
