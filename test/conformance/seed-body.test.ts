// The seed page, table 3: the fields of a callout's body. The number in a test's name is the line of the page. What the
// fields of video do is in video.test.ts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, type Body, released, settingUp } from "./agent.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;
let agent: Agent;

before(async () => {
  demo = await openDemo();
  agent = await (await demo.agent()).begin();
});
after(() => demo?.stop());

/** A callout that is answered and released; what was asked of the call meanwhile. */
async function call(body: Body, look: () => Promise<void> = async () => {}): Promise<void> {
  const reply = await agent.callOut(body);
  assert.equal(reply.code, "0", `${JSON.stringify(body)} ${reply.body}`);
  await agent.hears(...settingUp);
  await look();
  assert.equal((await agent.ask("DELETE /voicecall/@/release")).code, "0");
  await agent.hears(...released);
}

/** Refused with this message, and nobody is called. */
async function refused(body: Body | string, message: string): Promise<void> {
  const reply = await agent.ask("PUT /voicecall/@/callout", body);
  assert.equal(reply.body, JSON.stringify({ message, retcode: "000-002" }));
  assert.equal(await agent.state(), 4);
}

async function callerShown(number: string): Promise<string> {
  const { last } = await demo.invites("parties", number);
  return /^From:[^<\r\n]*<sip:([^@>]+)@/m.exec(last)?.[1] ?? last;
}

test("seed 108: caller is a text; its digits as a number are the same", async () => {
  for (const caller of ["40039", 40039]) {
    const called = await demo.party();
    await call({ called, caller });
    assert.equal(await callerShown(called), "40039");
  }
  for (const caller of [true, {}, ["40039"], 1.5]) await refused({ called: "40040", caller }, "caller: 0-24 digits");
});

test("seed 110: caller may be left out", async () => {
  await call({ called: await demo.party() });
});

test("seed 112: caller empty means the platform's default number; 0 to 24 digits", async () => {
  for (const caller of ["", null]) {
    const called = await demo.party();
    await call({ called, caller });
    assert.equal(await callerShown(called), "40038");
  }
  for (const caller of ["1".repeat(25), "+4940", "40 38", "4003a", "*1"]) {
    await refused({ called: "40040", caller }, "caller: 0-24 digits");
  }
  // 24 digits are well formed; that no such caller number belongs to the site is the next rule (decisions.md 9).
  await refused({ called: "40040", caller: "1".repeat(24) }, "caller: not a caller number of this site");
});

test("seed 118: called is a text; its digits as a number are the same", async () => {
  const called = await demo.party();
  await call({ called: Number(called) });
  assert.equal((await demo.invites("parties", called)).count, 1);
  for (const wrong of [true, {}, ["40040"], 4.5]) {
    await refused({ called: wrong }, "called: 1-24 characters of 0-9, * and #");
  }
});

test("seed 120: called is required", async () => {
  for (const body of [{}, { called: null }, '{"caller":"40038"}']) {
    await refused(body, "called: 1-24 characters of 0-9, * and #");
  }
});

test("seed 122: called is not empty and has 1 to 24 of digits, star and hash", async () => {
  for (const called of ["", "4".repeat(25), "4004a", "+40040", "40 40", "４００４０"]) {
    await refused({ called }, "called: 1-24 characters of 0-9, * and #");
  }
  for (const called of ["*", "#1", "4".repeat(24), "0123456789*#"]) {
    // Well formed, so it is the route that is missing (decisions.md 9).
    assert.equal((await agent.callOut({ called })).code, "200-001", called);
  }
});

test("seed 128: skillid is a number; its digits as a text are the same", async () => {
  for (const skillid of [26, "26"]) {
    await call({ called: await demo.party(), skillid }, async () => {
      assert.equal((await callInfo())["callskillid"], 26);
    });
  }
  for (const skillid of ["voice", 1.5, -1, true, "0x19"]) {
    await refused({ called: "40040", skillid }, "skillid: 0-2147483647");
  }
});

test("seed 130: skillid may be left out", async () => {
  await call({ called: await demo.party() });
});

test("seed 132: skillid empty means the default outbound skill", async () => {
  for (const skillid of ["", null, 0, "0"]) {
    await call({ called: await demo.party(), skillid }, async () => {
      assert.equal((await callInfo())["callskillid"], 25);
    });
  }
});

test("seed 138: callappdata is a text", async () => {
  await call({ called: await demo.party(), callappdata: "1234" }, async () => {
    assert.equal((await agent.ask("GET /calldata/@/appdata")).result, "1234");
  });
  await refused({ called: "40040", callappdata: { a: 1 } }, "callappdata: at most 16384 bytes of UTF-8");
});

test("seed 140: callappdata may be left out", async () => {
  await call({ called: await demo.party() }, async () => {
    assert.equal((await agent.ask("GET /calldata/@/appdata")).result, "");
  });
});

test("seed 142: callappdata may be empty and has at most 16 k", async () => {
  for (const callappdata of ["", "x".repeat(16_384), "ü".repeat(8192)]) {
    await call({ called: await demo.party(), callappdata }, async () => {
      assert.equal((await agent.ask("GET /calldata/@/appdata")).result, callappdata);
    });
  }
  for (const callappdata of ["x".repeat(16_385), "ü".repeat(8193)]) {
    await refused({ called: "40040", callappdata }, "callappdata: at most 16384 bytes of UTF-8");
  }
});

test("seed 148: mediaability is a number; its digits as a text are the same", async () => {
  for (const mediaability of [0, "0"]) await call({ called: await demo.party(), mediaability });
  for (const mediaability of ["audio", 3, -1, true, "1e0"]) {
    await refused({ called: "40040", mediaability }, "mediaability: one of 0, 1, 2");
  }
});

test("seed 150: mediaability may be left out", async () => {
  await call({ called: await demo.party() });
});

test("seed 162: userVideoDirection is a number; its digits as a text are the same", async () => {
  for (const userVideoDirection of [3, "3"]) {
    await call({ called: await demo.party(), mediaability: 1, userVideoDirection });
  }
  for (const userVideoDirection of ["both", 0, 5, 1.5, true]) {
    const body = { called: "40040", mediaability: 1, userVideoDirection };
    await refused(body, "userVideoDirection: one of 1, 2, 3, 4");
  }
});

test("seed 164: userVideoDirection may be left out", async () => {
  await call({ called: await demo.party(), mediaability: 1 });
});

async function callInfo(): Promise<Readonly<Record<string, unknown>>> {
  const { result, body } = await agent.ask("GET /calldata/@/callinfo");
  assert.ok(result, body);
  return result as Record<string, unknown>;
}
