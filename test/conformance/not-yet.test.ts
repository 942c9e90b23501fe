// Operations of the interface that are not built yet: each is known and says so (decisions.md 10). What is built is not
// among them: every operation of the contract is a path of the catalogue.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogue, secondMethods } from "../../src/contract/catalogue.ts";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { root } from "./agent.ts";
import { builtOperations } from "./documents.ts";
import { send } from "./raw-http.ts";
import { bareSite } from "./sites.ts";

let gateway: StartedGateway;

before(async () => {
  gateway = await startGateway({ site: bareSite });
});
after(() => gateway?.stop());

const built = new Set(builtOperations.map(({ method, path }) => `${method} ${path}`));
const documented = [...catalogue, ...secondMethods];
const notYet = documented.filter((line) => !built.has(line));

test("operations: every built one is a path of the interface", () => {
  for (const line of built) assert.ok(documented.includes(line), line);
  assert.equal(new Set(documented).size, documented.length, "each stands once");
});

test(`operations not built yet: each of the ${notYet.length} answers 200, 100-007, not available`, async () => {
  for (const line of notYet) {
    const [method, path = ""] = line.split(" ");
    const filled = root + path.replace("{agentid}", "101").replaceAll(/\{\w+\}/g, "1");
    const reply = await send(
      { port: gateway.ports.http },
      `${method} ${filled}`,
      [],
      method === "GET" ? undefined : "{}",
    );
    assert.deepEqual([reply.status, reply.body], [200, '{"message":"not available","retcode":"100-007"}'], line);
  }
});
