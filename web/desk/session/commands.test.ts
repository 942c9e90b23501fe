// What the agent's choices of a state ask of the gateway.

import assert from "node:assert/strict";
import { it } from "node:test";
import { AGENT, emptyDesk } from "../state/desk-state.ts";
import { commandsOf } from "./commands.ts";
import type { DeskSession } from "./desk-session.ts";

/** The commands of an agent in this state, and what they ask. */
function inState(agent: number) {
  const asked: string[] = [];
  const client = new Proxy({}, { get: (_, name) => () => asked.push(String(name)) });
  const session = {
    model: () => ({ desk: { ...emptyDesk(0), agent } }),
    ask: async (_: string, act: (client: object) => unknown) => act(client),
    input: ({ wish }: { readonly wish: string | null }) => asked.push(`wish ${wish}`),
  };
  const commands = commandsOf(session as unknown as DeskSession, { flush: async () => {} });
  return { commands, asked };
}

it("ready in wrap-up is ready, whatever was to come after it; what was to come can begin at once", async () => {
  const { commands, asked } = inState(AGENT.wrapUp);
  await commands.become("rest", { seconds: 900, cause: 0 });
  await commands.become("ready");
  await commands.endWrapUp();
  assert.deepEqual(asked, ["rest", "wish rest", "sayFree", "wish null", "cancelWork"]);
});

it("busy and rest outside a call and wrap-up are no wishes", async () => {
  const { commands, asked } = inState(AGENT.idle);
  await commands.become("busy");
  assert.deepEqual(asked, ["sayBusy", "wish null"]);
  const resting = inState(AGENT.rest);
  await resting.commands.become("ready");
  assert.deepEqual(resting.asked, ["cancelRest", "wish null"]);
});
