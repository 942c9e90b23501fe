// Sessions: one sign-in of an agent at a time, and a Guid that is never valid for anybody else, whatever happens.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { here, signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

const request = (phoneNumber: string) =>
  ({
    ...{ password: "", phoneNumber, autoAnswer: true, autoEnterIdle: true, releasePhone: true },
    ...({ agentType: 4, status: 4 } as const),
  }) as const;

test("while a sign-in waits for its password, another one and a sign-out of the agent are 100-021", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const first = gateway.signIn("101", request("40001"), { force: true }, here);
  const second = gateway.signIn("101", request("40001"), { force: true }, here);
  for (const force of [false, true]) {
    const out = gateway.signOut("101", { force, reason: 0 });
    assert.ok("refused" in out);
    assert.equal(out.refused, "100-021");
  }
  const refused = await second;
  assert.ok("refused" in refused);
  assert.equal(refused.refused, "100-021");
  assert.ok("guid" in (await first));
  assert.deepEqual(gateway.signOut("101", { force: false, reason: 0 }), { done: true });
});

const agents = ["101", "102", "103"] as const;
type Agent = (typeof agents)[number];
type World = { readonly gateway: TestGateway; readonly issued: Readonly<Record<Agent, string[]>> };

const acts: Readonly<Record<string, (world: World, agent: Agent, ms: number) => void | Promise<void>>> = {
  async signIn({ gateway, issued }, agent) {
    const reply = await gateway.signIn(agent, request(`40${agent.replace("1", "0")}`), { force: true }, here);
    assert.ok("guid" in reply);
    issued[agent].push(reply.guid);
  },
  poll({ gateway, issued }, agent) {
    const alive = gateway.authorise(agent, issued[agent].at(-1), true, here);
    if ("renewedGuid" in alive && alive.renewedGuid) issued[agent].push(alive.renewedGuid);
  },
  signOut: ({ gateway }, agent) => void gateway.signOut(agent, { force: true, reason: 0 }),
  wait: ({ gateway }, _agent, ms) => gateway.clock.advance(ms),
};

/** Each Guid that was ever handed out, tried with each agent whose it is not. */
function tryOthers({ gateway, issued }: World): void {
  const tries = agents.flatMap((owner) =>
    issued[owner].flatMap((guid) => agents.filter((other) => other !== owner).map((other) => [other, guid] as const)),
  );
  for (const [other, guid] of tries) assert.ok("refused" in gateway.authorise(other, guid, false, here));
}

const step = fc.tuple(fc.constantFrom(...Object.keys(acts)), fc.constantFrom(...agents), fc.nat(90_000));

test("any sequence of sign-ins, renewals, sign-outs and silence: a Guid opens its own agent's session or nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world: World = { gateway: testGateway(), issued: { "101": [], "102": [], "103": [] } };
      for (const [name, agent, ms] of steps) {
        await acts[name]?.(world, agent, ms);
        tryOthers(world);
      }
    }),
    { numRuns: 60 },
  );
});
