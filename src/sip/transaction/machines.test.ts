import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Step } from "../../base/step.ts";
import { inviteClient, startInviteClient } from "./invite-client.ts";
import { inviteServer, startInviteServer } from "./invite-server.ts";
import { nonInviteClient, startNonInviteClient } from "./non-invite-client.ts";
import { nonInviteServer, startNonInviteServer } from "./non-invite-server.ts";
import type { TimerName, TransactionEffect } from "./timer-values.ts";

// Inputs in short: "180" a response, "A!" a timer, "x" the transport's error, "g" the peer gone, "c" cancelled, "r" the request again, "a" an
// ACK, "=486" our response. Effects in short: "A500" start, "-A" stop, "send", "send-ack", "deliver", "timeout", "transport".
type Input =
  | { readonly type: "response" | "respond"; readonly status: number }
  | { readonly type: "timer"; readonly name: TimerName }
  | { readonly type: "cancelled" | "request" | "ack" | "transport-error" | "peer-gone" };

function read(text: string): Input {
  if (text === "x") return { type: "transport-error" };
  if (text === "g") return { type: "peer-gone" };
  if (text === "c") return { type: "cancelled" };
  if (text === "r") return { type: "request" };
  if (text === "a") return { type: "ack" };
  if (text.endsWith("!")) return { type: "timer", name: text.slice(0, 1) as TimerName };
  return text.startsWith("=")
    ? { type: "respond", status: Number(text.slice(1)) }
    : { type: "response", status: Number(text) };
}

function write(effect: TransactionEffect): string {
  if (effect.type === "start") return `${effect.timer}${effect.ms}`;
  if (effect.type === "stop") return `-${effect.timer}`;
  return effect.type === "failed" ? effect.why : effect.type;
}

type State = { readonly name: string };
type Machine = {
  start(reliable: boolean): Step<State, TransactionEffect>;
  step(state: never, input: never): Step<State, TransactionEffect>;
};

const machines: Readonly<Record<string, Machine>> = {
  "INVITE client": { start: startInviteClient, step: inviteClient },
  "INVITE server": { start: (reliable) => [startInviteServer(reliable), []], step: inviteServer },
  "non-INVITE client": { start: startNonInviteClient, step: nonInviteClient },
  "non-INVITE server": { start: (reliable) => [startNonInviteServer(reliable), []], step: nonInviteServer },
};

function run(machine: Machine, reliable: boolean, inputs: readonly string[]): string[] {
  let [state, effects] = machine.start(reliable);
  const lines = [`${state.name}: ${effects.map(write).join(" ")}`.trimEnd()];
  for (const input of inputs) {
    [state, effects] = machine.step(state as never, read(input) as never);
    lines.push(`${input} ${state.name}: ${effects.map(write).join(" ")}`.trimEnd());
  }
  return lines;
}

// machine | transport | what happens, one step per line
const TABLE: readonly (readonly [machine: string, transport: "udp" | "tcp", ...lines: string[]])[] = [
  [
    "INVITE client",
    "udp",
    "calling: send A500 B32000",
    "A! calling: send A1000",
    "A! calling: send A2000",
    "100 proceeding: -A -B deliver",
    "180 proceeding: deliver",
    "A! proceeding:",
    "486 completed: -A -B send-ack deliver D32000",
    "486 completed: send-ack",
    "200 completed:",
    "D! terminated:",
    "486 terminated:",
  ],
  ["INVITE client", "udp", "calling: send A500 B32000", "B! terminated: -A timeout"],
  ["INVITE client", "udp", "calling: send A500 B32000", "x terminated: -A -B transport"],
  [
    "INVITE client",
    "tcp",
    "calling: send B32000",
    "180 proceeding: -A -B deliver",
    "x proceeding:",
    "603 terminated: -A -B send-ack deliver",
  ],
  ["INVITE client", "tcp", "calling: send B32000", "180 proceeding: -A -B deliver", "g terminated: -A -B transport"],
  ["INVITE client", "tcp", "calling: send B32000", "g terminated: -A -B transport"],
  ["non-INVITE client", "tcp", "trying: send F32000", "100 proceeding: deliver", "g terminated: -E -F transport"],
  [
    "INVITE client",
    "udp",
    "calling: send A500 B32000",
    "200 accepted: -A -B deliver M32000",
    "200 accepted: deliver",
    "486 accepted:",
    "M! terminated:",
  ],
  [
    "INVITE client",
    "udp",
    "calling: send A500 B32000",
    "180 proceeding: -A -B deliver",
    "c proceeding: B32000",
    "B! terminated: timeout",
  ],
  [
    "INVITE server",
    "udp",
    "proceeding:",
    "r proceeding:",
    "=180 proceeding: send",
    "r proceeding: send",
    "=486 completed: send G500 H32000",
    "G! completed: send G1000",
    "G! completed: send G2000",
    "G! completed: send G4000",
    "G! completed: send G4000",
    "r completed: send",
    "a confirmed: -G -H I5000",
    "a confirmed:",
    "I! terminated:",
  ],
  ["INVITE server", "udp", "proceeding:", "=486 completed: send G500 H32000", "H! terminated: -G ack-missing"],
  ["INVITE server", "tcp", "proceeding:", "=486 completed: send H32000", "a terminated: -H"],
  [
    "INVITE server",
    "udp",
    "proceeding:",
    "=200 accepted: send L32000",
    "=200 accepted: send",
    "r accepted:",
    "a accepted: deliver",
    "L! terminated:",
  ],
  [
    "non-INVITE client",
    "udp",
    "trying: send E500 F32000",
    "E! trying: send E1000",
    "E! trying: send E2000",
    "E! trying: send E4000",
    "E! trying: send E4000",
    "100 proceeding: deliver",
    "E! proceeding: send E4000",
    "200 completed: -E -F deliver K5000",
    "200 completed:",
    "K! terminated: -K",
  ],
  ["non-INVITE client", "udp", "trying: send E500 F32000", "F! terminated: -E timeout"],
  ["non-INVITE client", "tcp", "trying: send F32000", "481 terminated: -E -F deliver"],
  [
    "non-INVITE server",
    "udp",
    "trying:",
    "r trying:",
    "=100 proceeding: send",
    "r proceeding: send",
    "=200 completed: send J32000",
    "r completed: send",
    "J! terminated:",
  ],
  ["non-INVITE server", "tcp", "trying:", "=200 terminated: send"],
];

describe("transaction machines, RFC 3261 §17 and RFC 6026", () => {
  for (const [name, transport, ...lines] of TABLE) {
    const inputs = lines.slice(1).map((line) => line.split(" ")[0] ?? "");
    test(`${name}, ${transport}: ${inputs.join(" ")}`, () => {
      const machine = machines[name];
      assert.ok(machine);
      assert.deepEqual(run(machine, transport === "tcp", inputs), lines);
    });
  }

  const input = fc.constantFrom(..."180 200 486 =180 =200 =486 x c r a A! B! D! E! F! G! H! I! J! K! L! M!".split(" "));
  for (const [name, machine] of Object.entries(machines)) {
    test(`${name}: no sequence of inputs leaves a timer behind, and the user hears one end`, () => {
      fc.assert(
        fc.property(fc.boolean(), fc.array(input, { maxLength: 30 }), (reliable, inputs) => {
          const { state, timers, ends } = live(machine, reliable, inputs);
          assert.ok(ends <= 1);
          if (state.name === "terminated") assert.deepEqual([...timers], []);
        }),
        { numRuns: 1_000 },
      );
    });
  }
});

type Life = { state: State; readonly timers: Set<string>; ends: number };

/** A life of one machine in which only running timers go off. */
function live(machine: Machine, reliable: boolean, inputs: readonly string[]): Life {
  const life: Life = { state: { name: "" }, timers: new Set(), ends: 0 };
  note(life, machine.start(reliable));
  for (const text of inputs) {
    if (text.endsWith("!") && !life.timers.delete(text.slice(0, 1))) continue;
    note(life, machine.step(life.state as never, read(text) as never));
  }
  return life;
}

function note(life: Life, [state, effects]: Step<State, TransactionEffect>): void {
  life.state = state;
  for (const effect of effects) {
    if (effect.type === "start") life.timers.add(effect.timer);
    else if (effect.type === "stop") life.timers.delete(effect.timer);
    else if (effect.type === "failed") life.ends++;
  }
}
