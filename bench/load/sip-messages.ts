// The messages of the parser's benchmark: an INVITE as a softswitch sends it, its answer and the BYE.

import { audioSdp } from "./audio-sdp.ts";

const SDP = audioSdp("192.0.2.10");

const DIALOG = [
  'From: "Reception" <sip:40038@seatway.example>;tag=a7ed23f7ac3769f8dc1aa65c',
  "Call-ID: a6d86bf4f1ce8ece533371ea@seatway.example",
];
const TO = "To: <sip:40001@seatway.example>";
const TAG = ";tag=b77c58ce2d95241bb4bed60b";
const RECORD_ROUTE = "Record-Route: <sip:192.0.2.11;lr;ftag=a7ed23f7>";
const vias = (branch: string): readonly string[] => [
  `Via: SIP/2.0/UDP 192.0.2.11;branch=z9hG4bK5d3a.${branch}.0`,
  `Via: SIP/2.0/UDP 192.0.2.10:5060;rport=5060;received=192.0.2.10;branch=z9hG4bK${branch}`,
];
const withSdp = ["Content-Type: application/sdp", `Content-Length: ${SDP.length}`, "", SDP];

const message = (...lines: readonly string[]): Buffer => Buffer.from(lines.join("\r\n"));

/** The session description of the answers that the benchmark writes. */
export const ANSWER = SDP;

/** By name, in the order in which they cross the wire. */
export const MESSAGES = {
  INVITE: message(
    "INVITE sip:40001@192.0.2.20:5066;transport=udp SIP/2.0",
    RECORD_ROUTE,
    ...vias("18af52a1e944468f273a47e2"),
    "Max-Forwards: 69",
    ...DIALOG,
    TO,
    "CSeq: 1 INVITE",
    "Contact: <sip:40038@192.0.2.10:5060>",
    "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK",
    "Supported: timer, replaces, 100rel",
    "User-Agent: softswitch",
    ...withSdp,
  ),
  "200 OK": message(
    "SIP/2.0 200 OK",
    RECORD_ROUTE,
    ...vias("18af52a1e944468f273a47e2"),
    ...DIALOG,
    TO + TAG,
    "CSeq: 1 INVITE",
    "Contact: <sip:40001@192.0.2.20:5066>",
    "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO",
    ...withSdp,
  ),
  BYE: message(
    "BYE sip:40001@192.0.2.20:5066 SIP/2.0",
    ...vias("e81f2c9d5b0a47f6a3c1d2e4"),
    "Max-Forwards: 69",
    ...DIALOG,
    TO + TAG,
    "CSeq: 2 BYE",
    "Content-Length: 0",
    "",
    "",
  ),
} as const;
