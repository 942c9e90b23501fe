// Automatic recording by skill, from callout to file (behaviour.md §6): events with their exact contents, both voices in their
// channels, and a disk that takes nothing.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { levelAt } from "../../src/media/codec/tone.ts";
import { until } from "./agent.ts";
import { eventRows } from "./told.ts";
import { type Demo, openSite } from "./town.ts";

let demo: Demo;
let folder: string;
before(async () => {
  demo = await openSite();
  folder = join(demo.gateway.data, "recordings");
});
after(() => demo?.stop());

const file = '"fileName":"\\d{4}-\\d\\d-\\d\\d/CALL-\\d+\\.wav","fileMediaType":"1","callId":"CALL"';
const described = `"taskId":\\d+,"caller":"40038","recordID":"CALL","called":"CALLED","locationId":"1",${file}`;
const matches = (content: unknown, pattern: string): void =>
  assert.match(JSON.stringify(content), new RegExp(`^\\{${pattern}\\}$`));

/** Talking with skill 27, whose calls are recorded. */
async function talkRecorded() {
  const agent = await (await demo.agent()).begin();
  const called = await demo.party();
  await demo.tell("phones", agent.phone, { hertz: 700 });
  const id = await agent.talk(called, { skillid: 27 });
  return { agent, called, id, names: (text: string) => text.replaceAll("CALLED", called).replaceAll("CALL", id) };
}

test("Record after Talking, StopRecordDone before PhoneRelease, and a file that holds the call", async () => {
  const { agent, called, id, names } = await talkRecorded();
  const [record] = await agent.hears("AgentMediaEvent_Record");
  matches(record?.content, names(described));
  await until(async () => ((await demo.heard("parties", called)).level ?? -120) > -20, "the customer hears the agent");
  await new Promise<void>((resolve) => systemClock.after(800, resolve));
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  await agent.ask(`POST /voicecall/@/gethold?callid=${id}`);
  await agent.hears("Talking");
  await agent.ask("DELETE /voicecall/@/release");
  const told = await agent.hears("Call_Release", "AgentMediaEvent_StopRecordDone", "PhoneRelease 3", "Ready");
  matches(
    told[1]?.content,
    '"beginTime":\\d{13},"endTime":\\d{13},"fileMediaType":"1","recordFormat":"0","taskId":\\d+',
  );
  const saved = await demo.gateway.logged(({ msg, callId }) => msg === "recording saved" && callId === id);
  const path = join(folder, String(saved["file"]));
  const octets = readFileSync(path);
  assert.equal(octets.length, saved["bytes"]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  // From 0.4 to 0.65 s: the talk alone lasts 0.8 s, whatever the hold behind it takes.
  const left = Int16Array.from({ length: 2_000 }, (_, index) => octets.readInt16LE(44 + 12_800 + index * 4));
  assert.ok(levelAt(left, 700) > -20, `${levelAt(left, 700)} dB`);
});

test("no room for files: Record_Fail, and the call goes on to its end", async () => {
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(folder, "");
  const { agent, called, names } = await talkRecorded();
  const [failed] = await agent.hears("AgentMediaEvent_Record_Fail");
  matches(failed?.content, names(described));
  await until(async () => ((await demo.heard("parties", called)).level ?? -120) > -20, "the customer hears the agent");
  await demo.hangUp("parties", called);
  await agent.hears("Customer_Release", "Call_Release", "PhoneRelease 3", "Ready");
  rmSync(folder);
});

test("the default skill is not recorded", async () => {
  const agent = await (await demo.agent()).begin();
  const called = await demo.party();
  await agent.talk(called);
  await demo.hangUp("parties", called);
  await agent.hears("Customer_Release", "Call_Release", "PhoneRelease 3", "Ready");
  assert.equal(readdirSync(demo.gateway.data).includes("recordings"), false);
});

eventRows({
  AgentMediaEvent_Record_Fail:
    /^\{"taskId":\d+,"caller":"\d+","recordID":"\d{10}-\d+","called":"\d+","locationId":"1","fileName":"\d{4}-\d\d-\d\d\/\d{10}-\d+-\d+\.wav","fileMediaType":"1","callId":"\d{10}-\d+"\}$/,
});
