// A call that has happened as a scenario: its timeline (contract/timeline.ts), without what the gateway did by itself. Refused is what a
// player could not do again. For Node.js and browsers.

import type { CallRecordView } from "../contract/call-record.ts";
import type { Scenario, ScenarioStep } from "../contract/scenario.ts";
import type { Timeline, TimelineEntry } from "../contract/timeline.ts";

/** `why`: it is not over, nothing of it is kept any more, or something in it cannot be played again (a key of the page's words). */
export type NoScenario = { readonly why: "live" | "nothing-kept" | "not-playable" };

const root = "/agentgateway/resource";

type Media = Extract<TimelineEntry, { readonly layer: "media" }>;

/** What legs do by themselves; of the rest the gateway is the cause, or nothing that a player needs. */
const acts = { ringing: "ring", answered: "answer", failed: "fail", ended: "hang-up" } as const;
/** What a phone or party did that a player has no word for. */
const unplayable: ReadonlySet<string> = new Set(["connection-lost", "connection-back", "digit-received", "heard"]);

const agentOfPhone = (leg: string): string | undefined => /^(\d+)\.phone\./.exec(leg)?.[1];

/** `phone 101`, and `party 1` in the order in which they are asked for. */
export function legNames(): (leg: string) => string {
  const parties: string[] = [];
  return (leg) => {
    const agent = agentOfPhone(leg);
    if (agent !== undefined) return `phone ${agent}`;
    if (!parties.includes(leg)) parties.push(leg);
    return `party ${parties.indexOf(leg) + 1}`;
  };
}

export function scenarioOf({ callId, record, entries, verdict }: Timeline): Scenario | NoScenario {
  const call = record as CallRecordView | null;
  if (verdict.outcome === "live") return { why: "live" };
  const [first] = entries;
  if (!call || !first || !entries.some(({ layer }) => layer === "media")) return { why: "nothing-kept" };
  if (entries.some(({ layer, title }) => layer === "media" && unplayable.has(title))) return { why: "not-playable" };
  const since = (at: number): number => Math.max(0, Math.round(at - first.at));
  const nameOf = legNames();
  const steps: ScenarioStep[] = call.kind === "incoming" ? [{ at: 0, calls: call.called }] : [];
  for (const entry of entries) {
    if (entry.layer === "request") steps.push(asked(entry, { callId, at: since(entry.at) }));
    // Who calls in rings nowhere, and it is the gateway that answers him.
    const calls =
      call.kind === "incoming" && entry.layer === "media" && entry.leg !== "" && nameOf(entry.leg) === "party 1";
    if (entry.layer === "media" && entry.leg !== "" && !(calls && /^(ringing|answered)$/.test(entry.title)))
      steps.push(...acted(entry, { leg: nameOf(entry.leg), at: since(entry.at) }));
  }
  return { scenario: 1, name: nameOfCall(call), agents: agentsOf(call, steps), steps, told: toldIn(entries) };
}

const nameOfCall = ({ kind, caller, called, outcome }: CallRecordView): string =>
  `${kind} call from ${caller} to ${called}: ${outcome}`;

type Request = Extract<TimelineEntry, { readonly layer: "request" }>;

function asked(
  { method, path, body, retcode, agent }: Request,
  { callId, at }: { callId: string; at: number },
): ScenarioStep {
  const named = (text: string): string => text.replaceAll(callId, "{call}");
  const asks = `${method} ${named(path.replace(root, ""))}`;
  return { at, agent, asks, ...(body !== "" && { body: JSON.parse(named(body)) as unknown }), retcode };
}

function acted({ title, detail }: Media, { leg, at }: { leg: string; at: number }): readonly ScenarioStep[] {
  const does = Object.hasOwn(acts, title) ? acts[title as keyof typeof acts] : undefined;
  // Who was hung up by us does nothing himself.
  if (!does || (does === "hang-up" && detail !== "by the peer")) return [];
  const media = detail === "early media" || detail.includes("video");
  if (does !== "fail") return [{ at, leg, does, ...(media && { media: true as const }) }];
  const status = Number(/\b[3-6]\d\d\b/.exec(detail)?.[0] ?? 0);
  const q850 = /Q\.850 (\d+)/.exec(detail)?.[1];
  return [{ at, leg, does, status, ...(q850 !== undefined && { q850: Number(q850) }) }];
}

/** An idle agent cannot say that he is idle: whose first request that is was busy before. */
const wasBusy = (id: string, steps: readonly ScenarioStep[]): boolean => {
  const first = steps.find((step) => "asks" in step && step.agent === id);
  return first !== undefined && "asks" in first && /\/sayfree(\?|$)/.test(first.asks) && first.retcode === "0";
};

function agentsOf({ legs, agents }: CallRecordView, steps: readonly ScenarioStep[]): Scenario["agents"] {
  const phones = legs.filter(({ side, agent }) => side === "agent" && agent !== null);
  const known = new Map(phones.map(({ agent, number }) => [agent ?? "", number ?? ""]));
  return agents
    .map((id) => ({ id, phone: known.get(id) ?? "", ...(wasBusy(id, steps) && { busy: true as const }) }))
    .filter(({ phone }) => phone !== "");
}

function toldIn(entries: Timeline["entries"]): Scenario["told"] {
  const told: Record<string, string[]> = {};
  for (const { layer, agent, title } of entries) {
    if (layer !== "event") continue;
    told[agent] ??= [];
    told[agent].push(title);
  }
  return told;
}
