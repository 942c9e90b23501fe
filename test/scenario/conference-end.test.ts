// How conferences of agents end, and how they do not begin: by the chair, by their time, by a phone that is put down, busy or not there.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  agent,
  chaired,
  changes,
  code,
  four,
  granted,
  heard,
  invites,
  joined,
  leftIt,
  nothingLeft,
  phoneOf,
  signIn,
  wanted,
  world,
} from "./conference-room.ts";
import type { TestGateway } from "./test-gateway.ts";

test("the end: released, its time over, the chair's handset down, the chair signed out; all are told, with the reason", async () => {
  for (const [end, reason] of [
    [(gateway: TestGateway) => gateway.conferences.end("101"), 3],
    [(gateway: TestGateway) => gateway.command("101", { type: "release" }), 3],
    [(gateway: TestGateway) => gateway.end(phoneOf(gateway, "101")), 2],
    [(gateway: TestGateway) => gateway.signOut("101", { force: true, reason: 258 }), 4],
  ] as const) {
    const gateway = world();
    await four(gateway);
    end(gateway);
    for (const id of ["102", "103"])
      assert.deepEqual(await changes(gateway, id), [`1/${reason} 101`, "PhoneRelease", leftIt, "Ready"]);
    nothingLeft(gateway);
  }
});

test("event AgentConf_Timeout", async () => {
  const gateway = world();
  await chaired(gateway, { minutes: 4, promptMinutes: 3 });
  gateway.clock.advance(60_000);
  const [told] = await gateway.events();
  assert.match(JSON.stringify(told), /^\{"eventType":"AgentConf_Timeout","workNo":"101","content":\{"confId":\d+\}\}$/);
});

test("its time: the chair is reminded before the end, and at the end it is over for all", async () => {
  const gateway = world();
  await chaired(gateway, { minutes: 10, promptMinutes: 3 });
  await signIn(gateway, "102");
  invites(gateway, agent("102"));
  gateway.answer(phoneOf(gateway, "102"));
  await gateway.told();
  await gateway.told("102");
  const awake = (): void => {
    for (const id of ["101", "102"]) gateway.authorise(id, undefined, true, { address: "127.0.0.1", trusted: true });
  };
  const minutes = (count: number): void => {
    for (let minute = 0; minute < count; minute++) {
      awake();
      gateway.clock.advance(60_000);
    }
  };
  minutes(6);
  assert.deepEqual([await gateway.told(), await gateway.told("102")], [[], []]);
  minutes(1);
  assert.deepEqual([await gateway.told(), await gateway.told("102")], [["AgentConf_Timeout"], []]);
  minutes(3);
  assert.deepEqual(await gateway.told(), ["PhoneRelease 3", leftIt, "Ready"]);
  assert.deepEqual(await changes(gateway, "102"), ["1/3 101", "PhoneRelease", leftIt, "Ready"]);
  nothingLeft(gateway);
  for (const id of ["101", "102"]) gateway.signOut(id, { force: true, reason: 258 });
  assert.equal(gateway.clock.pending(), 0, "no timer outlives it");
});

test("a member signs out, or puts his handset down, in mid conference: the others go on", async () => {
  const gateway = world();
  const { legs } = await four(gateway);
  gateway.signOut("102", { force: true, reason: 258 });
  assert.deepEqual(await changes(gateway, "101"), ["1/4 102"]);
  gateway.end(phoneOf(gateway, "103"));
  assert.deepEqual(await changes(gateway, "103"), ["1/4 102", "PhoneRelease", leftIt, "Ready"]);
  assert.deepEqual(await changes(gateway, "101"), ["1/2 103"]);
  const [chair, , , party] = legs;
  assert.ok(chair && party);
  assert.deepEqual([heard(gateway, chair), heard(gateway, party)], [{ leg: party }, { leg: chair }]);
});

test("a phone that stays off-hook is not rung, and hears nothing of it afterwards", async () => {
  const gateway = world();
  await signIn(gateway, "101", { releasePhone: false });
  gateway.conferences.request("101", wanted);
  gateway.answer(phoneOf(gateway, "101"));
  gateway.conferences.end("101");
  await gateway.told();
  gateway.conferences.request("101", wanted);
  assert.deepEqual(await gateway.told(), ["Busy", joined, granted]);
  gateway.conferences.play("101", null, "hello");
  gateway.conferences.end("101");
  assert.deepEqual(await gateway.told(), [leftIt, "Ready"]);
  const leg = phoneOf(gateway, "101");
  assert.deepEqual([heard(gateway, leg), gateway.legs.playing.size], [{ sound: "silence" }, 0]);
});

test("the applicant's phone is busy, rings in vain, is given up, is none: RequestFailed, and he is idle", async () => {
  for (const [fail, told] of [
    [
      (gateway: TestGateway) => gateway.fail(phoneOf(gateway, "101"), { status: 486 }),
      ["Busy", "PhoneBusy", "AgentConf_RequestFailed", "PhoneRelease 3", "Ready"],
    ],
    [
      (gateway: TestGateway) => gateway.clock.advance(30_000),
      ["Busy", "AgentConf_RequestFailed", "PhoneRelease 3", "Ready"],
    ],
    [
      (gateway: TestGateway) => gateway.command("101", { type: "release" }),
      ["Busy", "AgentConf_RequestFailed", "PhoneRelease 3", "Ready"],
    ],
  ] as const) {
    const gateway = world();
    await signIn(gateway, "101");
    gateway.conferences.request("101", wanted);
    fail(gateway);
    assert.deepEqual(await gateway.told(), told);
    nothingLeft(gateway);
  }
  const gateway = world();
  await signIn(gateway, "101");
  for (const [command, back] of [
    [{ type: "say-busy", reason: 0, prolong: false }, { type: "cancel-busy" }],
    [{ type: "work" }, { type: "cancel-work" }],
    [{ type: "rest", seconds: 60, cause: 1, prolong: false }, { type: "cancel-rest" }],
  ] as const) {
    gateway.command("101", command);
    assert.equal(code(gateway.conferences.request("101", wanted)), "100-007", command.type);
    gateway.command("101", back);
  }
  assert.equal(code(gateway.conferences.request("101", { ...wanted, caller: "999" })), "000-002");
  assert.equal(code(gateway.conferences.request("101", { ...wanted, voicePath: "none" })), "100-007");
});
