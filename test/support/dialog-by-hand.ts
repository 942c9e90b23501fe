// The peer of one dialog, written by hand: what it answers to an INVITE of ours, and what it sends as caller.

import type {
  Dialog,
  DialogEvent,
  EndpointOptions,
  Handlers,
  IncomingInvite,
  OutgoingInvite,
} from "../../src/sip/face.ts";
import { bench, INVITE } from "./sip-by-hand.ts";

/** The value of a header line; "" without it. */
export const lineOf = (text: string | undefined, name: string): string =>
  new RegExp(`^${name}: (.*)\r$`, "m").exec(text ?? "")?.[1] ?? "";

export const statusOf = (text: string | undefined): string => (text ?? "").slice(8, 11);

/** A message of these lines with its Content-Length. */
export const message = (lines: readonly string[], body = ""): string =>
  `${[...lines, `Content-Length: ${Buffer.byteLength(body)}`].join("\r\n")}\r\n\r\n${body}`;

export const SDP_TYPE = "Content-Type: application/sdp";

/** A response of the branch `tag` to a request of ours. */
export function answerTo(
  request: string,
  status: string,
  extra: readonly string[] = [],
  [body = "", tag = "peer"] = [],
) {
  const copied = ["Via", "From", "To", "Call-ID", "CSeq"].map((name) => `${name}: ${lineOf(request, name)}`);
  const tagged = copied.map((line) => (line.startsWith("To:") && !line.includes("tag=") ? `${line};tag=${tag}` : line));
  const own = extra.some((line) => line.startsWith("Contact:")) ? [] : [`Contact: <sip:${tag}@127.0.0.1:5070>`];
  return message([`SIP/2.0 ${status}`, ...tagged, ...own, ...extra, ...(body === "" ? [] : [SDP_TYPE])], body);
}

/** An INVITE of ours under way. */
export async function calling(
  more: Partial<OutgoingInvite> = {},
  handlers: Partial<Handlers> = {},
  options: Pick<EndpointOptions, "invites"> = {},
) {
  const hand = await bench(handlers, options);
  const events: DialogEvent[] = [];
  const dialog: Dialog = hand.endpoint.invite({ ...INVITE, ...more }, (event) => events.push(event));
  const last = (method: string): string => hand.sent.findLast((text) => text.startsWith(`${method} `)) ?? "";
  const answer = (...given: Parameters<typeof answerTo> extends [string, ...infer Rest] ? Rest : never): void =>
    hand.receive(answerTo(last("INVITE"), ...given));
  let branch = 0;
  /** A request of the peer in the dialog of `tag`; what we answered at once, if anything. */
  const request = (method: string, cseq: number, extra: readonly string[] = [], [body = "", tag = "peer"] = []) => {
    const before = hand.sent.length;
    const invite = last("INVITE");
    const type = body === "" ? [] : [SDP_TYPE];
    const head = [
      `${method} sip:2@127.0.0.1:5060 SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKp${++branch}`,
    ];
    const to = lineOf(invite, "To").replace(/;tag=.*/, "");
    const ids = [`From: ${to};tag=${tag}`, `To: ${lineOf(invite, "From")}`, `Call-ID: ${lineOf(invite, "Call-ID")}`];
    hand.receive(message([...head, ...ids, `CSeq: ${cseq} ${method}`, ...extra, ...type], body));
    return hand.sent.slice(before).find((text) => text.startsWith("SIP/2.0") && statusOf(text) !== "100");
  };
  return { ...hand, events, dialog, last, answer, request };
}

/** An INVITE of the peer under way. `allowEvents`: what we say that we may be notified of. */
export async function called(
  extra: readonly string[] = [],
  body = "v=0 offer",
  options: Pick<EndpointOptions, "allowEvents" | "invites"> = {},
) {
  const calls: IncomingInvite[] = [];
  const events: DialogEvent[] = [];
  const invite = (call: IncomingInvite): void => {
    calls.push(call);
    call.observe((event) => events.push(event));
  };
  const hand = await bench({ invite }, options);
  let branch = 0;
  /** `to`: our tag, from a response of ours. */
  const send = (method: string, cseq: number, more: readonly string[] = [], text = ""): string | undefined => {
    const before = hand.sent.length;
    const to =
      hand.sent.map((sent) => lineOf(sent, "To")).findLast((line) => line.includes("tag=")) ?? "<sip:1@127.0.0.1>";
    const via = `Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKcaller${method === "CANCEL" ? "1" : ++branch}`;
    const ids = [
      "From: <sip:9@127.0.0.1>;tag=caller",
      `To: ${method === "CANCEL" ? "<sip:1@127.0.0.1>" : to}`,
      "Call-ID: by-hand",
    ];
    const contact = "Contact: <sip:9@127.0.0.1:5070>";
    const type = text === "" ? [] : [SDP_TYPE];
    hand.receive(
      message(
        [`${method} sip:1@127.0.0.1 SIP/2.0`, via, ...ids, `CSeq: ${cseq} ${method}`, contact, ...more, ...type],
        text,
      ),
    );
    return hand.sent.slice(before).find((sent) => sent.startsWith("SIP/2.0") && statusOf(sent) !== "100");
  };
  const first = send("INVITE", 1, extra, body);
  const [call] = calls;
  return { ...hand, events, call, first, send };
}
