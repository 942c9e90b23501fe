// A conference of three real phones, baresip all of them: two of agents, one outside. Each hears the other two and not himself, by their
// tones, which lie above the hold music; whoever leaves is heard no more.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent } from "../conformance/agent.ts";
import type { Baresip } from "../support/baresip.ts";
import { part, seconds, toneLevel } from "../support/tone-level.ts";
import { until } from "../support/until.ts";
import { castOf } from "./cast.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const tones = { chair: 2_300, member: 2_600, outside: 2_900 } as const;
const conf = (name: string): string => `AgentConf_${name}`;

/** Waits for a second of what he hears in which exactly these tones are. */
async function hears(who: Baresip, expected: readonly number[]): Promise<void> {
  await until(`${expected.join(" and ")} Hz alone`, async () => {
    const heard = await who.heard();
    const now = part(heard, seconds(heard) - 1);
    if (seconds(now) < 1) return null;
    return Object.values(tones).every((tone) => toneLevel(now, tone) > -35 === expected.includes(tone)) || null;
  });
}

test("three phones in a conference hear each other two; who leaves is heard no more, and the end hangs all up", {
  skip: without("baresip"),
}, async (t) => {
  const cast = castOf(t);
  const outside = await cast.baresip({ user: "40040", tone: tones.outside });
  const trunks = [{ pattern: "40040", port: outside.port }];
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001", "40002"], trunks }) });
  const registrar = { port: gateway.ports.sip, password };
  const chairPhone = await cast.baresip({ user: "40001", tone: tones.chair, registrar });
  const memberPhone = await cast.baresip({ user: "40002", tone: tones.member, registrar });
  const chair = await new Agent(gateway, "101", "40001").begin();
  const member = await new Agent(gateway, "102", "40002").begin();

  assert.equal((await chair.ask("POST /agentconf/@/requestagentconf", { memberNum: 2 })).code, "0");
  await chair.hears("Busy", "PhoneAlerting", "PhoneOffhook", conf("SelfJoinResult"), conf("RequestSuccess"));
  const addresses = [
    { addressType: "9", address: "102" },
    { addressType: "6", address: "40040" },
  ];
  assert.equal((await chair.ask("POST /agentconf/@/batchaddparticipant", { addresses })).code, "0");
  await chair.hears(conf("ParticipantChanged"), conf("ParticipantChanged"));
  await hears(chairPhone, [tones.member, tones.outside]);
  await hears(memberPhone, [tones.chair, tones.outside]);
  await hears(outside, [tones.chair, tones.member]);

  assert.equal((await member.ask("POST /agentconf/@/requestleaveagentconf")).code, "0");
  await chair.hears(conf("ParticipantChanged"));
  await hears(chairPhone, [tones.outside]);
  await hears(outside, [tones.chair]);
  assert.equal((await chair.ask("POST /agentconf/@/releaseagentconf")).code, "0");
  await chair.hears("PhoneRelease 3", conf("SelfLeaveResult"), "Ready");
});
