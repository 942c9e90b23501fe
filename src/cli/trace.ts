// `seatway trace CALLID [--pcap FILE]`: the SIP messages that the gateway has kept of a call, as a ladder, and as a pcap file.
// Asked of the plain HTTP port, which is on loopback only: the messages show numbers in full.

import { writeFile } from "node:fs/promises";
import { type PcapEnd, pcap } from "../client/pcap.ts";
import { type ExitCode, exit } from "./exit.ts";
import { ladder, type TraceMessage } from "./ladder.ts";
import type { TraceOrder } from "./options.ts";
import type { Io } from "./terminal.ts";

type Trace = { readonly gateway: PcapEnd; readonly messages: readonly TraceMessage[] };

/** 0 with a ladder, 12 when the gateway has kept nothing of this call. */
export async function trace(order: TraceOrder, io: Io): Promise<ExitCode> {
  const asked = await ask(order, io);
  if ("fault" in asked) {
    io.err(asked.fault);
    return io.interrupt.aborted ? exit.interrupted : exit.unreachable;
  }
  if (asked.messages.length === 0) {
    io.err(`nothing is kept of call ${order.id}: no such call, or its messages had to make room`);
    return exit.refused;
  }
  for (const line of ladder(asked.messages)) io.out(line);
  if (order.messages) for (const { text } of asked.messages) io.out(`\n${text.replaceAll("\r\n", "\n").trimEnd()}`);
  return order.pcap === undefined ? exit.done : save(order.pcap, asked, io);
}

async function save(path: string, { messages, gateway }: Trace, io: Io): Promise<ExitCode> {
  try {
    await writeFile(path, pcap(messages, gateway));
    io.out(`${messages.length} messages in ${path}`);
    return exit.done;
  } catch (error) {
    io.err(`--pcap: ${error instanceof Error ? error.message : String(error)}`);
    return exit.usage;
  }
}

async function ask({ url, id }: TraceOrder, io: Io): Promise<Trace | { readonly fault: string }> {
  try {
    const reply = await fetch(`${url}/seatway/calls/${encodeURIComponent(id)}/trace`, { signal: io.interrupt });
    if (!reply.ok) return { fault: `${url}: the gateway answers ${reply.status}` };
    const body: unknown = await reply.json();
    return isTrace(body) ? body : { fault: `${url}: the answer is no trace` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { fault: `${url}: ${cause}` };
  }
}

const isTrace = (body: unknown): body is Trace =>
  typeof body === "object" && body !== null && "gateway" in body && "messages" in body && Array.isArray(body.messages);
