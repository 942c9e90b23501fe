// A gateway that runs takes another site file and certificate: by SIGHUP and by its operator, in one piece, with its sessions.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect } from "node:tls";
import { Agent } from "./conformance/agent.ts";
import { bareSite, quick, siteWith } from "./conformance/sites.ts";
import { certificateBy, makeCa } from "./support/certificates.ts";
import { type StartedGateway, startGateway } from "./support/started-gateway.ts";
import { until } from "./support/until.ts";

/** Agent 120 may do everything here. */
const operator = '  - { id: 120, name: Agent 120, password: "", skills: [], rights: [administrator] }';
const withOperator = (site: string): string => site.replace("agents:\n", `agents:\n${operator}\n`);
const base = withOperator(bareSite);
const newcomer = base.replace("agents:\n", 'agents:\n  - { id: 113, name: Newcomer, password: "", skills: [25] }\n');

let gateway: StartedGateway;
let cookie: string;

before(async () => {
  gateway = await startGateway({ site: base, settings: { ...quick } });
  const reply = await ask("POST", "session", { user: "120", password: "" });
  cookie = reply.headers.getSetCookie()[0]?.split(";")[0] ?? "";
});
after(() => gateway?.stop());

const ask = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${gateway.url}/seatway/v1/operator/${path}`, {
    method,
    headers: { cookie: cookie ?? "", "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const put = (site: string): Promise<void> => writeFile(join(gateway.data, "site.yaml"), site);

/** By its operator: status and reply. */
async function reload(): Promise<{ status: number; said: unknown }> {
  const reply = await ask("POST", "reload", {});
  return { status: reply.status, said: await reply.json() };
}

/** SHA-256 of the certificate that is shown at this port. */
const shownAt = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? "");
      socket.destroy();
    });
    socket.on("error", reject);
  });

test("SIGHUP: a new agent signs in, a phone more is known, and who polls stays where he is", async () => {
  const old = await new Agent(gateway, "101", "40001").begin();
  const stranger = new Agent(gateway, "113", "40001");
  assert.notEqual((await stranger.signIn()).code, "0");
  const polling = old.poll();
  await put(newcomer.replace("phones:\n", 'phones:\n  - { number: "40013", password: conformance }\n'));
  process.kill(gateway.pid, "SIGHUP");
  const entry = await gateway.logged(({ msg }) => msg === "reloaded");
  assert.deepEqual([entry["changed"], entry["peer"]], ["agents, phones", "SIGHUP"]);
  assert.equal((await polling).code, "0");
  assert.equal((await old.ask("GET /onlineagent/@/agentstatus")).code, "0");
  const added = await new Agent(gateway, "113", "40013").begin();
  await added.ask("DELETE /onlineagent/@/logout");
});

test("SIGHUP while it opens ends nothing: what it asks for comes as soon as it is open", async (t) => {
  const signal = (pid: number, data: string): void => {
    const asked = until("the store to be opened", async () => (await readdir(data)).includes("seatway.db") || null);
    asked.then(() => process.kill(pid, "SIGHUP"));
  };
  const early = await startGateway({ site: base, settings: { ...quick }, spawned: signal });
  t.after(() => early.stop());
  const entry = await early.logged(({ msg, peer }) => msg === "reloaded" && peer === "SIGHUP");
  assert.equal(entry["changed"], "");
});

test("what needs a restart is named, and nothing beside it has changed", async () => {
  const trunk = withOperator(siteWith([{ name: "carrier", port: 9, pattern: "4xxxx" }])).replace(
    "Agent 102",
    "Another name",
  );
  await put(trunk);
  const { status, said } = await reload();
  assert.equal(status, 409);
  assert.match(JSON.stringify(said), /trunks: needs a restart/);
  const { agents } = (await (await ask("GET", "directory")).json()) as { agents: { id: string; name: string }[] };
  assert.equal(agents.find(({ id }) => id === "102")?.name, "Agent 102");
});

test("a slip in the file is told with its line, and an agent who is signed in is not taken away", async () => {
  await put(base.replace("defaultSkill: 25", "defaultSkill: 99"));
  assert.match(JSON.stringify((await reload()).said), /site\.yaml:\d+.*defaultSkill/);
  await put(base);
  const agent = await new Agent(gateway, "113", "40013").begin();
  const why =
    "agents: 113 is signed in and cannot be taken away; phones: 40013 is the phone of agent 113, who is signed in";
  assert.deepEqual(await reload(), { status: 409, said: { message: why, retcode: "000-002" } });
  await agent.ask("DELETE /onlineagent/@/logout");
  assert.deepEqual((await reload()).status, 200);
  assert.notEqual((await agent.signIn()).code, "0");
});

test("another certificate is shown at HTTPS and SIP over TLS; a key that does not fit is refused", async () => {
  const before = await shownAt(gateway.ports.https);
  const tls = (name: string): string => join(gateway.data, "tls", name);
  const own = await certificateBy(await makeCa("Reload CA"), "gateway.example.com");
  const key = await readFile(tls("key.pem"));
  await writeFile(tls("cert.pem"), own.cert);
  const refused = await reload();
  assert.equal(refused.status, 409);
  assert.match(JSON.stringify(refused.said), /key\.pem is not the key of cert\.pem/);
  assert.equal(await shownAt(gateway.ports.https), before);
  await writeFile(tls("key.pem"), own.key);
  assert.notDeepEqual(await readFile(tls("key.pem")), key);
  const { fingerprint256 } = new X509Certificate(own.cert);
  assert.deepEqual(await reload(), { status: 200, said: { changed: [], certificate: fingerprint256 } });
  assert.equal(await shownAt(gateway.ports.https), fingerprint256);
  assert.equal(await shownAt(gateway.ports.sips), fingerprint256);
});

test("the log level of the site file changes, and the settings page says so; the audit log has it all", async () => {
  await put(`${base}settings: { SEATWAY_LOG_LEVEL: debug }\n`);
  assert.deepEqual((await reload()).said, { changed: ["SEATWAY_LOG_LEVEL"], certificate: null });
  const settings = (await (await ask("GET", "settings")).json()) as { name: string; value: string }[];
  assert.equal(settings.find(({ name }) => name === "SEATWAY_LOG_LEVEL")?.value, "debug");
  const rows = await until("the audit row", async () => {
    const all = (await (await ask("GET", "audit")).json()) as { what: string; face: string }[];
    const found = all.filter(({ what }) => what === "reload");
    return found.length >= 4 ? found : null;
  });
  assert.deepEqual([...new Set(rows.map(({ face }) => face))].toSorted(), ["console", "signal"]);
});
