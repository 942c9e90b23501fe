// `seatway records`: call records on standard output, as CSV or as one JSON record per line, all pages that there are. Asked of the
// plain HTTP port, which is on loopback only: they show numbers in full.

import { type ExitCode, exit } from "./exit.ts";
import type { RecordsOrder } from "./options.ts";
import type { Io } from "./terminal.ts";

type Page = { readonly lines: readonly string[]; readonly next: string | null };

/** 0 with all of them, also when there are none; 12 when the gateway refuses a filter. */
export async function records(order: RecordsOrder, io: Io): Promise<ExitCode> {
  let left = order.limit;
  let after: string | null = null;
  do {
    const page = await ask(order, { after, limit: Math.min(left, 1000) }, io);
    if ("fault" in page) {
      io.err(page.fault);
      return io.interrupt.aborted ? exit.interrupted : page.code;
    }
    for (const line of page.lines) io.out(line);
    left -= 1000;
    after = page.next;
  } while (after !== null && left > 0);
  return exit.done;
}

type Fault = { readonly fault: string; readonly code: ExitCode };

async function ask(
  { url, filters, format }: RecordsOrder,
  { after, limit }: { readonly after: string | null; readonly limit: number },
  io: Io,
): Promise<Page | Fault> {
  const query = new URLSearchParams({ ...filters, format, limit: `${limit}`, ...(after === null ? {} : { after }) });
  try {
    const reply = await fetch(`${url}/seatway/records?${query}`, { signal: io.interrupt });
    const text = await reply.text();
    if (!reply.ok) return refusal(url, reply.status, text);
    return format === "json" ? jsonPage(text) : csvPage(text, reply.headers.get("next-page"), after === null);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { fault: `${url}: ${cause}`, code: exit.unreachable };
  }
}

function refusal(url: string, status: number, text: string): Fault {
  const told = /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (status === 400 && told !== undefined) return { fault: JSON.parse(`"${told}"`), code: exit.refused };
  return { fault: `${url}: the gateway answers ${status}${told === undefined ? "" : `, ${told}`}`, code: exit.refused };
}

function jsonPage(text: string): Page {
  const { records, next } = JSON.parse(text) as { readonly records: readonly unknown[]; readonly next: string | null };
  return { lines: records.map((record) => JSON.stringify(record)), next };
}

/** The names of the columns once only. */
function csvPage(text: string, next: string | null, first: boolean): Page {
  const body = first ? text : text.slice(text.indexOf("\r\n") + 2);
  const whole = body.replace(/\r\n$/, "");
  return { lines: whole === "" ? [] : [whole], next };
}
