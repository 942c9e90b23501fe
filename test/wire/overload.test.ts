// A gateway whose event loop is late: new INVITEs and REGISTERs get 503 with Retry-After, what belongs to a call in hand is
// still served.

import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { openEndpoint } from "../../src/sip/endpoint.ts";
import type { IncomingInvite } from "../../src/sip/face.ts";
import { lineOf } from "../support/dialog-by-hand.ts";
import { bareSocket, options, started } from "../support/sip-endpoints.ts";

const request = (method: string, port: number, toTag = ""): string =>
  [
    `${method} sip:1@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${method}${toTag}${port};rport`,
    "From: <sip:9@x>;tag=a",
    `To: <sip:1@127.0.0.1>${toTag}`,
    `Call-ID: c${method}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:9@127.0.0.1:${port}>`,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");

/** Nothing else runs for so long. */
function block(ms: number): void {
  const end = systemClock.monotonic() + ms;
  while (systemClock.monotonic() < end);
}

test("a late event loop: 503 with Retry-After for new work, OPTIONS and BYE as ever; and it ends", async () => {
  let blocking = true;
  const endpoint = await started(
    openEndpoint(options({ invite: (call) => call.reject(486) }, { trace: () => blocking && block(40) })),
  );
  const { socket, port, got } = await bareSocket();
  const send = (text: string) => socket.send(text, endpoint.port, "127.0.0.1");
  // A queue of messages, each of which takes 40 ms: the loop is late.
  for (let at = 0; at < 18; at++)
    send(request("OPTIONS", port).replace("z9hG4bK", `z9hG4bK${at}`).replace("cOPTIONS", `o${at}`));
  for (const method of ["INVITE", "REGISTER"]) send(request(method, port));
  send(request("BYE", port, ";tag=none"));
  const refused = await got.until((text) => text.startsWith("SIP/2.0 503") && text.includes("CSeq: 1 INVITE"));
  assert.match(refused, /^Retry-After: \d\r$/m);
  await got.until((text) => text.startsWith("SIP/2.0 503") && text.includes("CSeq: 1 REGISTER"));
  await got.until((text) => text.startsWith("SIP/2.0 481"));
  assert.equal(got.items.filter((text) => text.startsWith("SIP/2.0 200")).length, 18);
  blocking = false;
  for (let tries = 0; !got.items.some((text) => text.startsWith("SIP/2.0 486")); tries++) {
    assert.ok(tries < 200, "work is taken again");
    send(request("INVITE", port).replaceAll("cINVITE", `again${tries}`).replace("z9hG4bK", `z9hG4bK${tries}`));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test("a late event loop: a call that is answered and one that rings are hung up in the middle of it", async () => {
  let blocking = false;
  const invite = (call: IncomingInvite): void => {
    if (call.header("call-id") === "answered") call.answer("v=0 answer");
    else call.ring(180);
  };
  const endpoint = await started(openEndpoint(options({ invite }, { trace: () => blocking && block(40) })));
  const { socket, port, got } = await bareSocket();
  const send = (text: string) => socket.send(text, endpoint.port, "127.0.0.1");
  const of = (method: string, id: string, toTag = "") =>
    request(method, port, toTag)
      .replace(`c${method}`, id)
      .replace(/z9hG4bK\w+[^;]*?(?=\d+;rport)/, `z9hG4bK${id}`);
  const answered = (id: string, status: string) =>
    got.until((text) => text.startsWith(`SIP/2.0 ${status}`) && text.includes(`Call-ID: ${id}\r`));
  send(of("INVITE", "answered"));
  const tag = /;tag=[^\r]*/.exec(lineOf(await answered("answered", "200"), "To"))?.[0] ?? "";
  send(of("ACK", "answered", tag).replace("branch=z9hG4bK", "branch=z9hG4bKack"));
  send(of("INVITE", "ringing"));
  await answered("ringing", "180");
  blocking = true;
  for (let at = 0; at < 18; at++) send(of("OPTIONS", `o${at}`));
  send(of("INVITE", "refused"));
  send(of("BYE", "answered", tag).replace("CSeq: 1", "CSeq: 2").replace("branch=z9hG4bK", "branch=z9hG4bKbye"));
  send(of("CANCEL", "ringing"));
  await answered("refused", "503");
  await got.until((text) => text.startsWith("SIP/2.0 200") && text.includes("CSeq: 2 BYE"));
  await got.until((text) => text.startsWith("SIP/2.0 200") && text.includes("CSeq: 1 CANCEL"));
  await answered("ringing", "487");
  blocking = false;
});
