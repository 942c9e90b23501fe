// Legs outlive their process: SIP and media of the gateway's side go down without a word in the middle of a call, come up again at
// the same ports from what was kept, and the two people hear each other again. They are real phones of ours, with voices.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { callId, type LegId, legId } from "../../src/base/ids.ts";
import { silentLog } from "../../src/base/log.ts";
import type { MediaPlane, MediaProfile, PhoneLeg } from "../../src/media/face.ts";
import { openPhonePlane, openPlane } from "../../src/media/plane.ts";
import type { Image } from "../../src/runtime/journal/journal.ts";
import { sealed, unsealed } from "../../src/runtime/journal/seal.ts";
import type { LegReport } from "../../src/runtime/leg.ts";
import { type LegImage, whole } from "../../src/runtime/leg-image.ts";
import { openLegs } from "../../src/runtime/legs.ts";
import type { Legs } from "../../src/runtime/legs-port.ts";
import type { Target } from "../../src/runtime/phone-call.ts";
import type {
  DialogEvent,
  EndpointOptions,
  IncomingInvite,
  OfferReply,
  Peer,
  SipEndpoint,
} from "../../src/sip/face.ts";
import { type Mortal, mortal } from "../support/mortal.ts";
import { Seen } from "../support/sip-endpoints.ts";
import { until } from "../support/until.ts";

const AT = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1" };
const [phone, party] = [legId("phone"), legId("party")];
const order = { call: callId("c1"), shown: "40038", mediaAbility: 0, videoDirection: null } as const;

const closing: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closing.toReversed()) await close();
});
const phones = await openPhonePlane({ ...AT, ports: [24_000, 24_099], workers: 1 });
closing.push(() => phones.close());

type Person = {
  readonly sip: SipEndpoint;
  /** His phone is switched off. */
  die(): Promise<void>;
  readonly events: Seen<DialogEvent>;
  /** Session descriptions that he was offered. */
  readonly offered: string[];
  /** Once he has answered. */
  leg: PhoneLeg | undefined;
  /** He refuses to change anything in mid-call. */
  stubborn: boolean;
};

function replyTo(sdp = "", leg: PhoneLeg, { offered, stubborn }: Person): OfferReply {
  offered.push(sdp);
  const made = sdp === "" || stubborn ? undefined : leg.answer(sdp);
  return made && !("refused" in made) ? { sdp: made.sdp } : { status: 488 };
}

/** Answers every call, and says a tone. */
async function person(tone: number, more: Partial<EndpointOptions> = {}): Promise<Person> {
  const events = new Seen<DialogEvent>();
  const answer = async (call: IncomingInvite): Promise<void> => {
    const leg = await phones.open(`${tone} ${call.sipCallId}`);
    leg.hear({ tone });
    it.leg = leg;
    call.observe((event) => {
      if (event.type === "offer") event.reply(replyTo(event.sdp, leg, it));
      if (event.type === "ended") leg.close();
      events.push(event);
    });
    it.offered.push(call.sdp ?? "");
    const made = leg.answer(call.sdp ?? "");
    assert.ok(!("refused" in made));
    call.answer(made.sdp);
  };
  const { endpoint: sip, die } = await mortal(more, { invite: (call) => void answer(call) });
  const it: Person = { sip, die, events, offered: [], leg: undefined, stubborn: false };
  return it;
}

async function hears({ leg }: Person, tone: number): Promise<void> {
  await until(`a tone of ${tone} Hz`, async () => {
    const [level = -120] = (await leg?.listen([tone]))?.levels ?? [];
    return level > -30 || null;
  });
}

type Process = {
  readonly sip: Mortal;
  readonly media: MediaPlane;
  readonly legs: Legs & Pick<ReturnType<typeof openLegs>, "bound">;
  readonly reports: Seen<LegReport>;
  /** A phone's connection is waited for. */
  away(): boolean;
  /** As the disk has it. */
  kept(): ReadonlyMap<LegId, LegImage>;
  die(): Promise<void>;
};

type Given = {
  readonly agent: Person;
  readonly customer: Person;
  readonly profile?: MediaProfile;
  /** Where the agent's phone is, when it is not at its own address. */
  readonly target?: () => Partial<Target>;
  readonly registered?: (from: Peer) => void;
  /** Before the agent is rung. */
  readonly ready?: (port: number) => Promise<void>;
  readonly before?: ReadonlyMap<LegId, LegImage>;
  readonly port?: number;
};

const secret = Buffer.alloc(32, 7);
const seals = { seal: (text: string) => sealed(text, secret), unseal: (text: string) => unsealed(text, secret) };

let processes = 0;

async function begun(given: Given): Promise<Process> {
  const { agent, customer, profile = "RTP/AVP", target, registered, before = new Map(), port = 0 } = given;
  const images = [...before.values()];
  const sip = await mortal(
    { port, dialogs: images.map(({ dialog }) => dialog), transports: ["udp", "tcp"] },
    {
      password: () => "secret",
      register({ contacts, source }) {
        registered?.(source);
        return { status: 200, bindings: contacts === "*" ? [] : contacts };
      },
    },
  );
  processes += before.size === 0 ? 1 : 0;
  const first = 25_000 + 20 * processes;
  const media = await openPlane({
    ...AT,
    ports: [first, first + 19],
    workers: 1,
    held: images.map(({ media: one }) => one),
  });
  const disk = new Map<string, Image>();
  const keep = (_: string, key: string, image: Image | null): void =>
    void (image === null ? disk.delete(key) : disk.set(key, image));
  const reports = new Seen<LegReport>();
  let away = false;
  const log = {
    ...silentLog,
    info: (_: object, text: string) => {
      away ||= text === "the phone's connection is waited for";
    },
  };
  const legs = openLegs({
    ...{ clock: systemClock, log, sip: sip.endpoint, media, journal: { keep, ...seals } },
    ...{ recordings: { obey: () => {} }, playbacks: { obey: () => {} }, resume: () => undefined },
    ...{ domain: "127.0.0.1", graceMs: 20_000, takeUpMs: 1_500 },
    phone: () => ({ uri: `sip:40001@127.0.0.1:${agent.sip.port}`, profile, ...target?.() }),
    line: (called) => (asked, observer) =>
      sip.endpoint.invite(
        {
          uri: `sip:${called}@127.0.0.1:${customer.sip.port}`,
          from: { uri: "sip:40038@127.0.0.1" },
          sdp: asked.offer(profile),
        },
        observer,
      ),
  });
  const die = async (): Promise<void> => {
    await sip.die();
    await media.close();
  };
  closing.push(die);
  const kept = () => {
    const read = [...disk].map(([key, image]) => [
      key,
      JSON.parse(JSON.stringify(typeof image === "function" ? image() : image)),
    ]);
    return whole(new Map(read as [string, LegImage][]));
  };
  return { sip, media, legs, reports, kept, die, away: () => away };
}

const join = (legs: Legs): void => {
  legs.hear(phone, { leg: party });
  legs.hear(party, { leg: phone });
};

const answeredBy = (reports: Seen<LegReport>, leg: LegId) =>
  reports.until((report) => report.type === "leg-answered" && report.leg === leg);

/** Agent and customer talk, each of them hears the other. */
async function talking({ agent: known, ...given }: Partial<Omit<Given, "customer">> = {}) {
  const [agent, customer] = [known ?? (await person(440)), await person(660)];
  const first = await begun({ agent, customer, ...given });
  await given.ready?.(first.sip.endpoint.port);
  first.legs.invitePhone({ leg: phone, number: "40001", order, autoAnswer: true }, first.reports.push);
  await answeredBy(first.reports, phone);
  const wanted = { leg: party, call: order.call, caller: "40038", called: "40040", video: false, needsVideo: false };
  first.legs.inviteParty({ ...wanted, videoDirection: null, like: phone }, first.reports.push);
  await answeredBy(first.reports, party);
  join(first.legs);
  await Promise.all([hears(agent, 660), hears(customer, 440)]);
  /** The process dies, and another one begins with what was kept. */
  const next = async (): Promise<Process> => {
    const before = first.kept();
    assert.deepEqual([...before.keys()], [phone, party]);
    await first.die();
    return begun({ agent, customer, ...given, before, port: first.sip.endpoint.port });
  };
  return { agent, customer, first, next };
}

describe("legs outlive their process", () => {
  for (const profile of ["RTP/AVP", "RTP/SAVP"] as const) {
    test(`${profile}: both hear each other again, at the same ports, until one hangs up`, async () => {
      const { agent, customer, first, next } = await talking({ profile });
      const before = first.kept();
      const second = await next();
      const live = second.legs.takeUp(before, () => second.reports.push);
      assert.deepEqual([...live], [phone, party]);
      join(second.legs);
      await second.media.release();
      await Promise.all([agent, customer].map(({ events }) => events.type("offer")));
      await Promise.all([hears(agent, 660), hears(customer, 440)]);
      await until("both are kept again", () => second.kept().size === 2 || null);
      for (const [leg, { media }] of second.kept()) {
        const was = before.get(leg)?.media;
        assert.ok(was);
        assert.equal(media.port, was.port);
        assert.equal(media.session.sessionId, was.session.sessionId);
        assert.equal(media.session.version, was.session.version + 1);
      }
      assert.doesNotMatch(JSON.stringify([...second.kept()]), /inline:|"ours"|"theirs"/);
      second.legs.hangUp(phone);
      await agent.events.type("ended");
      customer.events.items.length = 0;
      second.legs.hangUp(party);
      await customer.events.type("ended");
      await until("nothing is kept of what is over", () => second.kept().size === 0 || null);
      assert.deepEqual([second.legs.census(), second.media.census().legs], [0, 0]);
    });
  }

  test("SRTP goes on with the keys of before: the new offer has them, and a peer that refuses it talks on", async () => {
    const { agent, customer, first, next } = await talking({ profile: "RTP/SAVP" });
    const before = first.kept();
    const second = await next();
    agent.stubborn = true;
    second.legs.takeUp(before, () => second.reports.push);
    join(second.legs);
    await Promise.all([agent, customer].map(({ events }) => events.type("offer")));
    const packets = async (): Promise<number> => (await agent.leg?.statistics())?.audio.packetsIn ?? 0;
    const soFar = await packets();
    await until("a second of audio from the new process", async () => (await packets()) > soFar + 50 || null);
    await Promise.all([hears(agent, 660), hears(customer, 440)]);
    for (const { offered } of [agent, customer]) {
      const [keys, again] = offered.map((sdp) => sdp.match(/inline:\S+/g));
      assert.ok(keys && keys.length > 0);
      assert.deepEqual(again, keys);
    }
    assert.equal(second.legs.census(), 2);
  });

  test("who does not answer any more has ended; whom nobody wants gets BYE", async () => {
    const { agent, customer, first, next } = await talking();
    const before = first.kept();
    const second = await next();
    await customer.die();
    const live = second.legs.takeUp(before, (leg) => (leg === party ? second.reports.push : null));
    assert.deepEqual([...live], [party]);
    await agent.events.type("ended");
    assert.deepEqual(await second.reports.type("leg-ended"), { type: "leg-ended", leg: party, remote: false });
    await until("nothing is kept", () => second.kept().size === 0 || null);
    assert.equal(second.legs.census(), 0);
  });

  /** A call of an agent whose phone is reached by the connection that it opens, and its next process. */
  async function behindItsConnection() {
    const flows = new Seen<Peer>();
    // Its Contact leads nowhere, as that of a phone behind a NAT.
    const agent = await person(440, { transports: ["tcp"], advertise: "127.0.0.9" });
    const register = async (port: number): Promise<void> => {
      const account = { user: "40001", registrar: { transport: "tcp", address: "127.0.0.1", port } as const };
      const credentials = { username: "40001", password: "secret" };
      const known = flows.items.length;
      agent.sip.register({ ...account, domain: "127.0.0.1", credentials, expiresS: 600 }, () => {});
      await until("the phone is registered", () => flows.items.length > known || null);
    };
    const target = (): Partial<Target> => ({ peer: flows.items.at(-1) as Peer });
    const { customer, first, next } = await talking({ agent, target, registered: flows.push, ready: register });
    const before = first.kept();
    assert.equal(before.get(phone)?.dialog.flow?.accepted, true);
    return { agent, customer, before, register, target, second: await next() };
  }

  test("a phone behind its own connection that is away is told of the end as soon as it is back", async () => {
    const { agent, customer, before, register, target, second } = await behindItsConnection();
    second.legs.takeUp(before, () => second.reports.push);
    join(second.legs);
    await customer.events.type("offer");
    await until("the phone cannot be reached", () => second.away() || null);
    second.legs.hangUp(phone);
    second.legs.hangUp(party);
    await customer.events.type("ended");
    assert.deepEqual(
      [agent.events.items.some(({ type }) => type === "ended"), second.kept().has(phone)],
      [false, true],
    );
    await register(second.sip.endpoint.port);
    second.legs.bound("40001", { uri: "sip:40001@127.0.0.9", ...target() });
    await agent.events.type("ended");
    await until("nothing is kept of what is over", () => second.kept().size === 0 || null);
  });

  test("a phone behind its own connection is waited for, and asked over the next one", async () => {
    const { agent, customer, before, register, target, second } = await behindItsConnection();
    second.legs.takeUp(before, () => second.reports.push);
    join(second.legs);
    await customer.events.type("offer");
    assert.deepEqual(
      agent.events.items.filter(({ type }) => type === "offer"),
      [],
    );
    await register(second.sip.endpoint.port);
    second.legs.bound("40001", { uri: "sip:40001@127.0.0.9", ...target() });
    await agent.events.type("offer");
    await Promise.all([hears(agent, 660), hears(customer, 440)]);
  });
});
