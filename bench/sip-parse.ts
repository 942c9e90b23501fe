// Messages per second on one core: an INVITE with SDP is parsed, checked and answered as text. `node bench/sip-parse.ts`

import { parse, type SipRequest } from "../src/sip/message/parse.ts";
import { responseBytes } from "../src/sip/message/serialise.ts";
import { isMalformed } from "../src/sip/message/syntax.ts";
import { isUsableResponse, objectToRequest } from "../src/sip/message/validate.ts";

const SDP = [
  "v=0",
  "o=- 3724394400 3724394400 IN IP4 192.0.2.10",
  "s=-",
  "c=IN IP4 192.0.2.10",
  "t=0 0",
  "m=audio 10000 RTP/AVP 8 0 101",
  "a=rtpmap:8 PCMA/8000",
  "a=rtpmap:0 PCMU/8000",
  "a=rtpmap:101 telephone-event/8000",
  "a=fmtp:101 0-16",
  "a=ptime:20",
  "a=sendrecv",
  "m=video 10002 RTP/AVP 96",
  "a=rtpmap:96 VP8/90000",
  "",
].join("\r\n");

const INVITE = Buffer.from(
  [
    "INVITE sip:40001@192.0.2.20:5066;transport=udp SIP/2.0",
    "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK18af52a1e944468f273a47e2;rport",
    "Record-Route: <sip:192.0.2.11;lr;ftag=a7ed23f7>",
    "Max-Forwards: 70",
    'From: "Reception" <sip:40038@seatway.example>;tag=a7ed23f7ac3769f8dc1aa65c',
    "To: <sip:40001@seatway.example>",
    "Call-ID: a6d86bf4f1ce8ece533371ea@seatway.example",
    "CSeq: 1 INVITE",
    "Contact: <sip:40038@192.0.2.10:5060>",
    "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO",
    "Supported: timer, replaces",
    "User-Agent: bench",
    "Content-Type: application/sdp",
    `Content-Length: ${SDP.length}`,
    "",
    SDP,
  ].join("\r\n"),
);

function measure(name: string, once: () => void): void {
  const until = performance.now() + 500;
  while (performance.now() < until) once();
  const rounds = 200_000;
  const begin = performance.now();
  for (let round = 0; round < rounds; round++) once();
  const perSecond = Math.round((rounds / (performance.now() - begin)) * 1_000);
  console.log(JSON.stringify({ measure: name, bytes: INVITE.length, perSecond }));
}

function parsed(bytes: Buffer): SipRequest {
  const message = parse(bytes);
  if (isMalformed(message) || message.kind !== "request") throw new Error("the bench's own INVITE is malformed");
  return message;
}

const answer = responseBytes(parsed(INVITE), { status: 200, toTag: "b77c58ce2d95241bb4bed60b", body: SDP });

measure("parse", () => void parsed(INVITE));
measure("parse and check", () => {
  if (objectToRequest(parsed(INVITE), "udp")) throw new Error("the bench's own INVITE is refused");
});
measure("parse, check and answer", () => {
  const request = parsed(INVITE);
  objectToRequest(request, "udp");
  responseBytes(request, { status: 200, toTag: "b77c58ce2d95241bb4bed60b", body: SDP });
});
measure("parse and check a response", () => {
  const message = parse(answer);
  if (isMalformed(message) || message.kind !== "response" || !isUsableResponse(message))
    throw new Error("bad response");
});
