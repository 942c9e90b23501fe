// rtpengine's word about digits that pass it (`--dtmf-log-dest`): one JSON object in a datagram for each telephone-event that has
// ended. Without it nobody would hear of the digits of two who are joined at rtpengine.

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { Digit } from "../face.ts";
import { eventDigit } from "../rtp/telephone-event.ts";

export type LoggedDigit = { readonly call: string; readonly tag: string; readonly digit: Digit };

export type DigitLogOptions = {
  readonly host: string;
  readonly port: number;
  /** Addresses that are believed. */
  readonly from: ReadonlySet<string>;
  readonly pressed: (logged: LoggedDigit) => void;
};

/** Rejects when the port cannot be bound. */
export async function openDigitLog({ host, port, from, pressed }: DigitLogOptions): Promise<{ close(): void }> {
  const socket: Socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  socket.on("message", (datagram, { address }) => {
    const logged = from.has(address) ? readLogged(datagram.toString()) : undefined;
    if (logged) pressed(logged);
  });
  socket.bind(port, host);
  await once(socket, "listening");
  socket.on("error", () => {});
  socket.unref();
  return { close: () => socket.close() };
}

/** undefined: not a digit, or not JSON. */
export function readLogged(text: string): LoggedDigit | undefined {
  const { callid, source_tag: tag, type, event, duration } = fieldsOf(text);
  if (type !== "DTMF" || typeof callid !== "string" || typeof tag !== "string") return undefined;
  const digit = typeof event === "number" ? eventDigit(event) : "";
  if (digit === "") return undefined;
  return { call: callid, tag, digit: { digit, ms: typeof duration === "number" ? duration : 0, by: "event" } };
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
