// What every operation with a session refuses: a stranger, and an agent who is not there (decisions.md 2, 10).

import assert from "node:assert/strict";
import { Agent, stranger } from "./agent.ts";

/** `signedIn` has a session; the operation is not carried out by any of these requests. */
export async function refusesStrangers(signedIn: Agent, line: string, body?: unknown): Promise<void> {
  const own = await signedIn.ask(line, body, ["Guid: wrong"]);
  assert.equal(own.body, stranger, line);
  const without = await signedIn.ask(line, body, []);
  assert.equal(without.body, stranger, line);
  const absent = await new Agent(signedIn.gateway, "59999", "40012").ask(line, body);
  assert.equal(absent.body, '{"message":"the agent is not signed in","retcode":"100-006"}', line);
  const outside = await new Agent(signedIn.gateway, "100", "40012").ask(line, body);
  assert.equal(outside.code, "000-002", line);
}
