// Trunks over a twin of the SIP endpoint, on the virtual clock: which one a call takes, what happens when it fails, what is
// remembered.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nextTurn, type VirtualClock, virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { SiteTrunk } from "../core/site.ts";
import type {
  Account,
  AccountState,
  Dialog,
  DialogEvent,
  DialogObserver,
  OutgoingInvite,
  ProbeEvidence,
} from "../sip/face.ts";
import { openTrunks, type Trunks } from "./trunks.ts";

type Attempt = { readonly invite: OutgoingInvite; readonly emit: DialogObserver; hungUp: number };

type World = {
  readonly clock: VirtualClock;
  readonly trunks: Trunks;
  readonly attempts: Attempt[];
  readonly probed: string[];
  /** Of each probe. */
  readonly patience: (number | undefined)[];
  /** What OPTIONS says from now on. */
  evidence: ProbeEvidence;
  account: { readonly asked: Account; readonly tell: (state: AccountState) => void; stopped: boolean } | undefined;
};

const base = { patterns: ["4xxxx"], priority: 1, probeMs: 0 } as const;
const trunk = (name: string, more: Partial<SiteTrunk> = {}): SiteTrunk => ({
  ...base,
  name,
  host: `${name}.test`,
  ...more,
});

function world(trunks: readonly SiteTrunk[]): World {
  const clock = virtualClock();
  const it: Omit<World, "trunks"> = {
    clock,
    attempts: [],
    probed: [],
    patience: [],
    evidence: { status: 200, reason: "OK" },
    account: undefined,
  };
  const sip = {
    invite(invite: OutgoingInvite, emit: DialogObserver): Dialog {
      const attempt: Attempt = { invite, emit, hungUp: 0 };
      it.attempts.push(attempt);
      return {
        sipCallId: `call ${it.attempts.length}`,
        hangUp: () => void attempt.hungUp++,
        reoffer: () => Promise.resolve({ status: 491 }),
      };
    },
    options({ uri, patienceMs }: { readonly uri: string; readonly patienceMs?: number }): Promise<ProbeEvidence> {
      it.probed.push(uri);
      it.patience.push(patienceMs);
      return Promise.resolve(it.evidence);
    },
    takeUp: () => undefined,
    register(asked: Account, tell: (state: AccountState) => void) {
      const account = { asked, tell, stopped: false };
      it.account = account;
      return {
        async stop() {
          account.stopped = true;
        },
      };
    },
  };
  const opened = openTrunks({ trunks, sip, clock, log: silentLog, domain: "127.0.0.1", random: () => 0.999 });
  return Object.assign(it, { trunks: opened });
}

function call(it: World, called = "40040"): { readonly dialog: Dialog; readonly events: DialogEvent[] } {
  const events: DialogEvent[] = [];
  const line = it.trunks.line(called);
  assert.ok(line);
  return {
    dialog: line({ caller: "40038", called, offer: () => "offer" }, (event) => void events.push(event)),
    events,
  };
}

const refusal = (status: number, more: Partial<ProbeEvidence> = {}): DialogEvent => ({
  type: "failed",
  status,
  reason: "",
  ...more,
});
const hosts = (it: World) => it.attempts.map(({ invite }) => invite.uri.split("@")[1]);

describe("failover", () => {
  const pair = [trunk("one"), trunk("two", { priority: 2 })];

  const failures: readonly (readonly [name: string, event: DialogEvent])[] = [
    ["503", refusal(503)],
    ["500", refusal(500)],
    ["silence", refusal(408, { local: "timeout" })],
    ["a broken transport", refusal(503, { local: "transport" })],
  ];
  for (const [name, event] of failures)
    test(`${name} before anybody rings: the next trunk, one call`, () => {
      const it = world(pair);
      const { events, dialog } = call(it);
      it.attempts[0]?.emit({ type: "provisional", status: 100, reason: "Trying" });
      it.attempts[0]?.emit(event);
      assert.deepEqual(hosts(it), ["one.test", "two.test"]);
      it.attempts[1]?.emit({ type: "provisional", status: 180, reason: "Ringing" });
      it.attempts[1]?.emit({ type: "answered", sdp: "answer" });
      assert.deepEqual(
        events.filter(({ type }) => type === "failed"),
        [],
      );
      assert.equal(events.at(-1)?.type, "answered");
      dialog.hangUp();
      assert.deepEqual(
        it.attempts.map(({ hungUp }) => hungUp),
        [0, 1],
      );
    });

  for (const status of [404, 408, 480, 486, 487, 488, 603])
    test(`${status} of the peer is final`, () => {
      const it = world(pair);
      const { events } = call(it);
      it.attempts[0]?.emit(refusal(status));
      assert.deepEqual([events, it.attempts.length], [[refusal(status)], 1]);
    });

  for (const status of [180, 181, 183])
    test(`after a ${status} a 503 is final: the customer may have heard it ring`, () => {
      const it = world(pair);
      const { events } = call(it);
      it.attempts[0]?.emit({ type: "provisional", status, reason: "" });
      it.attempts[0]?.emit(refusal(503));
      assert.deepEqual([events.length, it.attempts.length], [2, 1]);
    });

  test("hung up: whatever fails then, no other trunk is tried", () => {
    const it = world(pair);
    const { events, dialog } = call(it);
    dialog.hangUp();
    it.attempts[0]?.emit(refusal(503));
    assert.deepEqual([events.length, it.attempts.length], [1, 1]);
  });

  test("every trunk fails: the last word is told, once", () => {
    const it = world(pair);
    const { events } = call(it);
    it.attempts[0]?.emit(refusal(503));
    it.attempts[1]?.emit(refusal(504));
    assert.deepEqual(events, [refusal(504)]);
  });

  test("503 leaves the trunk up; with Retry-After it rests for so long", () => {
    const it = world(pair);
    call(it);
    it.attempts[0]?.emit(refusal(503));
    call(it);
    it.attempts[2]?.emit(refusal(503, { retryAfterS: 30 }));
    call(it);
    assert.deepEqual(hosts(it), ["one.test", "two.test", "one.test", "two.test", "two.test"]);
    assert.deepEqual(it.trunks.down(), ["one"]);
    it.clock.advance(30_000);
    call(it);
    assert.equal(hosts(it).at(-1), "one.test");
  });
});

test("no media for an offer: nothing is sent, no channel is taken, and the last word of the trunk before stands", () => {
  const it = world([trunk("one", { channels: 1 }), trunk("two", { priority: 2, channels: 1 })]);
  const none = () => {
    throw new Error("no media port is free");
  };
  assert.throws(() => it.trunks.line("40040")?.({ caller: "1", called: "40040", offer: none }, () => {}));
  assert.deepEqual(
    it.trunks.lines.map((line) => line.report().channels.inUse),
    [0, 0],
  );
  const offers = ["offer"];
  const events: DialogEvent[] = [];
  it.trunks.line("40040")?.({ caller: "1", called: "40040", offer: () => offers.pop() ?? none() }, (event) => {
    events.push(event);
  });
  it.attempts[0]?.emit(refusal(503));
  assert.deepEqual([events, it.attempts.length], [[refusal(503)], 1]);
});

test("numbers, identity and credentials of the trunk; the next trunk has its own", () => {
  const credentials = { username: "u", password: "p" };
  const it = world([
    trunk("one", {
      called: { strip: 1, prefix: "+49" },
      caller: { always: "+493000" },
      domain: "carrier.test",
      port: 5080,
      transport: "tcp",
      credentials,
    }),
    trunk("two", { priority: 2, host: "2001:db8::1", caller: { strip: 2, prefix: "0" }, responseMs: 800 }),
  ]);
  call(it);
  it.attempts[0]?.emit(refusal(503));
  assert.deepEqual(
    it.attempts.map(({ invite }) => invite),
    [
      {
        uri: "sip:+490040@one.test:5080;transport=tcp",
        from: { uri: "sip:+493000@carrier.test" },
        sdp: "offer",
        patienceMs: 5_000,
        credentials,
      },
      { uri: "sip:40040@[2001:db8::1]", from: { uri: "sip:0038@127.0.0.1" }, sdp: "offer", patienceMs: 800 },
    ],
  );
});

test("numbers as the carrier writes them: user=phone, or tel URIs that the trunk's own URI leads", () => {
  const uriOf = (more: Partial<SiteTrunk>) => {
    const it = world([trunk("one", more)]);
    call(it);
    return [it.attempts[0]?.invite.uri, it.attempts[0]?.invite.nextHop];
  };
  assert.deepEqual(uriOf({ numbers: "phone" }), ["sip:40040@one.test;user=phone", undefined]);
  const global = { strip: 0, prefix: "+49" };
  assert.deepEqual(uriOf({ numbers: "tel", called: global }), ["tel:+4940040", "sip:one.test"]);
  assert.deepEqual(uriOf({ numbers: "tel", domain: "carrier.test" }), [
    "tel:40040;phone-context=carrier.test",
    "sip:one.test",
  ]);
});

test("channels: a full trunk is passed over until a call on it ends; all full is nowhere to go", () => {
  const it = world([trunk("one", { channels: 1 }), trunk("two", { priority: 2, channels: 1 })]);
  call(it);
  call(it);
  assert.deepEqual(hosts(it), ["one.test", "two.test"]);
  assert.equal(it.trunks.line("40040"), undefined);
  assert.deepEqual(it.trunks.down(), []);
  it.attempts[0]?.emit({ type: "answered", sdp: "answer" });
  it.attempts[0]?.emit({ type: "ended", by: "remote" });
  call(it);
  assert.equal(hosts(it).at(-1), "one.test");
});

test("the last channel goes while the media open: the call fails, after its dialog was handed out", () => {
  const it = world([trunk("one", { channels: 1 })]);
  const late = it.trunks.line("40040");
  call(it);
  const events: DialogEvent[] = [];
  late?.({ caller: "1", called: "40040", offer: () => "offer" }, (event) => void events.push(event));
  assert.equal(events.length, 0);
  it.clock.advance(0);
  assert.deepEqual(
    events.map((event) => event.type === "failed" && [event.status, event.local]),
    [[503, "transport"]],
  );
});

test("probes: up by the site's rule, every 2 s while down, the last 20 remembered with what the peer sees of us", async () => {
  const it = world([trunk("one", { probeMs: 30_000, health: { upAfter: 2, downAfter: 1 } })]);
  it.evidence = {
    status: 200,
    reason: "OK",
    advertised: { address: "10.0.0.1", port: 5060 },
    seenAs: { address: "192.0.2.9", port: 1024 },
  };
  await nextTurn();
  assert.deepEqual(it.trunks.down(), ["one"]);
  it.clock.advance(2_000);
  await nextTurn();
  assert.deepEqual([it.trunks.down(), it.probed], [[], ["sip:one.test", "sip:one.test"]]);
  it.evidence = { status: 408, reason: "", local: "timeout" };
  for (let probe = 0; probe < 25; probe++) {
    it.clock.advance(30_000);
    await nextTurn();
  }
  const report = it.trunks.lines[0]?.report();
  assert.equal(report?.state, "down");
  assert.equal(report?.probes.length, 20);
  assert.deepEqual(report?.probes[0]?.local, "timeout");
  assert.deepEqual([report?.nat?.advertised, report?.nat?.seen], ["10.0.0.1:5060", "192.0.2.9:1024"]);
  assert.match(report?.nat?.hint ?? "", /SEATWAY_ADVERTISE/);
  await it.trunks.close();
  const asked = it.probed.length;
  it.clock.advance(120_000);
  await nextTurn();
  assert.equal(it.probed.length, asked);
});

test("a call that meets silence has the trunk probed at once; a miss is followed by the next probe after 2 s", async () => {
  const it = world([trunk("one", { probeMs: 30_000, health: { upAfter: 1, downAfter: 3 } })]);
  await nextTurn();
  assert.deepEqual(it.patience, [5_000]);
  call(it);
  it.evidence = { status: 408, reason: "", local: "timeout" };
  it.attempts[0]?.emit(refusal(408, { local: "timeout" }));
  await nextTurn();
  assert.deepEqual([it.probed.length, it.trunks.down()], [2, []]);
  it.clock.advance(2_000);
  await nextTurn();
  assert.deepEqual([it.probed.length, it.trunks.down()], [3, ["one"]]);
});

test("silence of calls alone takes a trunk out of the way for a while; with responseMs 0 it is waited for as long as SIP does", async () => {
  const it = world([trunk("one", { probeMs: 30_000, responseMs: 0 }), trunk("two", { priority: 2 })]);
  await nextTurn();
  assert.deepEqual(it.patience, [undefined]);
  for (const sent of [0, 2]) {
    call(it);
    assert.equal(it.attempts[sent]?.invite.patienceMs, undefined);
    it.attempts[sent]?.emit(refusal(408, { local: "timeout" }));
    await nextTurn();
  }
  assert.deepEqual(it.trunks.down(), ["one"]);
  call(it);
  assert.deepEqual(hosts(it), ["one.test", "two.test", "one.test", "two.test", "two.test"]);
  it.clock.advance(30_000);
  await nextTurn();
  call(it);
  assert.equal(hosts(it).at(-1), "one.test");
});

test("registration: calls only while registered; refused and registered are reported; taken away at the end", async () => {
  const credentials = { username: "seatway", password: "secret" };
  const it = world([trunk("one", { register: { user: "4930", expiresS: 600 }, credentials, domain: "carrier.test" })]);
  assert.deepEqual(it.account?.asked, {
    user: "4930",
    registrar: "sip:one.test",
    domain: "carrier.test",
    credentials,
    expiresS: 600,
  });
  assert.equal(it.trunks.line("40040"), undefined);
  it.account?.tell({ name: "registered", expiresS: 300 });
  assert.ok(it.trunks.line("40040"));
  it.account?.tell({ name: "refused", status: 403, reason: "Forbidden" });
  assert.deepEqual(it.trunks.down(), ["one"]);
  const report = it.trunks.lines[0]?.report();
  assert.deepEqual([report?.registration?.state, report?.registration?.status], ["refused", 403]);
  assert.ok(!JSON.stringify(report).includes("secret"));
  await it.trunks.close();
  assert.equal(it.account?.stopped, true);
});

test("no trunk for a number: no route", () => {
  const it = world([trunk("one")]);
  assert.deepEqual(
    [it.trunks.hasRoute("40040"), it.trunks.hasRoute("999"), it.trunks.line("999")],
    [true, false, undefined],
  );
});
