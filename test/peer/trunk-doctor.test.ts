// The trunk doctor of a running gateway: a test call that rings in the demo town, and a trunk whose carrier is a second gateway,
// which registers us and knows no calls from outside.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type TrunkReport, trunkClient } from "../../src/client/trunk.ts";
import { until } from "../support/until.ts";
import { castOf } from "./cast.ts";
import { password, siteFile } from "./site.ts";

type Client = ReturnType<typeof trunkClient>;

/** The report once it fits. */
const reported = (client: Client, name: string, fits: (report: TrunkReport) => boolean): Promise<TrunkReport> =>
  until(`a report of ${name}`, async () => {
    const report = await client.report(name);
    return "refused" in report || !fits(report) ? null : report;
  });

test("a test call that rings is cancelled, and gives its channel back", async (t) => {
  const gateway = await castOf(t).gateway();
  const client = trunkClient({ url: gateway.url });
  const tested = await client.test("demo", "40040");
  assert.ok("probe" in tested);
  assert.deepEqual([tested.probe.status, tested.call?.outcome, tested.call?.status], [200, "rang", 180]);
  const report = await reported(client, "demo", ({ channels }) => channels.inUse === 0);
  assert.equal(report.replies[0]?.status, 487);
  assert.deepEqual(report.nat, {
    advertised: `127.0.0.1:${gateway.ports.sip}`,
    seen: `127.0.0.1:${gateway.ports.sip}`,
    hint: "",
  });
  const barred = await client.test("demo", "999");
  assert.deepEqual("refused" in barred && barred.refused, "200-001");
});

test("over TCP the port of the connection is no sign of a NAT", async (t) => {
  const cast = castOf(t);
  const carrier = await cast.gateway({ site: siteFile({ phones: [], trunks: [] }) });
  const trunks = [{ name: "carrier", pattern: "4xxxx", port: carrier.ports.sip, transport: "tcp" as const }];
  const gateway = await cast.gateway({ site: siteFile({ phones: [], trunks }) });
  const client = trunkClient({ url: gateway.url });
  const tested = await client.test("carrier");
  assert.ok("probe" in tested);
  assert.equal(tested.probe.status, 200);
  const { nat } = await reported(client, "carrier", (report) => report.nat !== null);
  const own = `127.0.0.1:${gateway.ports.sip}`;
  assert.deepEqual(nat, { advertised: own, seen: own, hint: "" });
});

test("a trunk that registers: digest at the carrier, up, and a call that it refuses", async (t) => {
  const cast = castOf(t);
  const carrier = await cast.gateway({ site: siteFile({ phones: ["40777"], trunks: [] }) });
  const trunks = [{ name: "carrier", pattern: "4xxxx", port: carrier.ports.sip }];
  const site = JSON.parse(siteFile({ phones: [], trunks })) as { readonly trunks: readonly object[] };
  const [trunk] = site.trunks;
  const wrong = { ...trunk, name: "stranger", credentials: { username: "40777", password: "wrong" }, register: {} };
  const right = { ...trunk, credentials: { username: "40777", password }, register: { expiresS: 600 }, probeMs: 5000 };
  const gateway = await cast.gateway({ site: JSON.stringify({ ...site, trunks: [right, wrong] }) });
  const client = trunkClient({ url: gateway.url });
  const up = await reported(client, "carrier", ({ state }) => state === "up");
  assert.deepEqual([up.registration?.state, up.registration?.expiresS, up.probes[0]?.status], ["registered", 600, 200]);
  const refused = await reported(client, "stranger", ({ registration }) => registration?.state === "refused");
  assert.deepEqual([refused.state, refused.registration?.status], ["not-registered", 401]);
  const tested = await client.test("carrier", "40040");
  assert.ok("call" in tested);
  assert.deepEqual([tested.call?.outcome, tested.call?.status], ["failed", 404]);
  assert.ok(!gateway.log().includes(password), "no password in the log");
});
