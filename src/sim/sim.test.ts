// The simulation as a process: a real endpoint stands in the gateway's place, calls its phones and parties over
// loopback, and reads what they heard.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { PhoneLeg, PhonePlane } from "../media/face.ts";
import { openPhonePlane } from "../media/plane.ts";
import { openEndpoint } from "../sip/endpoint.ts";
import type { DialogEvent, Peer, RegisterRequest, SipEndpoint } from "../sip/face.ts";
import type { Heard, Invites, StationView } from "./control.ts";
import { launchSim, type Sim } from "./launch.ts";

const host = "127.0.0.1";
const registrations: RegisterRequest[] = [];
const waiting = new Set<() => void>();
let endpoint: SipEndpoint;
let plane: PhonePlane;
let sim: Sim;

before(async () => {
  endpoint = await openEndpoint({
    ...{ clock: systemClock, log: silentLog, host, advertise: host, port: 0, realm: "seatway" },
    transports: ["udp", "tcp"],
    userAgent: "test",
    handlers: {
      password: (username) => (username === "40001" || username === "40002" ? `secret-${username}` : undefined),
      register(request) {
        registrations.push(request);
        for (const check of waiting) check();
        const contacts = request.contacts === "*" ? [] : request.contacts;
        return { status: 200, bindings: contacts.map(({ uri, expiresS }) => ({ uri, expiresS })) };
      },
    },
  });
  plane = await openPhonePlane({
    ...{ clock: systemClock, log: silentLog, host, advertise: host, workers: 1 },
    ports: [26_000, 26_199],
  });
  sim = await launchSim({
    ...{ clock: systemClock, log: silentLog, domain: "seatway" },
    phones: ["40001", "40002"].map((number) => ({ number, password: `secret-${number}` })),
    gatewaySip: { transport: "udp", address: host, port: endpoint.port },
    rtpPorts: [26_200, 26_399],
  });
});

after(async () => {
  await sim.close();
  await endpoint.close(200);
  await plane.close();
});

function until(test: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!test()) return;
      waiting.delete(check);
      resolve();
    };
    waiting.add(check);
    check();
  });
}

async function control<Body>(path: string, method = "GET", body?: object): Promise<Body> {
  const response = await fetch(`http://${host}:${sim.controlPort}${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {}),
  });
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()) as Body;
}

type Call = { readonly events: DialogEvent[]; readonly leg: PhoneLeg; hangUp(): void };

/** Calls `number`; `over` holds the events up to the final one. */
async function call(
  number: string,
  port: number,
  video = false,
): Promise<Call & { over: Promise<void>; up: Promise<void> }> {
  const leg = await plane.open(`${number}-${Math.random()}`);
  const events: DialogEvent[] = [];
  const over = Promise.withResolvers<void>();
  const up = Promise.withResolvers<void>();
  const peer: Peer = { transport: "udp", address: host, port };
  const dialog = endpoint.invite(
    { uri: `sip:${number}@${host}:${port}`, peer, from: { uri: "sip:40038@seatway" }, sdp: leg.offer({ video }) },
    (event) => {
      events.push(event);
      for (const check of waiting) check();
      if (event.type === "answered") {
        leg.acceptAnswer(event.sdp);
        leg.hear({ tone: 1_000 });
        up.resolve();
      }
      if (event.type !== "failed" && event.type !== "ended") return;
      leg.close();
      up.resolve();
      over.resolve();
    },
  );
  return { events, leg, hangUp: () => dialog.hangUp(), over: over.promise, up: up.promise };
}

const statuses = (events: readonly DialogEvent[]) =>
  events.filter((event) => event.type === "provisional" || event.type === "failed").map((event) => event.status);

const pause = (ms: number) => new Promise<void>((resolve) => systemClock.after(ms, resolve));

/** Asks again until the phone has heard long enough for a level. */
async function heardLoud(path: string, hertz: number): Promise<Heard> {
  for (;;) {
    const heard = await control<Heard>(`${path}/heard?frequencies=${hertz},400,1500`);
    if ((heard.levels[String(hertz)] ?? -120) > -20) return heard;
    await pause(50);
  }
}

test("phones register with digest, from the port that the parent was told", async () => {
  await until(() => new Set(registrations.map(({ user }) => user)).size === 2);
  assert.deepEqual(new Set(registrations.map(({ source }) => source.port)), new Set([sim.phonePort]));
  assert.deepEqual(sim.phones, ["40001", "40002"]);
});

test("a phone rings, answers, speaks its tone and hears ours; it can be made to lose packets; a digit arrives", {
  timeout: 15_000,
}, async () => {
  const made = await call("40002", sim.phonePort);
  await made.up;
  assert.deepEqual(statuses(made.events).slice(0, 1), [180]);
  const heard = await heardLoud("/phones/40002", 1_000);
  assert.ok((heard.levels["1500"] ?? 0) < -42, JSON.stringify(heard));
  while (((await made.leg.listen([450])).levels[0] ?? -120) < -20) await pause(50);
  await control("/phones/40002", "PUT", { dropPackets: 1 });
  while (((await made.leg.listen([450])).levels[0] ?? 0) > -60) await pause(50);
  await control("/phones/40002/reset", "POST");
  assert.equal(made.leg.dial("5"), true);
  while ((await control<Heard>("/phones/40002/heard")).digits !== "5") await pause(50);
  made.hangUp();
  await made.over;
});

test("parties fail as the demo site says", { timeout: 15_000 }, async () => {
  const table = [
    ["40041", [180, 486]],
    ["40043", [180, 603]],
    ["40044", [180, 404]],
    ["40048", [480]],
    ["40049", [503]],
    ["40077", [404]],
  ] as const;
  await Promise.all(
    table.map(async ([number, expected]) => {
      const made = await call(number, sim.trunkPort);
      await made.over;
      assert.deepEqual(
        statuses(made.events).filter((status) => status !== 100),
        expected,
        number,
      );
      const last = made.events.at(-1);
      if (number === "40043") assert.equal(last?.type === "failed" && last.q850, 21);
    }),
  );
});

test("video is taken when offered, except by 40045", { timeout: 15_000 }, async () => {
  const [audioOnly, video] = await Promise.all([
    call("40045", sim.trunkPort, true),
    call("40046", sim.trunkPort, true),
  ]);
  await Promise.all([audioOnly.up, video.up]);
  assert.equal(audioOnly.leg.agreed?.video, null);
  assert.notEqual(video.leg.agreed?.video, null);
  const invites = await control<Invites>("/parties/40046/invites");
  assert.equal(invites.count, 1);
  assert.match(invites.last, /^INVITE sip:40046@[\s\S]*m=video/);
  for (const made of [audioOnly, video]) {
    made.hangUp();
    await made.over;
  }
});

test("40042 rings until the caller gives up", { timeout: 15_000 }, async () => {
  const made = await call("40042", sim.trunkPort);
  await until(() => statuses(made.events).includes(180));
  made.hangUp();
  await made.over;
  assert.equal(statuses(made.events).at(-1), 487);
});

test("control: refuse, answer without ringing, hang up on command, leave the registrar", {
  timeout: 15_000,
}, async () => {
  await control<StationView>("/phones/40001", "PUT", { refuse: 486, q850: 17, answerAfterMs: 0 });
  const busy = await call("40001", sim.phonePort);
  await busy.over;
  const last = busy.events.at(-1);
  assert.deepEqual(last?.type === "failed" && [last.status, last.q850], [486, 17]);

  await control("/phones/40001", "PUT", { refuse: null, ring: false });
  const made = await call("40001", sim.phonePort);
  await made.up;
  assert.equal(statuses(made.events).includes(180), false);
  assert.deepEqual(await control("/phones/40001/hangup", "POST"), { calls: 1 });
  await made.over;
  const heard = await control<Heard>("/phones/40001/heard");
  assert.deepEqual([heard.call, heard.level], [false, null]);

  const before = registrations.length;
  await control("/phones/40001", "PUT", { registered: false });
  await until(() => registrations.length > before);
  const leaving = registrations.at(-1)?.contacts;
  assert.ok(leaving === "*" || leaving?.every(({ expiresS }) => expiresS === 0));
  await control("/reset", "POST");
  await until(() => registrations.length > before + 1);
});

test("no call and no port is left after the calls", async () => {
  for (const kind of ["phones", "parties"]) {
    const views = await control<StationView[]>(`/${kind}`);
    assert.deepEqual(
      views.filter((view) => view.calls > 0),
      [],
    );
  }
  assert.equal(plane.census().legs, 0);
});

test("the process ends when it is told to, and does not count that as dying", async () => {
  const other = await launchSim({
    ...{ clock: systemClock, log: silentLog, domain: "seatway", phones: [] },
    rtpPorts: [26_400, 26_409],
  });
  await other.close();
  await other.close();
  assert.throws(() => process.kill(other.pid, 0), { code: "ESRCH" });
});

test("a killed process is reported", async () => {
  const other = await launchSim({
    ...{ clock: systemClock, log: silentLog, domain: "seatway", phones: [] },
    rtpPorts: [26_400, 26_409],
  });
  process.kill(other.pid, "SIGKILL");
  assert.match(await other.died, /SIGKILL/);
  await other.close();
});
