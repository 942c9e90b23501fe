// baresip registers (RFC 3261 §10, digest): over UDP, TCP and TLS, with a wrong password, again and again, and in the place of a
// simulated phone of the demo.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Baresip } from "../support/baresip.ts";
import { until } from "../support/until.ts";
import { type Cast, castOf } from "./cast.ts";
import { accepted, type Desk } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const skip = without("baresip");
const talking = ["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"];
const released = ["Call_Release", "PhoneRelease 3", "Ready"];

async function open(cast: Cast) {
  const customer = await cast.baresip({ user: "40040", tone: 1000 });
  const trunks = [{ pattern: "40040", port: customer.port }];
  const settings = { SEATWAY_SIP_QOP: "auth,auth-int" };
  return cast.gateway({ site: siteFile({ phones: ["40001", "40002"], trunks }), settings });
}

async function rings(phone: Baresip, desk: Desk): Promise<void> {
  const before = phone.invites();
  await desk.callOut({ called: "40040" });
  await desk.told(talking);
  assert.equal(phone.invites() - before, 1);
  accepted(await desk.session.release());
  await desk.told(released);
}

for (const transport of ["udp", "tcp", "tls"] as const) {
  test(`a phone registered over ${transport} is rung`, { skip }, async (t) => {
    const cast = castOf(t);
    const gateway = await open(cast);
    const port = transport === "tls" ? gateway.ports.sips : gateway.ports.sip;
    const registrar = { port, password, transport, ca: join(gateway.data, "tls", "ca.pem") };
    const phone = await cast.baresip({ user: "40001", tone: 440, registrar });
    await rings(phone, await cast.desk(gateway, "40001"));
  });
}

test("a wrong password is refused, and the number stays unreachable", { skip }, async (t) => {
  const cast = castOf(t);
  const gateway = await open(cast);
  const registrar = { port: gateway.ports.sip, password: "wrong" };
  const phone = await cast.baresip({ user: "40002", tone: 440, registrar });
  await until("baresip to give up", () => /^.*reg: .*401 Unauthorized/m.test(phone.output()) || null);
  assert.ok(!phone.received().some((message) => message.startsWith("SIP/2.0 200 ")));
  const desk = await cast.desk(gateway, "40002");
  await desk.callOut({ called: "40040" });
  await desk.told(["detect 549", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3"]);
  assert.equal(phone.invites(), 0);
});

test("of the algorithms offered a phone may answer any", async (t) => {
  const cast = castOf(t);
  const settings = { SEATWAY_SIP_DIGEST: "SHA-512-256,SHA-256,MD5" };
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001", "40002"], trunks: [] }), settings });
  const registrar = gateway.ports.sip;
  await cast.barePhone({ number: "40001", registrar, algorithm: "SHA-256" });
  await cast.barePhone({ number: "40002", registrar, algorithm: "MD5" });
  await cast.barePhone({ number: "40002", registrar, algorithm: "SHA-512-256" });
});

test("a phone that registers again stays reachable beyond its first expiry", { skip }, async (t) => {
  const cast = castOf(t);
  const gateway = await open(cast);
  // Ten seconds are the shortest that the gateway takes; baresip comes again after nine tenths.
  const registrar = { port: gateway.ports.sip, password, intervalS: 10 };
  const phone = await cast.baresip({ user: "40001", tone: 440, registrar });
  const desk = await cast.desk(gateway, "40001");
  await phone.registered(2);
  await phone.registered(3);
  await rings(phone, desk);
});

test("a demo phone that baresip takes over: the next callout rings baresip, and the simulated phone when it has left", {
  skip,
}, async (t) => {
  const cast = castOf(t);
  const gateway = await cast.gateway();
  const simulated = async (): Promise<number> => {
    const reply = await fetch(`${gateway.control}/phones/40001/invites`);
    return ((await reply.json()) as { count: number }).count;
  };
  const printed = /^\s+40001 {2}(\S+)$/m.exec(gateway.output())?.[1];
  assert.ok(printed, "the banner shows the credentials");
  const registrar = { port: gateway.ports.sip, password: printed };
  const phone = await cast.baresip({ user: "40001", tone: 440, registrar });
  await phone.registered();
  const desk = await cast.desk(gateway, "40001");
  await rings(phone, desk);
  assert.equal(await simulated(), 0);

  await phone.stop();
  await desk.callOut({ called: "40040" });
  await desk.told(talking);
  assert.equal(await simulated(), 1);
  accepted(await desk.session.release());
  await desk.told(released);
});
