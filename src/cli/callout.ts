// `seatway callout`: sign in, call, print every event with its time, talk, release, sign out.

import { readFile } from "node:fs/promises";
import {
  type AgentEventMessage,
  type AgentSession,
  connect,
  type Fetch,
  GatewayFault,
  type Refused,
} from "../client/connect.ts";
import { pinnedFetch } from "../client/pinned-fetch.ts";
import { type CallState, callState, isLastOf } from "./call-state.ts";
import { type ExitCode, exit } from "./exit.ts";
import type { CallOutOrder } from "./options.ts";
import type { Io } from "./terminal.ts";

/** How long to wait for events that should follow at once: after the sign-in, and after the end of the call. */
const settleMs = 2_000;

/**
 * Carries the order out and gives the exit code (exit.ts). Whatever happens after the sign-in, the agent is signed out
 * and his call released before this resolves.
 */
export async function callOut(order: CallOutOrder, io: Io): Promise<ExitCode> {
  const pinned = await pin(order);
  if ("wrong" in pinned) {
    io.err(pinned.wrong);
    return exit.usage;
  }
  const session = connect({ url: order.url, agent: order.agent, ...pinned });
  try {
    return await signedIn(session, order, io);
  } catch (error) {
    if (!(error instanceof GatewayFault)) throw error;
    const unknown = /self-signed|unable to verify/.test(error.message);
    io.err(unknown ? `${error.message} (--fingerprint or --ca names the one to trust)` : error.message);
    return exit.unreachable;
  } finally {
    session.stop();
    pinned.close();
  }
}

/** The certificate to trust: named by its fingerprint, by its file, or by nobody. */
async function pin(order: CallOutOrder): Promise<{ fetch?: Fetch; close(): void } | { wrong: string }> {
  try {
    if (order.fingerprint !== undefined) return pinnedFetch({ fingerprint: order.fingerprint });
    if (order.ca !== undefined) return pinnedFetch({ ca: await readFile(order.ca, "utf8") });
    return { close() {} };
  } catch (error) {
    return { wrong: `certificate: ${error instanceof Error ? error.message : String(error)}` };
  }
}

async function signedIn(session: AgentSession, order: CallOutOrder, io: Io): Promise<ExitCode> {
  const watch = watchEvents(session, io);
  // The phone hangs up after the call: the command leaves nothing behind.
  const request = { phonenum: order.phone, password: order.password, releasephone: true, status: 4 } as const;
  const reply = await (order.force ? session.forceSignIn(request) : session.signIn(request));
  if (!reply.ok) return refused(io, "sign-in", reply);
  try {
    await watch.until(() => watch.seen("AgentState_Ready"), settleMs);
    if (io.interrupt.aborted) return exit.interrupted;
    return await call(session, order, { io, watch });
  } finally {
    await leave(session, io);
  }
}

/** Out, whatever happened before; a call that is still up goes with the forced sign-out. */
async function leave(session: AgentSession, io: Io): Promise<void> {
  try {
    const out = await session.signOut();
    if (!out.ok && out.retcode !== "100-006") await session.forceSignOut();
  } catch (error) {
    if (!(error instanceof GatewayFault)) throw error;
    io.err(`sign-out: ${error.message}`);
  }
}

type Ground = { readonly io: Io; readonly watch: Watch };

/** From the request to the last event. The first column of each printed line is the ms since the request. */
async function call(session: AgentSession, order: CallOutOrder, { io, watch }: Ground): Promise<ExitCode> {
  // Before the request: events of the call may overtake the reply to it.
  watch.startPrinting();
  const reply = await session.callOut({
    called: order.called,
    ...(order.caller === undefined ? {} : { caller: order.caller }),
    ...(order.skill === undefined ? {} : { skillid: order.skill }),
    ...(order.media === undefined ? {} : { mediaability: order.media }),
    ...(order.direction === undefined ? {} : { userVideoDirection: order.direction }),
  });
  if (!reply.ok) return refused(io, "callout", reply);
  watch.print(`callout accepted, call ${reply.result}${reply.message === "" ? "" : `: ${reply.message}`}`);
  const state = () => callState(reply.result, watch.events());
  await watch.until(() => state().name !== "setting-up");
  if (state().name === "talking")
    await talk(session, order.talkMs, { io, watch, over: () => state().name === "ended" });
  if (io.interrupt.aborted || state().name === "setting-up") return await giveUp(session, io);
  await watch.until(() => watch.events().some((event) => isLastOf(state(), event)), settleMs);
  return verdict(state(), io);
}

type Talk = Ground & { readonly over: () => boolean };

async function talk(session: AgentSession, talkMs: number, { io, watch, over }: Talk): Promise<void> {
  await watch.until(over, talkMs);
  // The customer may have hung up meanwhile; the gateway counts 200-017 as done too.
  const reply = over() ? undefined : await session.release();
  if (reply && !reply.ok && reply.retcode !== "200-017") io.err(`release: ${reply.retcode} ${reply.message}`);
  if (reply?.ok) watch.print("released");
}

/** Nothing will come of the call any more: interrupted, or the session is gone. */
async function giveUp(session: AgentSession, io: Io): Promise<ExitCode> {
  if (!io.interrupt.aborted) {
    const end = await session.ended;
    io.err(`the session ended: ${end.name} ${end.message}`.trim());
    return end.name === "unreachable" ? exit.unreachable : exit.sessionLost;
  }
  await session.release();
  return exit.interrupted;
}

/** 0 for a call that was talked on, however it ended. */
function verdict(state: CallState, io: Io): ExitCode {
  if (state.name !== "failed") return exit.done;
  io.err(
    `${state.who === "customer" ? "the customer" : "the agent's phone"} failed: ${state.reason || "no reason given"}`,
  );
  return state.who === "customer" ? exit.customerFailed : exit.phoneFailed;
}

function refused(io: Io, what: string, reply: Refused): ExitCode {
  const hint = reply.retcode === "100-002" ? " (--force takes the session over)" : "";
  io.err(`${what} refused: ${reply.retcode} ${reply.message}${hint}`);
  return exit.refused;
}

type Watch = ReturnType<typeof watchEvents>;

/** Every event of the session, printed once the callout has begun, and a way to wait for what they show. */
function watchEvents(session: AgentSession, io: Io) {
  const { clock } = io;
  const before: AgentEventMessage[] = [];
  const during: AgentEventMessage[] = [];
  const waiting = new Set<() => void>();
  let startedAt: number | undefined;
  let over = false;
  const wake = () => {
    for (const check of waiting) check();
  };
  const print = (text: string) =>
    io.out(
      `${Math.round(clock.monotonic() - (startedAt ?? clock.monotonic()))
        .toString()
        .padStart(7)} ms  ${text}`,
    );
  session.onEvent((event) => {
    (startedAt === undefined ? before : during).push(event);
    if (startedAt !== undefined) print(`${event.eventType} ${JSON.stringify(event.content)}`);
    wake();
  });
  const ended = () => {
    over = true;
    wake();
  };
  session.ended.then(ended, ended);
  io.interrupt.addEventListener("abort", wake);
  return {
    print,
    startPrinting() {
      startedAt = clock.monotonic();
    },
    seen: (eventType: string) => before.some((event) => event.eventType === eventType),
    events: (): readonly AgentEventMessage[] => during,
    /** Returns when `test` holds, `ms` are over, the session ends, or the user interrupts. */
    until(test: () => boolean, ms?: number): Promise<void> {
      return new Promise((resolve) => {
        let late = false;
        // Asked at once, at each event, and when one of the ends comes.
        const check = () => {
          if (!(late || over || io.interrupt.aborted || test())) return;
          waiting.delete(check);
          timer?.cancel();
          resolve();
        };
        const timer =
          ms === undefined
            ? undefined
            : clock.after(ms, () => {
                late = true;
                check();
              });
        waiting.add(check);
        check();
      });
    },
  };
}
