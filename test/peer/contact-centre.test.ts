// A contact centre of real programs: a customer who calls in, two agents' phones (all three baresip), and a party behind the trunk
// (SIPp), each with a tone of its own. Who hears whom is read from what they have heard. The tones lie above the hold music, which
// reaches 1,980 Hz, and so that no two of them make a third (2a - b, a + b - c).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { Baresip } from "../support/baresip.ts";
import { freeSipPort } from "../support/sip-port.ts";
import type { StartedGateway } from "../support/started-gateway.ts";
import { level, part, type Recording, seconds, toneLevel, windows } from "../support/tone-level.ts";
import { until } from "../support/until.ts";
import { type Cast, castOf } from "./cast.ts";
import { accepted, callIds, type Desk } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const tones = { agent: 2210, colleague: 2500, customer: 2930, party: 3390 } as const;
type Who = keyof typeof tones;

const incoming = [
  "Busy",
  "PhoneAlerting",
  "PhoneOffhook",
  "Incoming_CallInfo",
  "Auto_Answer",
  "Customer_Alerting",
  "Talking",
];
/** A colleague calls, not the customer. */
const asked = incoming.filter((event) => !["Incoming_CallInfo", "Customer_Alerting"].includes(event));
const free = ["PhoneRelease 3", "Ready"];
const released = ["Call_Release", ...free];
const leftByCustomer = ["Customer_Release", ...released];

/** Nothing is certain about what was under way when somebody began to listen. */
const UNDER_WAY_S = 0.3;
/** So long without a break. */
const CERTAIN_WINDOWS = 6;

type Centre = {
  readonly cast: Cast;
  readonly gateway: StartedGateway;
  readonly programs: Readonly<Record<Exclude<Who, "party">, Baresip>>;
  readonly agent: Desk;
  readonly colleague: Desk;
  readonly sippPort: number;
  /** Raw A-law of the party's tone. */
  readonly tone: string;
};

async function open(context: TestContext): Promise<Centre> {
  const cast = castOf(context);
  const sippPort = await freeSipPort();
  const customer = await cast.baresip({ user: "40040", tone: tones.customer });
  const trunks = [
    { pattern: "40040", port: customer.port },
    { pattern: "40041", port: sippPort },
  ];
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001", "40002"], trunks, numbers: ["8000"] }) });
  const registrar = { port: gateway.ports.sip, password };
  const [agentsPhone, colleaguesPhone] = await Promise.all([
    cast.baresip({ user: "40001", tone: tones.agent, registrar }),
    cast.baresip({ user: "40002", tone: tones.colleague, registrar }),
  ]);
  const agent = await cast.desk(gateway, "40001");
  const colleague = await cast.desk(gateway, "40002", "102");
  const tone = join(gateway.data, "party.al");
  const format = ["-r", "8000", "-c", "1", "-t", "al"];
  const { status } = spawnSync("sox", ["-n", ...format, tone, "synth", "30", "sine", `${tones.party}`, "vol", "0.5"]);
  assert.equal(status, 0, "sox makes the tone");
  return {
    cast,
    gateway,
    programs: { agent: agentsPhone, colleague: colleaguesPhone, customer },
    agent,
    colleague,
    sippPort,
    tone,
  };
}

/** The customer calls in; agent 101, who is idle longest, gets the call. Resolves with its id. */
async function callIn({ gateway, programs, agent }: Centre): Promise<string> {
  await programs.customer.command("dial", `sip:8000@127.0.0.1:${gateway.ports.sip}`);
  const told = await agent.told(incoming);
  return callIds(told.at(-1) ?? assert.fail())[0] ?? "";
}

/** True of every window of some time without a break, from now on. */
async function heard(who: Baresip, what: string, fits: (window: Recording) => boolean): Promise<void> {
  const start = seconds(await who.heard()) + UNDER_WAY_S;
  let last: Recording | undefined;
  const found = await until(what, async () => {
    const fresh = windows(part(await who.heard(), start));
    last = fresh.at(-1) ?? last;
    let run = 0;
    for (const window of fresh) {
      run = fits(window) ? run + 1 : 0;
      if (run === CERTAIN_WINDOWS) return true;
    }
    return null;
  }).catch((fault: unknown) => {
    const levels = Object.entries(tones).map(([name, hertz]) => `${name} ${last && toneLevel(last, hertz).toFixed(0)}`);
    assert.fail(`${String(fault)}; the last window: ${last && level(last).toFixed(0)} dB, ${levels.join(", ")}`);
  });
  assert.ok(found);
}

/** Each of them hears all the others that are named, and of nobody else. */
async function hearEachOther(centre: Centre, ...together: readonly Who[]): Promise<void> {
  await Promise.all(
    together.map(async (who) => {
      if (who === "party") return;
      const others = together.filter((other) => other !== who);
      const rest = Object.entries(tones).filter(([name]) => !others.includes(name as Who));
      await heard(centre.programs[who], `${who} to hear ${others.join(" and ")} alone`, (window) => {
        const quietest = Math.min(...others.map((other) => toneLevel(window, tones[other])));
        return quietest > -35 && rest.every(([, hertz]) => toneLevel(window, hertz) < quietest - 25);
      });
    }),
  );
}

/** Something, and nobody's tone. */
const hearsMusic = ({ programs }: Centre, who: keyof Centre["programs"]): Promise<void> =>
  heard(programs[who], `${who} to hear music alone`, (window) => {
    const loud = level(window);
    return loud > -30 && Object.values(tones).every((hertz) => toneLevel(window, hertz) < loud - 25);
  });

const hearsNobody = ({ programs }: Centre, who: keyof Centre["programs"]): Promise<void> =>
  heard(programs[who], `${who} to hear nobody`, (window) =>
    Object.values(tones).every((hertz) => toneLevel(window, hertz) < -60),
  );

/** An order of an agent, which must not be refused. */
async function order({ gateway }: Centre, desk: Desk, [line, body]: readonly [string, object?]): Promise<void> {
  const [method = "", path = ""] = line.split(" ");
  const reply = await fetch(`${gateway.url}/agentgateway/resource/voicecall/${desk.agent}${path}`, {
    method,
    headers: { guid: desk.session.guid(), ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const { retcode, message } = (await reply.json()) as { retcode: string; message: string };
  assert.equal(retcode, "0", `${line}: ${retcode} ${message}`);
}

const helpOfColleague = (mode: 1 | 2) => ["POST /innerhelp", { dstaddress: "102", devicetype: 2, mode }] as const;
const toParty = (mode: 3 | 4) => ["POST /transfer", { devicetype: 5, address: "40041", mode }] as const;

/** Nothing more was told, no call is left, and nothing had to be mended. */
async function over({ agent, colleague, gateway }: Centre): Promise<void> {
  await Promise.all([agent.nothingMore(), colleague.nothingMore()]);
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  assert.match(text, /^seatway_calls 0$/m);
  // Each kind stands there from the start, at 0.
  assert.doesNotMatch(text, /^seatway_contradictions_total\{.*\} [1-9]/m);
}

describe("a contact centre of real phones", { skip: without("baresip", "sipp", "sox"), concurrency: true }, () => {
  test("in to a skill, held, helped, a conference that the helper leaves first, another that the agent leaves first", async (t) => {
    const centre = await open(t);
    const { agent, colleague, programs } = centre;
    const id = await callIn(centre);
    await hearEachOther(centre, "agent", "customer");

    accepted(await agent.session.hold());
    await agent.told(["Hold"]);
    await Promise.all([hearsMusic(centre, "customer"), hearsNobody(centre, "agent")]);
    accepted(await agent.session.getHold());
    await agent.told(["Talking"]);
    await hearEachOther(centre, "agent", "customer");

    await order(centre, agent, helpOfColleague(1));
    await agent.told(["Hold", "Customer_Alerting", "Talking"]);
    await colleague.told(asked);
    await Promise.all([hearEachOther(centre, "agent", "colleague"), hearsMusic(centre, "customer")]);
    await order(centre, agent, ["POST /confjoin", { callid: id }]);
    await Promise.all([agent.told(["Conference"]), colleague.told(["Conference"])]);
    await hearEachOther(centre, "agent", "colleague", "customer");
    accepted(await colleague.session.release());
    await Promise.all([colleague.told(released), agent.told(["Customer_Release"])]);
    await hearEachOther(centre, "agent", "customer");

    await order(centre, agent, helpOfColleague(2));
    await agent.told(["Customer_Alerting", "Conference"]);
    await colleague.told([...asked, "Conference"]);
    await hearEachOther(centre, "agent", "colleague", "customer");
    accepted(await agent.session.release());
    await Promise.all([agent.told(released), colleague.told(["Customer_Release"])]);
    await hearEachOther(centre, "colleague", "customer");
    await programs.customer.command("hangup");
    await colleague.told(leftByCustomer);
    await over(centre);
  });

  test("attended transfers: to a colleague, whom the customer leaves; to a party outside, who speaks on", async (t) => {
    const centre = await open(t);
    const { agent, colleague, programs, cast, sippPort, tone } = centre;
    const id = await callIn(centre);
    await order(centre, agent, helpOfColleague(1));
    await agent.told(["Hold", "Customer_Alerting", "Talking"]);
    await colleague.told(asked);
    await Promise.all([hearEachOther(centre, "agent", "colleague"), hearsMusic(centre, "customer")]);
    await order(centre, agent, [`POST /connecthold/${id}`]);
    await agent.told(["Call_Release", ...released]);
    await hearEachOther(centre, "colleague", "customer");
    await programs.customer.command("hangup");
    await colleague.told(leftByCustomer);

    const party = await cast.sipp({ scenario: "speaks", port: sippPort, keys: { tone } });
    await callIn(centre);
    await order(centre, agent, toParty(3));
    await agent.told(["Customer_Alerting", "Conference"]);
    await Promise.all([hearEachOther(centre, "agent", "party"), hearsMusic(centre, "customer")]);
    accepted(await agent.session.release());
    await agent.told(released);
    await hearEachOther(centre, "customer", "party");
    await programs.customer.command("hangup");
    assert.equal((await party.finished()).invites, 1);
    await over(centre);
  });

  test("conferences that the party outside leaves first, then the customer: the two others talk on", async (t) => {
    const centre = await open(t);
    const { agent, colleague, programs, cast, sippPort, tone } = centre;
    const party = await cast.sipp({ scenario: "speaks-and-leaves", port: sippPort, keys: { tone, talkMs: "3000" } });
    await callIn(centre);
    await order(centre, agent, toParty(4));
    await agent.told(["Customer_Alerting", "Conference"]);
    await hearEachOther(centre, "agent", "customer", "party");
    await party.finished();
    await agent.told(["Customer_Release"]);
    await hearEachOther(centre, "agent", "customer");

    await order(centre, agent, helpOfColleague(2));
    await agent.told(["Customer_Alerting", "Conference"]);
    await colleague.told([...incoming, "Conference"]);
    await hearEachOther(centre, "agent", "colleague", "customer");
    await programs.customer.command("hangup");
    await agent.told(["Customer_Release"]);
    await colleague.told(["Customer_Release"]);
    await hearEachOther(centre, "agent", "colleague");
    accepted(await agent.session.release());
    await agent.told(released);
    await colleague.told(leftByCustomer);
    await over(centre);
  });
});
