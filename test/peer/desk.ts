// An agent at his desk, over REST: signs in, calls out, and reads his events in order.

import assert from "node:assert/strict";
import { type AgentEventMessage, connect, type SignInRequest } from "../../src/client/connect.ts";
import { until } from "../support/until.ts";

export type Desk = {
  /** Work number. */
  readonly agent: string;
  /** The operations that are not wrapped here; see `accepted`. */
  readonly session: ReturnType<typeof connect>;
  /** Call id of a callout that was accepted. */
  callOut(request: { called: string; mediaability?: 0 | 1 | 2 }): Promise<string>;
  /** Waits for as many events as these, says that they are these in this order, and forgets them. */
  told(expected: readonly string[]): Promise<readonly AgentEventMessage[]>;
  /** Waits until this one has come, told or not told yet; forgets nothing. */
  saw(event: string): Promise<void>;
  /** That nothing but what was told has come: busy and idle again, whose events stand after all earlier ones. */
  nothingMore(): Promise<void>;
  /** The agent's state number (behaviour.md §5). */
  state(): Promise<number>;
  leave(): Promise<void>;
};

/** Signed in and idle; the events of the sign-in are read. */
export async function sitDown(url: string, agent: string, request: SignInRequest): Promise<Desk> {
  const session = connect({ url, agent });
  const seen: AgentEventMessage[] = [];
  session.onEvent((event) => void seen.push(event));
  accepted(await session.signIn(request));
  const shown = (): string[] => seen.map(short);
  const told = async (expected: readonly string[]): Promise<readonly AgentEventMessage[]> => {
    await until(`${expected.join(", ")}`, () => (seen.length >= expected.length ? true : null)).catch(() => {});
    const told = shown().slice(0, Math.max(expected.length, 1));
    // What the wire said stands in the description of a failed call.
    assert.deepEqual(told, expected, `told ${told.join(", ")} ${descriptions(seen)} instead of ${expected.join(", ")}`);
    return seen.splice(0, expected.length);
  };
  await told(["InService", "Ready"]);
  return {
    agent,
    session,
    told,
    callOut: async (wanted) => accepted(await session.callOut(wanted)),
    async saw(event) {
      await until(`${event} among ${shown().join(", ")}`, () => shown().includes(event) || null);
    },
    async nothingMore() {
      assert.deepEqual(shown(), []);
      accepted(await session.sayBusy());
      await told(["SetNotReady_Success 0"]);
      accepted(await session.cancelBusy());
      await told(["CancelNotReady_Success"]);
    },
    state: async () => accepted(await session.agentStatus()).agentState,
    async leave() {
      // A gateway that has gone has no session left.
      await session.forceSignOut().catch(() => {});
      session.stop();
    },
  };
}

type Reply<T> = Awaited<{ ok: true; result: T } | { ok: false; retcode: string; message: string }>;

/** The result of an operation that must not be refused. */
export function accepted<T>(reply: Reply<T>): T {
  assert.ok(reply.ok, JSON.stringify(reply));
  return reply.result;
}

const descriptions = (events: readonly AgentEventMessage[]): readonly string[] =>
  events.flatMap(({ content }) =>
    content !== null && typeof content === "object" && "desc" in content ? [`(${content.desc})`] : [],
  );

/** `Talking`, `PhoneRelease 3`, `detect 537`: the name without its prefix, and what the content says in short. */
function short({ eventType, content }: AgentEventMessage): string {
  const name = eventType.replace(/^Agent(State|Event|Other)_/, "");
  if (content === null || typeof content === "string") return name;
  if ("detect" in content) return `detect ${content.detect}`;
  if ("phoneState" in content) return `${name} ${content.phoneState}`;
  if ("reason" in content) return `${name} ${content.reason}`;
  if ("mediaAbility" in content && content.mediaAbility === "3") return `${name} video`;
  return name;
}

/** The call ids that an event names: none for events of the agent or his phone alone. */
export function callIds({ content }: AgentEventMessage): readonly string[] {
  if (content === null) return [];
  if (typeof content === "string") return [content];
  return Object.entries(content).flatMap(([key, value]) => (/^callid$/i.test(key) ? [String(value)] : []));
}
