// `seatway conformance`: does a gateway at this address, ours or another, speak the documented interface? One agent signs in, calls and
// leaves; a table is printed, and with --json a file written.

import { writeFile } from "node:fs/promises";
import type { Order } from "./conformance-client.ts";
import { type Row, rows } from "./conformance-rows.ts";
import { TestedSession } from "./conformance-session.ts";
import { type ExitCode, exit } from "./exit.ts";
import type { Io } from "./terminal.ts";

export type ConformanceOrder = Order & { readonly json?: string };

type Judged = { readonly row: string; readonly says: string; readonly holds: boolean; readonly seen?: string };

async function judge({ row, says, holds }: Row, session: TestedSession): Promise<Judged> {
  try {
    const seen = await holds(session);
    return { row, says, holds: seen === undefined, ...(seen === undefined ? {} : { seen }) };
  } catch (fault) {
    const seen = fault instanceof Error ? fault.message || String(fault.name) : String(fault);
    return { row, says, holds: false, seen };
  }
}

/** 0 when every row holds, 13 when nobody answers, else 12. */
export async function conformance(order: ConformanceOrder, io: Io): Promise<ExitCode> {
  const session = new TestedSession(order, () => io.clock.monotonic());
  const judged: Judged[] = [];
  for (const each of rows) {
    if (io.interrupt.aborted) break;
    const row = await judge(each, session);
    judged.push(row);
    io.out(`${row.holds ? "holds " : "BROKEN"}  ${row.row.padEnd(24)}  ${row.says}`);
    if (row.seen !== undefined) io.out(`${" ".repeat(34)}-> ${row.seen.slice(0, 300)}`);
    if (session.replies.length === 0 && !row.holds) {
      io.err(`${order.url}: nobody answers as a gateway does`);
      return exit.unreachable;
    }
  }
  // Whatever broke: nobody is left signed in, and no call up.
  await session.ask("DELETE /onlineagent/@/forcelogout").catch(() => undefined);
  const held = judged.filter(({ holds }) => holds).length;
  io.out(`\n${rows.length} rows, ${held} hold, ${rows.length - held} do not`);
  const { url, agent } = order;
  if (order.json !== undefined)
    await writeFile(order.json, `${JSON.stringify({ url, agent, rows: judged }, null, 2)}\n`);
  if (io.interrupt.aborted) return exit.interrupted;
  return held === rows.length ? exit.done : exit.refused;
}
