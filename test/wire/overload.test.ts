// A gateway whose event loop is late: new INVITEs and REGISTERs get 503 with Retry-After, what belongs to a call in hand is
// still served.

import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { openEndpoint } from "../../src/sip/endpoint.ts";
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
