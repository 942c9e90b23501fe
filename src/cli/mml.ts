// `seatway mml '…'`: one line to the MML port, its report on the terminal (behaviour.md §8).

import { connect } from "node:net";
import { type ExitCode, exit } from "./exit.ts";
import type { MmlOrder } from "./options.ts";
import type { Io } from "./terminal.ts";

const answerMs = 10_000;
/** A report is a few kilobytes; more than this is not one. */
const longest = 1_048_576;
const endLine = /^---[ \t]+END[ \t]*\r?$/m;

/** 0 with RETCODE 0, else refused; without a report the gateway counts as not reached. */
export async function mml(order: MmlOrder, io: Io): Promise<ExitCode> {
  const answer = await exchangeLine(order, io);
  if ("fault" in answer) {
    io.err(`MML port ${order.host}:${order.port}: ${answer.fault}`);
    return io.interrupt.aborted ? exit.interrupted : exit.unreachable;
  }
  io.out(answer.report.replaceAll("\r\n", "\n"));
  const retcode = /^RETCODE\s*=\s*(\d+)/m.exec(answer.report)?.[1];
  return retcode !== undefined && Number(retcode) === 0 ? exit.done : exit.refused;
}

/** One connection for one line; a fault is said in words, never thrown. */
function exchangeLine(order: MmlOrder, io: Io): Promise<{ report: string } | { fault: string }> {
  return new Promise((resolve) => {
    const socket = connect({ host: order.host, port: order.port });
    let received = "";
    const settle = (answer: { report: string } | { fault: string }) => {
      timer.cancel();
      io.interrupt.removeEventListener("abort", interrupted);
      socket.destroy();
      resolve(answer);
    };
    const interrupted = () => settle({ fault: "interrupted" });
    const timer = io.clock.after(answerMs, () => settle({ fault: "no report in time" }));
    io.interrupt.addEventListener("abort", interrupted);
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write(`${order.line}\r\n`));
    socket.on("data", (chunk: string) => {
      received += chunk;
      const report = wholeReport(received);
      if (report !== undefined) settle({ report });
      else if (received.length > longest) settle({ fault: "the answer is not a report" });
    });
    socket.on("error", (error) => settle({ fault: error.message }));
    socket.on("close", () => settle({ fault: "closed before the end of a report" }));
  });
}

/** From `+++` to `---    END`; a greeting or prompt before it is left out. */
export function wholeReport(received: string): string | undefined {
  const end = endLine.exec(received);
  if (!end) return undefined;
  const start = received.search(/^\+\+\+/m);
  return received.slice(Math.max(0, start), end.index + end[0].length).trimEnd();
}
