// The gateway's process is killed in the middle of a call, and started again: agent and customer (baresip) hear each other again, over
// UDP with plain RTP, over TLS with SRTP, and with rtpengine between, the agent's desk goes on with the same session, and hold, release and the call record are as
// ever. How long it took is printed.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { Baresip } from "../support/baresip.ts";
import { openPatientWire, type PatientWire } from "../support/patient-wire.ts";
import type { StartedGateway } from "../support/started-gateway.ts";
import { journalText } from "../support/test-database.ts";
import { part, seconds, toneLevel, windows } from "../support/tone-level.ts";
import { until, within } from "../support/until.ts";
import { castOf, type Engine, mediaOf } from "./cast.ts";
import { accepted, type Desk } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const tones = { agent: 440, customer: 1000 } as const;

type Talk = {
  readonly desk: Desk;
  readonly phone: Baresip;
  readonly customer: Baresip;
  readonly gateway: () => StartedGateway;
  /** SIGKILL, and after `meanwhile` started again with what is on the disk; ready. */
  again(meanwhile?: () => Promise<unknown>): Promise<void>;
  /** The way of a phone over TLS. */
  readonly wire: PatientWire;
};

type Way = { readonly transport?: "udp" | "tls"; readonly engine?: Engine };

/** Agent 101 at a phone over UDP, or over TLS with SRTP, and a customer behind a trunk. */
async function open(context: TestContext, { transport = "udp", engine = "builtin" }: Way = {}): Promise<Talk> {
  const cast = castOf(context);
  const media = await mediaOf(cast, engine);
  const data = await mkdtemp(join(tmpdir(), "seatway-take-up-"));
  context.after(() => rm(data, { recursive: true, force: true }));
  const customer = await cast.baresip({ user: "40040", tone: tones.customer });
  const site = siteFile({ phones: ["40001"], trunks: [{ pattern: "40040", port: customer.port }], ...media });
  let gateway = await cast.gateway({ site, data });
  const wire = await openPatientWire(gateway.ports.sips);
  context.after(wire.close);
  const registrar =
    transport === "udp"
      ? { port: gateway.ports.sip, password }
      : { port: wire.port, password, transport, ca: join(data, "tls", "ca.pem"), intervalS: 10 };
  const phone = await cast.baresip({ user: "40001", tone: tones.agent, registrar });
  return {
    desk: await cast.desk(gateway, "40001"),
    phone,
    customer,
    gateway: () => gateway,
    wire,
    async again(meanwhile) {
      await gateway.stop("SIGKILL");
      await meanwhile?.();
      gateway = await cast.gateway({ site, data, ports: gateway.ports });
    },
  };
}

/** 600 ms of this tone without a break, in what comes from now on. */
async function hears(who: Baresip, hertz: number): Promise<void> {
  const begin = seconds(await who.heard());
  await until(`${hertz} Hz to be heard`, async () => {
    const recording = await who.heard();
    let run = 0;
    for (const window of windows(part(recording, seconds(recording) < begin ? 0 : begin))) {
      run = toneLevel(window, hertz) > -35 ? run + 1 : 0;
      if (run === 6) return true;
    }
    return null;
  });
}

const bothHear = ({ phone, customer }: Talk): Promise<unknown> =>
  Promise.all([hears(phone, tones.customer), hears(customer, tones.agent)]);

/** Both phones have taken the new offer: what they hear from now on is the new process. */
const bothAnswered = (gateway: StartedGateway, call: string): Promise<unknown> =>
  Promise.all(
    ["101.phone.1", `${call}.party`].map((leg) =>
      within(
        () => `the leg ${leg} to be taken up:\n${gateway.log()}`,
        gateway.logged((entry) => entry["leg"] === leg && entry["msg"] === "a leg is taken up"),
      ),
    ),
  );

type CallRecord = { readonly callId: string; readonly outcome: string; readonly legs: readonly unknown[] };

async function recordsOf({ url }: StartedGateway): Promise<readonly CallRecord[]> {
  const reply = await fetch(`${url}/seatway/records`);
  return ((await reply.json()) as { records: CallRecord[] }).records;
}

describe("calls outlive the gateway's process", { skip: without("baresip"), concurrency: 2 }, () => {
  test("killed twice, then held, taken back and released; one row", async (t) => {
    const talk = await open(t);
    const { desk } = talk;
    const id = await desk.callOut({ called: "40040" });
    await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"]);
    await bothHear(talk);
    for (let kill = 1; kill <= 2; kill++) {
      await talk.again();
      const ready = performance.now();
      await bothAnswered(talk.gateway(), id);
      await bothHear(talk);
      assert.doesNotMatch(talk.gateway().log(), /cut off/, "a call that goes on");
      t.diagnostic(`kill ${kill}: 600 ms heard by both ${Math.round(performance.now() - ready)} ms after ready`);
    }
    accepted(await desk.session.hold());
    await desk.told(["Hold"]);
    accepted(await desk.session.getHold());
    await desk.told(["Talking"]);
    await bothHear(talk);
    accepted(await desk.session.release());
    await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
    await desk.nothingMore();
    // The call has a row from its beginning, which is written anew a moment after its end.
    const records = await until("the record of the call", async () => {
      const found = await recordsOf(talk.gateway());
      return found.some(({ outcome }) => outcome === "answered") ? found : null;
    });
    assert.deepEqual(
      records.map(({ callId, outcome, legs }) => [callId, outcome, legs.length]),
      [[id, "answered", 2]],
    );
  });

  test("a phone over TLS with SRTP: both hear each other before its connection is back, and after", async (t) => {
    const talk = await open(t, { transport: "tls" });
    const { desk, phone } = talk;
    const id = await desk.callOut({ called: "40040" });
    await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"]);
    await bothHear(talk);
    await talk.again();
    const ready = performance.now();
    await bothHear(talk);
    t.diagnostic(`600 ms heard by both ${Math.round(performance.now() - ready)} ms after ready`);
    await bothAnswered(talk.gateway(), id);
    t.diagnostic(`its connection was back ${Math.round(performance.now() - ready)} ms after ready`);
    await bothHear(talk);
    accepted(await desk.session.release());
    await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
    await until("a BYE to the phone", () => phone.received().some((message) => message.startsWith("BYE ")) || null);
    const keys = phone.output().match(/(?<=inline:)[A-Za-z0-9+/]{40}/g) ?? [];
    assert.ok(new Set(keys).size >= 2, "keys of both sides");
    const { data } = talk.gateway();
    for (const text of [talk.gateway().log(), await journalText(data)])
      for (const key of keys) assert.ok(!text.includes(key), "a key in the clear");
  });

  test("a phone over TLS that is back before its call is taken up, its REGISTER the first thing that comes", async (t) => {
    const talk = await open(t, { transport: "tls" });
    const { desk, phone, wire } = talk;
    const id = await desk.callOut({ called: "40040" });
    await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"]);
    await bothHear(talk);
    await talk.again(() => within(() => "a REGISTER to be due", wire.waiting()));
    await bothAnswered(talk.gateway(), id);
    await bothHear(talk);
    accepted(await desk.session.release());
    await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
    await until("a BYE to the phone", () => phone.received().some((message) => message.startsWith("BYE ")) || null);
  });

  test("rtpengine between: both are told its new ports, and hear each other", {
    skip: without("rtpengine"),
  }, async (t) => {
    const talk = await open(t, { engine: "rtpengine" });
    const { desk } = talk;
    const id = await desk.callOut({ called: "40040" });
    await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"]);
    await bothHear(talk);
    await talk.again();
    const ready = performance.now();
    await bothAnswered(talk.gateway(), id);
    await bothHear(talk);
    t.diagnostic(`600 ms heard by both ${Math.round(performance.now() - ready)} ms after ready`);
    accepted(await desk.session.release());
    await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
  });
});
