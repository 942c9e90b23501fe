// Agents of the demo site whom this page has signed in, to place their calls: by the REST requests and events of any agent's program. They
// stay while the console's page is open.

import { type AgentSession, connect, type Refused } from "../../../src/client/connect.ts";
import { openExchange } from "../../../src/client/exchange.ts";
import type { Asked } from "./scenario-player.ts";

export type Member = { readonly id: string; readonly phone: string; readonly session: AgentSession };

/** A request of an agent was refused. `retcode` as the interface has it. */
export class AgentRefusal extends Error {
  override readonly name = "AgentRefusal";
  readonly agent: string;
  readonly retcode: string;

  constructor(agent: string, { retcode, message }: Pick<Refused, "retcode" | "message">) {
    super(message);
    this.agent = agent;
    this.retcode = retcode;
  }
}

const LOOK_MS = 100;
const IDLE_LOOKS = 50;

const members = new Map<string, Member>();

/** Events by WebSocket: of streams over HTTP a browser has six for all its pages. */
const opened = (id: string): AgentSession => connect({ url: location.origin, agent: id, streams: ["websocket"] });

/** @throws AgentRefusal, GatewayFault. */
export async function signedIn(id: string, phone: string, autoanswer = true): Promise<Member> {
  await signOut(id);
  const session = opened(id);
  const reply = await session.signIn({ phonenum: phone, autoanswer, autoenteridle: true, status: 4 });
  if (!reply.ok) {
    session.stop();
    throw new AgentRefusal(id, reply);
  }
  const member = { id, phone, session };
  members.set(id, member);
  void session.ended.then(() => {
    if (members.get(id) === member) members.delete(id);
  });
  return member;
}

/** With his call, if he has one. */
export async function signOut(id: string): Promise<void> {
  const member = members.get(id);
  members.delete(id);
  await member?.session.forceSignOut().catch(() => {});
  member?.session.stop();
}

/** Idle again after whatever he did. Rejects when he cannot be. */
export async function becomeIdle({ session, id }: Member, pause: (ms: number) => Promise<void>): Promise<void> {
  for (let look = 0; look < IDLE_LOOKS; look += 1) {
    const reply = await session.agentStatus();
    if (!reply.ok) throw new AgentRefusal(id, reply);
    const { agentState } = reply.result;
    if (agentState === 4) return;
    if (agentState === 3) await session.sayFree();
    else if (agentState === 5) await session.cancelWork();
    else if (agentState === 8) await session.cancelRest();
    await pause(LOOK_MS);
  }
  throw new AgentRefusal(id, { retcode: "100-009", message: "the agent does not become idle" });
}

type Line = { readonly method: string; readonly path: string; readonly body: unknown };

/** Any request of the interface, as a saved scenario has it. */
export async function asked({ session }: Member, { method, path, body }: Line, signal: AbortSignal): Promise<Asked> {
  const exchange = openExchange({
    ...{ url: location.origin, timeoutMs: 15_000, signal },
    fetch: (url, init) => fetch(url, init),
  });
  const { useGuid: take } = exchange;
  take(session.guid());
  const segments = path.slice(1).split("/").map(decodeURIComponent);
  const reply = await exchange.ask(
    { method: method as "PUT" | "POST" | "DELETE", path: segments, ...(body !== undefined && { body }) },
    (value) => ({ value }),
  );
  return reply.ok ? { retcode: "0", result: reply.result.value } : { retcode: reply.retcode, result: null };
}

/** Nobody is left signed in behind a page that is gone. */
function leaveAll(): void {
  for (const { id, session } of members.values()) {
    const url = `${location.origin}/agentgateway/resource/onlineagent/${id}/forcelogout`;
    void fetch(url, { method: "DELETE", headers: { Guid: session.guid() }, keepalive: true }).catch(() => {});
  }
}

globalThis.addEventListener?.("pagehide", leaveAll);
