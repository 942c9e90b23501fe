// `seatway doctor`, as it is run: a machine where nothing is right, and beside a running gateway.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { generate } from "selfsigned";
import { freePort, startGateway } from "./support/started-gateway.ts";
import { until } from "./support/until.ts";

const cli = fileURLToPath(new URL("../bin/cli.mjs", import.meta.url));

async function doctor(environment: Readonly<Record<string, string>>, ...more: readonly string[]) {
  const env = { PATH: process.env["PATH"], ...environment };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", cli, "doctor", ...more], { env });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, out, err };
}

const siteWith = (trunk: string): string => `
vdn: { id: 1, name: Sick }
skills: [{ id: 25, name: voice }]
agents: [{ id: 101, name: Agent 101, password: "", skills: [25] }]
phones: [{ number: "40001", password: hush-hush }]
callers: ["40038"]
defaultCaller: "40038"
defaultSkill: 25
trunks: [${trunk}]
`;

test("nothing is right: each thing is named, with what to do, and the exit code says so", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "seatway-doctor-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const taken = createServer().listen(await freePort(), "127.0.0.1");
  t.after(() => taken.close());
  await once(taken, "listening");
  const { port } = taken.address() as { port: number };
  const [from, to] = [new Date("2020-01-01"), new Date("2020-02-01")];
  const { cert } = await generate([{ name: "commonName", value: "old" }], { notBeforeDate: from, notAfterDate: to });
  await mkdir(join(folder, "tls"));
  await writeFile(join(folder, "tls", "cert.pem"), cert);
  const site = join(folder, "site.yaml");
  await writeFile(site, siteWith("{ name: carrier, host: 192.0.2.7, patterns: [0.] }"));
  const sick = await doctor({
    ...{ SEATWAY_CONFIG: site, SEATWAY_DATA: folder, SEATWAY_SIP_PORT: String(port), SEATWAY_NOTHING: "1" },
    ...{ SEATWAY_HTTP_PORT: String(await freePort()), SEATWAY_RTP_PORTS: "31000-31199" },
  });
  assert.equal(sick.code, 1, sick.out + sick.err);
  assert.match(sick.out, /^ok {4}settings +1 agents, 1 phones; no gateway runs$/m);
  assert.match(sick.out, /^look {2}settings +SEATWAY_NOTHING is no setting\n +-> docs\/settings\.md/m);
  assert.match(
    sick.out,
    new RegExp(`^BAD {3}ports +SEATWAY_SIP_PORT: tcp 127\\.0\\.0\\.1:${port} EADDRINUSE\\n +-> another program`, "m"),
  );
  assert.match(sick.out, /^BAD {3}addresses +phones and trunks are told to send to 127\.0\.0\.1.*\n +-> SEATWAY_HOST/m);
  assert.match(sick.out, /^BAD {3}certificate +.*cert\.pem has expired on .*2020.*\n +-> /m);
  assert.match(sick.out, /^(ok {2}|look|BAD ) {2}disk +\d+ MiB free/m);
  assert.match(sick.out, /^(ok {2}|look) {2}buffers +room for \d+ SIP messages/m);

  await writeFile(site, "agents: 5");
  const worse = await doctor({ SEATWAY_CONFIG: site });
  assert.deepEqual(
    [worse.code, /^BAD {3}settings +\S*site\.yaml:1: agents: a list expected[\s\S]*\n +-> /m.test(worse.out)],
    [1, true],
    worse.out,
  );
  assert.equal((await doctor({}, "please")).code, 2);
});

test("beside a running gateway: its ports are its own, and the trunk that is down is named", async () => {
  const site = siteWith(`{ name: dead, host: 127.0.0.1, port: ${await freePort()}, patterns: [4xxxx], probeMs: 1000 }`);
  const gateway = await startGateway({ site });
  try {
    await until("the trunk to be down", async () => {
      const { trunks } = (await (await fetch(`${gateway.url}/seatway/trunks`)).json()) as {
        trunks: { state: string }[];
      };
      return trunks[0]?.state === "down" || null;
    });
    const { ports, data } = gateway;
    const { code, out } = await doctor({
      ...{ SEATWAY_CONFIG: join(data, "site.yaml"), SEATWAY_DATA: data, SEATWAY_RTP_PORTS: ports.rtp.join("-") },
      ...{ SEATWAY_HTTPS_PORT: `${ports.https}`, SEATWAY_HTTP_PORT: `${ports.http}`, SEATWAY_MML_PORT: `${ports.mml}` },
      ...{ SEATWAY_SIP_PORT: `${ports.sip}`, SEATWAY_SIPS_PORT: `${ports.sips}` },
    });
    assert.match(out, /^ok {4}settings +1 agents, 1 phones; a gateway runs$/m);
    assert.match(out, /^ok {4}ports +all are the running gateway's, or free$/m);
    assert.match(out, /^ok {4}certificate +valid for \d+ days$/m);
    assert.match(out, /^BAD {3}trunks +dead \(sip:.*\): down\n +-> npx seatway trunk doctor dead/m);
    assert.equal(code, 1);
  } finally {
    await gateway.stop();
  }
});
