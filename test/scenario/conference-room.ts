// Conferences of agents for the tests of them: 101 in the chair, 102 and 103 and somebody outside as members, and what each is told.

import assert from "node:assert/strict";
import type { LegId } from "../../src/base/ids.ts";
import type { Address, NewConference } from "../../src/runtime/conference-face.ts";
import type { SignIn } from "../../src/runtime/face.ts";
import { signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

export const wanted: NewConference = { members: 4, caller: "", minutes: 60, promptMinutes: 0, voicePath: "" };
export const agent = (number: string): Address => ({ type: "agent", number });
export const outside = (number: string): Address => ({ type: "party", number });
export const joined = "AgentConf_SelfJoinResult";
export const granted = "AgentConf_RequestSuccess";
export const changed = "AgentConf_ParticipantChanged";
export const leftIt = "AgentConf_SelfLeaveResult";
export const ringing = "AgentConf_Ringing";

export const code = (outcome: object): string => ("refused" in outcome ? String(outcome.refused) : "0");
export const world = (change: Parameters<typeof testGateway>[0] = {}): TestGateway =>
  testGateway({ ...change, site: { announcements: { hello: "h.wav", bye: "b.wav" }, ...change.site } });

/** The phone of an agent, as long as it has a leg. */
export function phoneOf(gateway: TestGateway, id: string): LegId {
  const leg = [...gateway.legs.alive.keys()].find((each) => each.startsWith(`${id}.phone.`));
  assert.ok(leg, `the phone of ${id} has no leg`);
  return leg;
}

export function partyLegs(gateway: TestGateway): readonly LegId[] {
  return [...gateway.legs.alive.keys()].filter((leg) => leg.includes(".party"));
}

export async function signIn(gateway: TestGateway, id: string, change: Partial<SignIn> = {}): Promise<void> {
  await signedIn(gateway, { phoneNumber: `400${id.slice(1)}`, ...change }, id);
}

/** Agent 101 in the chair of an empty conference. */
export async function chaired(gateway: TestGateway, change: Partial<NewConference> = {}): Promise<void> {
  await signIn(gateway, "101");
  assert.equal(code(gateway.conferences.request("101", { ...wanted, ...change })), "0");
  gateway.ring(phoneOf(gateway, "101"));
  gateway.answer(phoneOf(gateway, "101"));
  assert.deepEqual(await gateway.told(), ["Busy", "PhoneAlerting", "PhoneOffhook", joined, granted]);
}

export const invites = (gateway: TestGateway, ...addresses: readonly Address[]): string =>
  code(gateway.conferences.invite("101", { addresses, caller: "", voicePath: "" }));

/** Agents 101 in the chair, 102 and 103, and somebody outside; what they were told is forgotten. */
export async function four(gateway: TestGateway): Promise<{ legs: readonly LegId[]; party: LegId }> {
  await chaired(gateway);
  for (const id of ["102", "103"]) await signIn(gateway, id);
  assert.equal(invites(gateway, agent("102"), agent("103"), outside("40040")), "0");
  for (const id of ["102", "103"]) gateway.answer(phoneOf(gateway, id));
  const [party] = partyLegs(gateway);
  assert.ok(party);
  gateway.answer(party);
  for (const id of ["101", "102", "103"]) await gateway.told(id);
  return { legs: [...["101", "102", "103"].map((id) => phoneOf(gateway, id)), party], party };
}

export type Change = { changeType: number; changeReason: number; result: number; participant: string };

/** Changes of members that the agent is told of: `type/reason participant`. */
export async function changes(gateway: TestGateway, id: string): Promise<string[]> {
  return (await gateway.events(id)).flatMap(({ eventType, content }) => {
    if (eventType !== changed) return [eventType.replace(/^Agent(State|Event|Other)_/, "")];
    const { changeType, changeReason, result, participant } = content as Change;
    return [`${result === 0 ? "" : "not "}${changeType}/${changeReason} ${participant}`];
  });
}

export function nothingLeft(gateway: TestGateway): void {
  gateway.reconcile();
  gateway.reconcile();
  assert.deepEqual(gateway.mended, []);
  assert.deepEqual([gateway.legs.census(), gateway.census().calls], [0, 0]);
  for (const id of ["101", "102", "103"]) assert.equal(gateway.agentStatus(id).isWorking, false, id);
}

export const heard = (gateway: TestGateway, leg: LegId) => gateway.legs.heard.get(leg);
