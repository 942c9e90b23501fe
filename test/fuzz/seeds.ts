// What is mutated: requests of every kind that the endpoint serves, with addresses that say how the INVITE is to be answered,
// and the messages of RFC 4475.

import { readdirSync, readFileSync } from "node:fs";
import type { Random } from "./random.ts";

const FIXTURES = new URL("../fixtures/rfc4475/", import.meta.url);

/** As Via names it. */
export type Way = "UDP" | "TCP" | "TLS" | "WS";

/** A call of the run: its number makes branch, tag and Call-ID its own. */
export type Draft = {
  readonly method: string;
  readonly number: number;
  readonly transport: Way;
  /** `answer`, `ring`, `busy`: what the target does with an INVITE to it. */
  readonly user: string;
  readonly toTag?: string;
  readonly cseq?: number;
  /** Absent: a branch of its own. A CANCEL and the ACK to a refusal have that of their INVITE. */
  readonly branch?: string;
};

const CREDENTIALS =
  'Authorization: Digest username="1", realm="seatway", nonce="1.a.b", uri="sip:x", response="0", qop=auth, nc=00000001, cnonce="c"\r\n';
const SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 101\r\n";

const EXTRA: Readonly<Record<string, string>> = { REGISTER: CREDENTIALS };

export const branchOf = (number: number): string => `z9hG4bKf${number.toString(36)}`;

/** The whole request. */
export function request({ method, number, transport, user, toTag, cseq = 1, branch }: Draft): string {
  const body = method === "INVITE" ? SDP : "";
  return [
    `${method} sip:${user}@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/${transport} 127.0.0.1:9;branch=${branch ?? branchOf(number)};rport`,
    "Max-Forwards: 70",
    `From: "A, \\"b\\"" <sip:9@x;user=phone>;tag=t${number}`,
    `To: <sip:${user}@127.0.0.1>${toTag === undefined ? "" : `;tag=${toTag}`}`,
    `Call-ID: c${number}@fuzz`,
    `CSeq: ${cseq} ${method}`,
    `Contact: <sip:9@127.0.0.1:9${transport === "UDP" ? "" : `;transport=${transport.toLowerCase()}`}>`,
    `${EXTRA[method] ?? ""}User-Agent: storm`,
    ...(body === "" ? [] : ["Content-Type: application/sdp"]),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

const response = (number: number, transport: Way): string =>
  [
    "SIP/2.0 200 OK",
    `Via: SIP/2.0/${transport} 127.0.0.1;branch=${branchOf(number)}`,
    `From: <sip:9@x>;tag=t${number}`,
    "To: <sip:1@x>;tag=y",
    `Call-ID: c${number}@fuzz`,
    "CSeq: 1 INVITE",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");

const TORTURE = readdirSync(FIXTURES).map((file) => readFileSync(new URL(file, FIXTURES), "latin1"));
const METHODS = [
  "INVITE",
  "INVITE",
  "INVITE",
  "OPTIONS",
  "REGISTER",
  "BYE",
  "CANCEL",
  "ACK",
  "INFO",
  "UPDATE",
  "REFER",
  "SUBSCRIBE",
  "PRACK",
];

/** The text of one message to mutate. */
export function seed(number: number, transport: Way, random: Random): string {
  if (random.chance(0.1)) return random.pick(TORTURE);
  if (random.chance(0.05)) return response(number, transport);
  const user = random.pick(["answer", "ring", "busy", "40%231"]);
  return request({ method: random.pick(METHODS), number, transport, user });
}
