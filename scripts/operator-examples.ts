// An example of every operation of the operator's side that answers in JSON, asked of the demo site by administrator 120 in this order:
// what changes something is taken back by what follows.

import { type OperatorOperation, operatorOperations, operatorRoot } from "../src/contract/operator.ts";
import type { Example, Examples } from "./open-api.ts";
import { sampled } from "./sampled.ts";
import { settled } from "./settled.ts";

type Id = keyof typeof operatorOperations;
/** What stands below the root, where the path of the contract is not it; `{call}`: a call of agent 101. */
type Asked = readonly [id: Id, path?: string | undefined, body?: unknown];

const asked: readonly Asked[] = [
  ...([
    ["signIn", undefined, { user: "120", password: "" }],
    ["session"],
    ["board"],
    ["directory"],
    ["phones"],
  ] as const),
  ...([["parameters"], ["settings"], ["users"], ["audit", "/audit?limit=2"], ["stations"], ["siteEntries"]] as const),
  ["changeParameter", "/parameters/P978", { value: 0 }],
  ["mml", undefined, { command: "LST SFP: ID=P978;" }],
  ["createEntry", "/site/numbers/8099", { to: { skill: 25 } }],
  ["changeEntry", "/site/numbers/8099", { priority: 5 }],
  ["removeEntry", "/site/numbers/8099"],
  ["changeEntry", "/site/skills/25", { record: true }],
  ["takeBackEntry", "/site/skills/25/take-back"],
  ["trunks"],
  ["testTrunk", "/trunks/demo/test", {}],
  ["behave", "/simulation/parties/40040", { answerAfterMs: 30 }],
  ["simulate", "/simulation/parties/40040/reset"],
  ["recordings", "/recordings?limit=2"],
  ["timeline", "/calls/{call}/timeline"],
  ["supervise", "/agents/101/supervise", { act: "listen" }],
  ["supervise", "/agents/101/supervise", { act: "end" }],
  ["force", "/agents/101/force", { state: "busy" }],
  ["dropCall", "/calls/{call}/drop"],
  ["records", "/records?limit=2"],
  ["signOutAgent", "/agents/101/sign-out"],
  ["signOut"],
];

/** `talk`: agent 101 is in a call from then on; its id. */
export async function askOperator(url: string, talk: () => Promise<string>): Promise<Examples> {
  const call = await talk();
  const examples: Record<string, Example> = {};
  let cookie = "";
  for (const [id, path, body] of asked) {
    const operation: OperatorOperation = operatorOperations[id];
    const target = operatorRoot + (path ?? operation.path).replace("{call}", call);
    const ask = async (): Promise<unknown> => {
      const reply = await fetch(url + target, {
        method: operation.method,
        headers: { Cookie: cookie, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (reply.status !== 200) throw new Error(`${id}: ${reply.status} ${await reply.text()}`);
      if (id === "signIn") cookie = reply.headers.getSetCookie()[0]?.split(";")[0] ?? "";
      return reply.json();
    };
    const reply = await settled(ask, (it) => id !== "records" || !JSON.stringify(it).includes('"outcome":"live"'));
    const shown = {
      path: operatorRoot + (path ?? operation.path).replace("{call}", "1795350417-1"),
      reply: sampled(reply),
    };
    examples[`operator.${id}`] ??= body === undefined ? shown : { ...shown, body };
  }
  return examples;
}
