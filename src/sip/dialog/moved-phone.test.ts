// A phone behind a NAT that has given it another port in mid-call: whoever has its dialog reaches it there (RFC 3581, RFC 5626 §1).

import assert from "node:assert/strict";
import { test } from "node:test";
import { bareSocket, options, Seen, started } from "../../../test/support/sip-endpoints.ts";
import { openEndpoint } from "../endpoint.ts";
import type { IncomingInvite } from "../face.ts";

const SDP = "v=0";

/** It knows only its private address. */
const request = (method: string, cseq: number, to: string, body = ""): string =>
  [
    `${method} sip:1@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK${method}${cseq};rport`,
    "From: <sip:9@x>;tag=phone",
    `To: ${to}`,
    "Call-ID: moved",
    `CSeq: ${cseq} ${method}`,
    "Contact: <sip:9@10.0.0.9:5060>",
    "Content-Type: application/sdp",
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");

test("a re-INVITE from another port of the same address: our BYE goes there", async () => {
  const calls = new Seen<IncomingInvite>();
  const endpoint = await started(
    openEndpoint(
      options({
        invite(call) {
          call.observe((event) => event.type === "offer" && event.reply({ sdp: SDP }));
          call.answer(SDP);
          calls.push(call);
        },
      }),
    ),
  );
  const [before, after] = [await bareSocket(), await bareSocket()];
  const isOk = (text: string): boolean => text.startsWith("SIP/2.0 200");
  before.socket.send(request("INVITE", 1, "<sip:1@x>", SDP), endpoint.port, "127.0.0.1");
  const to = /^To: (.*)\r$/m.exec(await before.got.until(isOk))?.[1] ?? "";
  before.socket.send(request("ACK", 1, to), endpoint.port, "127.0.0.1");
  after.socket.send(request("INVITE", 2, to, SDP), endpoint.port, "127.0.0.1");
  await after.got.until(isOk);
  after.socket.send(request("ACK", 2, to), endpoint.port, "127.0.0.1");
  calls.items[0]?.hangUp();
  const bye = await after.got.until((text) => text.startsWith("BYE"));
  assert.match(bye, /^BYE sip:9@10\.0\.0\.9:5060 /);
});
