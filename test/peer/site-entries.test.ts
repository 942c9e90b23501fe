// Entries of the site that an administrator creates, changes and deletes while the gateway runs: in force at once, after a restart too,
// written back by `seatway site export`; trunks at the next start. Each refusal names field and rule, each change is a line.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect } from "../../src/client/connect.ts";
import { isOperatorRefused, operatorClient } from "../../src/client/operator.ts";
import type { SiteKind } from "../../src/contract/site-edit.ts";
import { parseSite } from "../../src/site-file.ts";
import { startGateway } from "../support/started-gateway.ts";

const site = `# Ours.
agents:
  - { id: 101, name: Agent 101, password: "", skills: [25] }
  - { id: 120, name: Root, password: "", rights: [agent, administrator] }
skills: [{ id: 25, name: voice, queue: { maxWaiting: 5 } }]
phones: [{ number: "40001", password: hush }]
callers: ["40038"]
defaultCaller: "40038"
defaultSkill: 25
`;

const cli = fileURLToPath(new URL("../../bin/cli.mjs", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "seatway-test-"));
const settings = { SEATWAY_CONFIG: join(folder, "site.yaml") };
await writeFile(settings.SEATWAY_CONFIG, site);
let gateway = await startGateway({ data: folder, settings });
after(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

const signedIn = async (user = "120") => {
  const operator = operatorClient({ url: gateway.url });
  const session = await operator.ask("signIn", { body: { user, password: "" } });
  assert.ok(!isOperatorRefused(session), JSON.stringify(session));
  const says = async (
    id: "createEntry" | "changeEntry" | "removeEntry" | "takeBackEntry",
    kind: SiteKind,
    key: string,
    body?: object,
  ) => {
    const reply = await operator.ask(id, { fields: { kind, key }, ...(body && { body }) });
    return isOperatorRefused(reply) ? `${reply.status} ${reply.message}` : "done";
  };
  const entries = async () => {
    const view = await operator.ask("siteEntries");
    assert.ok(!isOperatorRefused(view));
    return view;
  };
  return { operator, says, entries };
};

test("created, changed, deleted: in force at once; what is wrong is said; secrets stay", async () => {
  const { operator, says, entries } = await signedIn();
  assert.equal(await says("createEntry", "skills", "26", { name: "service" }), "done");
  assert.equal(
    await says("createEntry", "agents", "102", { name: "Agent 102", password: "secret-1", skills: [26] }),
    "done",
  );
  assert.equal(await says("createEntry", "phones", "40002", { password: "hush-2" }), "done");
  assert.equal(await says("createEntry", "numbers", "8000", { to: { skill: 26 } }), "done");
  const bob = connect({ url: gateway.url, agent: "102" });
  assert.ok(
    (await bob.signIn({ phonenum: "40002", password: "secret-1" })).ok,
    "with his password and phone, a moment later",
  );
  assert.equal(await says("createEntry", "agents", "102", { name: "B" }), "400 id: 102 is there already");
  assert.equal(await says("changeEntry", "agents", "103", { name: "B" }), "404 id: there is no 103");
  assert.match(await says("changeEntry", "agents", "102", { name: "" }), /^400 name: .*1 to 64 characters expected$/);
  assert.match(
    await says("changeEntry", "agents", "102", { caller: "1" }),
    /^400 caller: 1 is not one of the site's callers$/,
  );
  assert.match(await says("changeEntry", "agents", "102", { wrapUp: 1 }), /^400 wrapUp: none of id, name, /);
  assert.match(await says("removeEntry", "skills", "26"), /^400 .*26 is not a skill of this site/);
  assert.equal(await says("removeEntry", "agents", "102"), "400 agents: 102 is signed in and cannot be taken away");
  assert.equal(await says("changeEntry", "skills", "25", { name: "first line", record: true }), "done");
  assert.equal(await says("changeEntry", "agents", "101", { name: "Agent 101 north", password: "" }), "done");
  const { agents, skills, phones } = await entries();
  assert.deepEqual(
    [...agents, ...skills, ...phones].map(({ key, state, secrets }) => `${key} ${state} ${secrets.join()}`),
    [
      "101 changed ",
      "120 file ",
      "102 new password",
      "25 changed ",
      "26 new ",
      "40001 file password",
      "40002 new password",
    ],
  );
  assert.doesNotMatch(JSON.stringify(await entries()), /hush|scrypt/);
  const log = await operator.ask("audit", { fields: { limit: 3 } });
  assert.ok(!isOperatorRefused(log));
  assert.deepEqual(
    log.map(({ face, peer, what }) => `${face} ${peer} ${what}`),
    ["console 120 127.0.0.1 agents 101", "console 120 127.0.0.1 skills 25", "console 120 127.0.0.1 numbers 8000"],
  );
  assert.match(log[1]?.before ?? "", /"name":"voice"/);
  assert.match(log[1]?.after ?? "", /"name":"first line"/);
  assert.doesNotMatch(JSON.stringify(log), /secret-1|hush|scrypt/);
  assert.ok((await bob.forceSignOut()).ok);
});

test("of two who create the same entry at once, one is told that it is there", async () => {
  const { says } = await signedIn();
  const both = ["one", "two"].map((name) => says("createEntry", "skills", "27", { name }));
  assert.deepEqual((await Promise.all(both)).toSorted(), ["400 id: 27 is there already", "done"]);
  assert.equal(await says("removeEntry", "skills", "27"), "done");
});

test("a trunk waits for the next start; then it is there, as everything else; exported with the file's comments", async () => {
  const before = await signedIn();
  const carrier = { host: "127.0.0.1", port: 5999, patterns: ["9."], probeMs: 0 };
  assert.match(await before.says("createEntry", "trunks", "carrier", { ...carrier, port: 0 }), /^400 port: /);
  assert.equal(await before.says("createEntry", "trunks", "carrier", carrier), "done");
  assert.deepEqual(
    (await before.entries()).trunks.map(({ key, waits }) => [key, waits]),
    [["carrier", true]],
  );
  assert.equal(
    await before.says("changeEntry", "agents", "101", { name: "Agent 101 south" }),
    "done",
    "a trunk that waits holds nothing up",
  );
  const { ports } = gateway;
  await gateway.stop();
  gateway = await startGateway({ data: folder, settings, ports });
  const { says, entries } = await signedIn();
  const view = await entries();
  assert.deepEqual(
    view.trunks.map(({ key, waits }) => [key, waits]),
    [["carrier", false]],
  );
  assert.equal(view.agents[0]?.fields["name"], "Agent 101 south");
  const run = promisify(execFile);
  const environment = { ...process.env, ...settings, SEATWAY_DATA: folder };
  const { stdout } = await run(process.execPath, ["--disable-warning=ExperimentalWarning", cli, "site", "export"], {
    env: environment,
  });
  const read = parseSite("export.yaml", stdout);
  assert.ok(!("problems" in read) && stdout.startsWith("# Ours.\n"));
  assert.deepEqual(
    [read.site.trunks[0]?.name, read.site.agents.at(-1)?.name, read.site.skills[0]?.queue],
    ["carrier", "Agent 102", { maxWaiting: 5 }],
  );
  assert.equal(await says("takeBackEntry", "agents", "101"), "done");
  assert.equal(await says("removeEntry", "numbers", "8000"), "done");
  assert.equal(await says("removeEntry", "agents", "102"), "done");
  const after = await entries();
  assert.deepEqual(
    after.agents.map(({ key, state }) => [key, state]),
    [
      ["101", "file"],
      ["120", "file"],
    ],
  );
  assert.deepEqual(after.numbers, []);
});
