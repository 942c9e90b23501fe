// Plays a scenario that the console has saved (contract/scenario.ts) on the virtual clock: the agents ask through the routes of the HTTP
// face, phones and parties do what they did, and everything else is the product.

import assert from "node:assert/strict";
import type { LegId } from "../../src/base/ids.ts";
import { isRefusal } from "../../src/base/step.ts";
import type { Scenario, ScenarioStep } from "../../src/contract/scenario.ts";
import { demoPhones, demoSite } from "../../src/demo-site.ts";
import type { Route } from "../../src/http/route.ts";
import { agentConferenceRoutes } from "../../src/http/routes/agent-conference.ts";
import { callDataRoutes } from "../../src/http/routes/call-data.ts";
import { callMediaRoutes } from "../../src/http/routes/call-media.ts";
import { callPickupRoutes } from "../../src/http/routes/call-pickup.ts";
import { onlineAgentRoutes } from "../../src/http/routes/online-agent.ts";
import { qualityControlRoutes } from "../../src/http/routes/quality-control.ts";
import { recordPlayRoutes } from "../../src/http/routes/record-play.ts";
import { transferRoutes } from "../../src/http/routes/transfer.ts";
import { voiceCallRoutes } from "../../src/http/routes/voice-call.ts";
import { here, signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

const site = demoSite(
  demoPhones(() => Buffer.alloc(12)),
  { host: "127.0.0.1", port: 9, transport: "udp" },
);

type Played = {
  readonly gateway: TestGateway;
  callId: string;
  /** Recordings that were asked for so far: each begins. */
  recordings: number;
};

/** What each agent was told of it; the gateway is left as the last step has left it. */
export async function replay(
  scenario: Scenario,
): Promise<{ readonly told: Scenario["told"]; readonly gateway: TestGateway }> {
  const gateway = testGateway({ site });
  const played: Played = { gateway, callId: "", recordings: 0 };
  for (const { id, phone, busy } of scenario.agents) {
    await signedIn(gateway, { phoneNumber: phone }, id);
    if (!busy) continue;
    await ask({ at: 0, agent: id, asks: `POST /onlineagent/${id}/saybusy`, retcode: "0" }, played);
    await gateway.told(id);
  }
  const begun = gateway.clock.now();
  for (const [place, step] of scenario.steps.entries()) {
    gateway.clock.advance(Math.max(0, begun + step.at - gateway.clock.now()));
    await play(step, played).catch((fault: unknown) => {
      throw new Error(`step ${place} (${JSON.stringify(step)})`, { cause: fault });
    });
    beginRecordings(played);
  }
  const told: Record<string, readonly string[]> = {};
  for (const { id } of scenario.agents) told[id] = (await gateway.events(id)).map(({ eventType }) => eventType);
  return { told, gateway };
}

function beginRecordings(played: Played): void {
  const { legs, clock } = played.gateway;
  for (const { order, report } of legs.recorded.slice(played.recordings)) {
    if (order.type !== "record") continue;
    const recording = { taskId: played.recordings, file: "replayed.wav", beganAt: clock.now() };
    report({ type: "recording-began", agent: order.agent, recording });
  }
  played.recordings = legs.recorded.length;
}

async function play(step: ScenarioStep, played: Played): Promise<void> {
  if ("asks" in step) return ask(step, played);
  if ("leg" in step) return act(step, played);
  played.gateway.receive(played.gateway.incoming(step.calls));
  played.callId = played.gateway.party().replace(/\.party$/, "");
}

async function ask(
  { agent, asks, body, retcode }: Extract<ScenarioStep, { asks: string }>,
  played: Played,
): Promise<void> {
  const { gateway } = played;
  const filled = (text: string): string => text.replaceAll("{call}", played.callId);
  const [method = "", target = ""] = filled(asks).split(" ");
  const { pathname: path, searchParams } = new URL(target, "http://gateway");
  const { route, params } = routeOf(gateway, { method, path });
  const caller = { agent, asker: here, onGone: () => {}, header: () => undefined };
  const sent = body === undefined ? undefined : Buffer.from(filled(JSON.stringify(body)));
  const outcome = await route.carryOut(caller, { params, query: Object.fromEntries(searchParams), body: sent });
  assert.equal(isRefusal(outcome) ? outcome.refused : "0", retcode, JSON.stringify(outcome));
  if ("result" in outcome && route.operation.id === "voicecall.callout") played.callId = String(outcome.result);
}

function routeOf(gateway: TestGateway, { method, path }: { readonly method: string; readonly path: string }) {
  const routes: readonly Route[] = [
    ...[...voiceCallRoutes(gateway), ...transferRoutes(gateway), ...callMediaRoutes(gateway)],
    ...[...onlineAgentRoutes(gateway), ...callDataRoutes(gateway), ...agentConferenceRoutes(gateway)],
    ...[...recordPlayRoutes(gateway), ...qualityControlRoutes(gateway), ...callPickupRoutes(gateway)],
  ];
  for (const route of routes) {
    const pattern = route.operation.path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    const found = route.operation.method === method ? new RegExp(`^${pattern}$`).exec(path) : null;
    if (found) return { route, params: { ...found.groups } };
  }
  return assert.fail(`no room for ${method} ${path}`);
}

function act(
  { leg: name, does, status = 0, q850, media }: Extract<ScenarioStep, { leg: string }>,
  { gateway }: Played,
) {
  const leg = legOf(name, gateway);
  if (does === "ring") gateway.ring(leg, media === true);
  else if (does === "answer") gateway.answer(leg, media === true);
  else if (does === "hang-up") gateway.end(leg);
  else gateway.fail(leg, { status, ...(q850 !== undefined && { q850 }) });
}

/** `phone 101`: that agent's phone now; `party 2`: the second party that there was. */
function legOf(name: string, { legs }: TestGateway): LegId {
  const [kind, which = ""] = name.split(" ");
  const all = [...legs.reporters.keys()];
  const found =
    kind === "phone"
      ? all.findLast((leg) => leg.startsWith(`${which}.phone.`) && legs.alive.has(leg))
      : all.filter((leg) => !/\.phone\./.test(leg))[Number(which) - 1];
  assert.ok(found, `no leg ${name}`);
  return found;
}
