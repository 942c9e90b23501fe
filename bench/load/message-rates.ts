// Messages a second on one core: ours beside the npm packages `sip` and `jssip`, on the same bytes, in turns. Each has to
// come to the same result: the lines split and the fields read that a user agent needs, then a 200 with a session
// description as bytes.

import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { contactUri } from "../../src/sip/dialog/dialog.ts";
import { parse, type SipMessage, type SipRequest } from "../../src/sip/message/parse.ts";
import { responseBytes } from "../../src/sip/message/serialise.ts";
import { isMalformed } from "../../src/sip/message/syntax.ts";
import { isUsableResponse, objectToRequest } from "../../src/sip/message/validate.ts";
import { ANSWER, MESSAGES } from "./sip-messages.ts";

const CONTACT = "<sip:40001@192.0.2.20:5066>";
const TAG = "b77c58ce2d95241bb4bed60b";

/** One library. Throws when it cannot read the message. */
type Library = {
  readonly name: string;
  /** What a receiver does with a datagram before it knows what to do about it. */
  parse(bytes: Buffer): unknown;
  /** A 200 with SDP to the INVITE that `parse` returned. */
  answer(invite: unknown): Buffer;
};

/** Via, From, To, CSeq and Call-ID are read by the checks; the others have read Contact and Record-Route, so we do. */
const seatway: Library = {
  name: "seatway",
  parse(bytes) {
    const message = parse(bytes) as SipMessage;
    const usable = message.kind === "request" ? !objectToRequest(message, "udp") : isUsableResponse(message);
    if (isMalformed(message) || !usable) throw new Error("seatway refuses the benchmark's message");
    contactUri(message.headers);
    message.headers.list("record-route");
    return message;
  },
  answer: (invite) =>
    responseBytes(invite as SipRequest, {
      status: 200,
      toTag: TAG,
      extra: `Contact: ${CONTACT}\r\nContent-Type: application/sdp\r\n`,
      body: ANSWER,
    }),
};

const load = createRequire(import.meta.url);

type SipMessageObject = {
  headers: { to: { params: Record<string, string> }; [name: string]: unknown };
  content: string;
};

function sipPackage(): Library {
  const sip = load("sip/sip.js") as {
    parse(text: string): SipMessageObject | undefined;
    stringify(message: SipMessageObject): string;
    makeResponse(request: SipMessageObject, status: number, reason: string): SipMessageObject;
  };
  return {
    name: "sip",
    parse: (bytes) => sip.parse(bytes.toString("utf8")) ?? refuse("sip"),
    answer(invite) {
      const response = sip.makeResponse(invite as SipMessageObject, 200, "OK");
      response.headers.to = { ...response.headers.to, params: { tag: TAG } };
      response.headers["contact"] = [{ uri: "sip:40001@192.0.2.20:5066", params: {} }];
      response.headers["content-type"] = "application/sdp";
      response.content = ANSWER;
      return Buffer.from(sip.stringify(response), "utf8");
    },
  };
}

type JsSipRequest = {
  server_transaction: { receiveResponse(code: number, text: string): void };
  reply(code: number, reason: string, headers: readonly string[], body: string): void;
};

/** Its parser is written for browsers, but it is plain JavaScript over text and runs as it is. */
function jsSipPackage(): Library {
  const parser = load("jssip/lib/Parser.js") as { parseMessage(text: string, agent: unknown): object | undefined };
  const agent = { configuration: { session_timers: true }, contact: {} };
  return {
    name: "jssip",
    parse: (bytes) => parser.parseMessage(bytes.toString("utf8"), agent) ?? refuse("jssip"),
    answer(invite) {
      let written = "";
      const request = invite as JsSipRequest;
      request.server_transaction = {
        receiveResponse(_code, text) {
          written = text;
        },
      };
      request.reply(200, "OK", [`Contact: ${CONTACT}`], ANSWER);
      return Buffer.from(written, "utf8");
    },
  };
}

const refuse = (library: string): never => {
  throw new Error(`${library} cannot read the benchmark's message`);
};

/** Messages a second: the median of the rounds, by library. */
export type MessageRate = {
  readonly work: string;
  readonly bytes: number;
  readonly perSecond: Readonly<Record<string, number>>;
};

export type RateOptions = { readonly rounds: number; readonly roundMs: number };

export function measureMessages({ rounds, roundMs }: RateOptions): readonly MessageRate[] {
  const libraries = [seatway, sipPackage(), jsSipPackage()];
  for (const library of libraries)
    assert.match(library.answer(library.parse(MESSAGES.INVITE)).toString(), /^SIP\/2.0 200/);
  const parsing = Object.entries(MESSAGES).map(([name, bytes]) => ({
    ...{ work: `parse ${name}`, bytes: bytes.length },
    perSecond: inTurns(libraries, rounds, (library) => perSecond(roundMs, () => library.parse(bytes))),
  }));
  const answering = inTurns(libraries, rounds, (library) => {
    const invite = library.parse(MESSAGES.INVITE);
    return perSecond(roundMs, () => library.answer(invite));
  });
  const bytes = seatway.answer(seatway.parse(MESSAGES.INVITE)).length;
  return [...parsing, { work: "write a 200", bytes, perSecond: answering }];
}

/** Whoever else wants the core shall disturb all of them alike. */
function inTurns(
  libraries: readonly Library[],
  rounds: number,
  measure: (library: Library) => number,
): Readonly<Record<string, number>> {
  const rates = new Map<string, number[]>(libraries.map(({ name }) => [name, []]));
  // The first round is for the compiler.
  for (let round = 0; round <= rounds; round++) {
    for (const library of libraries) {
      const rate = measure(library);
      if (round > 0) rates.get(library.name)?.push(rate);
    }
  }
  return Object.fromEntries([...rates].map(([name, values]) => [name, Math.round(median(values))]));
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function perSecond(ms: number, once: () => unknown): number {
  const begin = performance.now();
  let count = 0;
  let now = begin;
  while (now - begin < ms) {
    for (let turn = 0; turn < 100; turn++) once();
    count += 100;
    now = performance.now();
  }
  return (count / (now - begin)) * 1_000;
}
