// What images.test.ts runs in a network of its own: the gateway's image alone with the demo site, then everything that the compose file
// starts, with a call over all of it. The one argument: where own-docker.ts has the images.

import assert from "node:assert/strict";
import { chownSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { composeFiles } from "../../scripts/images.ts";
import { type Docker, startDocker } from "../../scripts/own-docker.ts";
import { accepted, type Desk, sitDown } from "../peer/desk.ts";
import { password, siteFile } from "../peer/site.ts";
import { type Baresip, startBaresip } from "../support/baresip.ts";
import { certificateBy, makeCa } from "../support/certificates.ts";
import { clearToneS } from "../support/tone-level.ts";
import { until } from "../support/until.ts";

const images = process.argv[2] ?? assert.fail("where the images are");
const url = "http://127.0.0.1:8000";
const edge = { address: "127.0.0.1", port: 5070, tlsPort: 5071, carrier: 5090, node: "127.0.0.2" };
const talking = ["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"];
/** A start and some ten seconds until the first look at its health. */
const patienceMs = 60_000;
let docker: Docker;
let folder: string;
/** What was started here and has to end before the engine. */
const phones: Baresip[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "seatway-inside-"));
  docker = await startDocker(images);
});
after(async () => {
  for (const phone of phones) await phone.stop();
  await docker.stop();
  await rm(folder, { recursive: true, force: true });
});

const inspected = (container: string, field: string): string =>
  docker.run(["inspect", "--format", `{{${field}}}`, container]).trim();

const healthy = (container: string): Promise<true> =>
  until(
    `${container} to be healthy:\n${docker.run(["logs", container])}`,
    () => inspected(container, ".State.Health.Status") === "healthy" || null,
    patienceMs,
  );

/** What `seatway` prints in the container; throws when it exits with anything but 0. */
const seatway = (container: string, ...args: readonly string[]): string =>
  docker.run(["exec", container, "seatway", ...args]);

test("the gateway's image alone: ready and healthy, a callout, the doctor; SIGTERM ends it with 0, its volume keeps the record", async () => {
  const walls = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
  const volume = ["--volume", "alone:/var/lib/seatway"];
  docker.run(["run", "--detach", "--name", "alone", "--network", "host", ...walls, ...volume, "seatway"]);
  await healthy("alone");
  assert.match(docker.run(["exec", "alone", "id"]), /^uid=1000\(node\) /);
  const called = seatway("alone", "callout", "--agent", "101", "--phone", "40001", "--called", "40040");
  assert.match(called, /AgentEvent_Talking .*AgentState_Ready/s);
  assert.match(seatway("alone", "doctor"), /^ok +ports/m);
  docker.run(["stop", "--time", "30", "alone"]);
  assert.equal(inspected("alone", ".State.ExitCode"), "0");
  docker.run(["start", "alone"]);
  await healthy("alone");
  assert.match(seatway("alone", "records"), /^\d+-1,AgentGateway1,outgoing,answered,40038,40040,/m);
  docker.run(["stop", "--time", "30", "alone"]);
  docker.run(["rm", "alone"]);
});

/** Files of the gateway's folder and the edge's, as docs/deploy.md has them: readable for those who run in the containers. */
async function writeFolders(): Promise<Readonly<Record<string, string>>> {
  const at = (...names: string[]): string => join(folder, ...names);
  await mkdir(at("gateway"));
  await mkdir(at("edge", "tls"), { recursive: true });
  await writeSite("Agent 101");
  const values = {
    EDGE_ADDRESS: edge.address,
    EDGE_PORT: edge.port,
    EDGE_TLS_PORT: edge.tlsPort,
    CARRIER: `${edge.address}:${edge.carrier}`,
  };
  const documented = await readFile(new URL("../../docs/kamailio.cfg", import.meta.url), "utf8");
  const config = Object.entries(values).reduce(
    (text, [name, value]) => text.replace(new RegExp(`^(#!substdef "!${name}!).*(!g")$`, "m"), `$1${value}$2`),
    documented,
  );
  await writeFile(at("edge", "kamailio.cfg"), config);
  await writeFile(at("edge", "seatway-nodes.list"), `1 sip:${edge.node}:5060;transport=tcp 0 20\n`);
  const { cert, key } = await certificateBy(await makeCa("edge CA"), "edge.test");
  await writeFile(at("edge", "tls", "cert.pem"), cert);
  await writeFile(at("edge", "tls", "key.pem"), key, { mode: 0o600 });
  chownSync(at("edge", "tls", "key.pem"), 5060, 5060);
  return {
    SEATWAY_FOLDER: at("gateway"),
    SEATWAY_HOST: edge.node,
    POSTGRES_PASSWORD: "not-to-be-guessed",
    KAMAILIO_FOLDER: at("edge"),
  };
}

/** As an editor does it: a new file takes the old one's place. */
async function writeSite(name: string): Promise<void> {
  const trunks = [{ name: "edge", pattern: "40040", port: edge.port, transport: "tcp", probeMs: 5000 }] as const;
  const media = { rtpengine: 22_222, digits: 22_333 };
  const site = JSON.parse(siteFile({ phones: ["40001"], trunks, media })) as { agents: object[] };
  site.agents = site.agents.map((agent) => ({ ...agent, name }));
  const settings = { SEATWAY_SIP_PROXIES: edge.address };
  const path = join(folder, "gateway", "seatway.yaml");
  await writeFile(`${path}.new`, JSON.stringify({ ...site, settings }), { mode: 0o600 });
  chownSync(`${path}.new`, 1000, 1000);
  await rename(`${path}.new`, path);
}

/** Containers of the compose file by its service. */
const containerOf = (service: string): string =>
  docker.run(["ps", "--all", "--quiet", "--filter", `label=com.docker.compose.service=${service}`]).trim();

/** Phone and customer talk, each heard by the other, and hang up. */
async function callOverAll(desk: Desk, phone: Baresip, customer: Baresip): Promise<void> {
  await desk.callOut({ called: "40040" });
  await desk.told(talking);
  for (const [who, other, own] of [
    [phone, 1000, 440],
    [customer, 440, 1000],
  ] as const)
    await until("a second of the other's tone", async () => clearToneS(await who.heard(), other, own) >= 1 || null);
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
}

test("the compose file with both profiles: a call over Kamailio and rtpengine, a reload, an end with 0, records in PostgreSQL", async (t) => {
  t.after(() => {
    // Not in the types of this Node.js yet.
    if (!("passed" in t) || t.passed !== false) return;
    const services = ["gateway", "database", "kamailio", "rtpengine"];
    for (const name of services) t.diagnostic(`${name}\n${docker.run(["logs", "--tail", "20", containerOf(name)])}`);
  });
  const env = await writeFolders();
  const compose = (...args: readonly string[]): string => docker.compose([...composeFiles(folder), ...args], { env });
  compose("up", "--detach", "--no-build");
  const gateway = containerOf("gateway");
  await healthy(gateway);
  const log = (): string => docker.run(["logs", gateway]);

  // Without its password nobody is let in, this machine included.
  const ask = ["--host=127.0.0.1", "--username=seatway", "--no-password", "--command=SELECT 1", "seatway"];
  assert.throws(() => docker.run(["exec", containerOf("database"), "psql", ...ask]), /no password supplied/);

  await until("the trunk over the edge", () => /"trunk":"edge","up":true/.test(log()) || null);
  // The edge was there first, and may have found the node down.
  await until("the edge to find the node", () => {
    const found = [...docker.run(["logs", containerOf("kamailio")]).matchAll(/node (up|down): sip:/g)];
    return found.at(-1)?.[1] !== "down" || null;
  });
  const registrar = { port: edge.port, password };
  const customer = await startBaresip({ user: "40040", tone: 1000, port: edge.carrier });
  phones.push(customer);
  const phone = await startBaresip({ user: "40001", tone: 440, registrar });
  phones.push(phone);
  await phone.registered();
  const desk = await sitDown(url, "101", { phonenum: "40001" });
  await callOverAll(desk, phone, customer);
  assert.match(seatway(gateway, "doctor"), /^ok +trunks/m);

  await writeSite("Anna");
  compose("kill", "-s", "HUP", "gateway");
  await until("the site to be read anew", () => /"msg":"reloaded"/.test(log()) || null);
  await desk.leave();

  compose("stop");
  for (const service of ["gateway", "database", "kamailio", "rtpengine"])
    assert.equal(inspected(containerOf(service), ".State.ExitCode"), "0", service);
  compose("up", "--detach", "--no-build");
  await healthy(containerOf("gateway"));
  assert.match(seatway(containerOf("gateway"), "records"), /,outgoing,answered,40038,40040,/);
  compose("down", "--volumes");
});
