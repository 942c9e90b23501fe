// Our media plane over Debian's rtpengine: what the phones behind it hear, which packets pass through us, and what becomes of calls
// whose rtpengine dies.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import { sine } from "../../src/media/codec/tone.ts";
import type {
  FilePlaying,
  Heard,
  MediaLeg,
  MediaPlane,
  MediaProfile,
  PhoneLeg,
  PhonePlane,
  Playing,
  SdpRefused,
} from "../../src/media/face.ts";
import { openPhonePlane, openPlane } from "../../src/media/plane.ts";
import { wavHeader } from "../../src/media/recording/wav.ts";
import { type Rtpengine, startRtpengine } from "../support/rtpengine.ts";
import { freeSipPort } from "../support/sip-port.ts";
import { until } from "../support/until.ts";
import { without } from "./missing.ts";

const settings = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 } as const;
const skip = without("rtpengine");

const agreedIn = <Value extends object>(value: Value | SdpRefused): Value => {
  if ("refused" in value) assert.fail(value.refused);
  return value;
};

const hears = (phone: PhoneLeg, what: string, frequency: number, fits: (heard: Heard) => boolean): Promise<Heard> =>
  until(what, async () => {
    const heard = await phone.listen([frequency]);
    return fits(heard) ? heard : null;
  });
const audible = ({ levels: [level = -120] }: Heard): boolean => level > -30;
const silent = ({ level }: Heard): boolean => level < -60;

/** `port`: of the phone's audio. */
type Pair = { readonly leg: MediaLeg; readonly phone: PhoneLeg; readonly port: number; end(): void };

const audioPort = (sdp: string): number => Number(/m=audio (\d+)/.exec(sdp)?.[1]);
type Ways = { readonly profile?: MediaProfile; readonly beside?: Pair; readonly video?: boolean };
type World = { readonly gateway: MediaPlane; readonly phones: PhonePlane };

async function pairIn({ gateway, phones }: World, { profile = "RTP/AVP", beside, video = false }: Ways = {}) {
  const leg = await gateway.open("leg", beside?.leg);
  const phone = await phones.open("phone");
  const answer = agreedIn(phone.answer(leg.offer({ video, profile })));
  agreedIn(leg.acceptAnswer(answer.sdp));
  const end = (): void => {
    leg.close();
    phone.close();
  };
  return { leg, phone, port: audioPort(answer.sdp), end } satisfies Pair;
}

function connect(a: Pair, b: Pair): void {
  a.leg.hear({ leg: b.leg });
  b.leg.hear({ leg: a.leg });
}

async function hearEachOther(a: Pair, b: Pair): Promise<void> {
  a.phone.hear({ tone: 700 });
  b.phone.hear({ tone: 1_100 });
  connect(a, b);
  await hears(a.phone, "b at a", 1_100, audible);
  await hears(b.phone, "a at b", 700, audible);
}

describe("the media plane over rtpengine", { skip, timeout: 60_000, concurrency: true }, () => {
  let engine: Rtpengine;
  let gateway: MediaPlane;
  let phones: PhonePlane;
  const logged: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`),
    error: (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`),
  };

  before(async () => {
    const digitPort = await freeSipPort();
    engine = await startRtpengine({ more: [`--dtmf-log-dest=127.0.0.1:${digitPort}`] });
    const instances = [{ name: "one", host: "127.0.0.1", port: engine.port }];
    gateway = await openPlane({ ...settings, log, ports: [23_400, 23_599], rtpengine: { instances, digitPort } });
    phones = await openPhonePlane({ ...settings, ports: [23_600, 23_799] });
  });
  after(async () => {
    const census = gateway?.census();
    await gateway?.close();
    await phones?.close();
    const calls = await engine?.calls();
    await engine?.stop();
    assert.deepEqual(census, { legs: 0, ports: 0 });
    assert.deepEqual(calls, [], "calls left at rtpengine");
    assert.deepEqual(logged, []);
  });

  const pair = (ways?: Ways): Promise<Pair> => pairIn({ gateway, phones }, ways);

  /** Resolves when rtpengine has joined the two by itself: whom the first one's packets go to. */
  async function relayedThere({ port }: Pair): Promise<void> {
    await until("the two joined at rtpengine", async () => {
      for (const call of await engine.calls()) {
        const ends = await engine.ends(call);
        const own = ends.find((end) => end.port === port);
        if (own) return own.hears.some((tag) => tag.endsWith("-peer")) || null;
      }
      return null;
    });
  }

  const ways: readonly (readonly [MediaProfile, MediaProfile])[] = [
    ["RTP/AVP", "RTP/AVP"],
    ["RTP/SAVP", "RTP/AVP"],
    ["RTP/SAVP", "RTP/SAVP"],
  ];
  for (const [first, second] of ways)
    test(`${first} and ${second}: ringback, each other with video, hold with music, each other again`, async () => {
      const a = await pair({ profile: first, video: true });
      const b = await pair({ profile: second, video: true, beside: a });
      a.leg.hear({ sound: "ringback" });
      await hears(a.phone, "ringback", 450, audible);
      await hearEachOther(a, b);
      if (second === "RTP/AVP") await relayedThere(a);
      for (const { phone } of [a, b]) phone.film(50);
      const pictures = async ({ phone }: Pair): Promise<boolean> => (await phone.statistics()).video.packetsIn > 20;
      await until("pictures on both sides", async () => ((await pictures(a)) && (await pictures(b))) || null);
      a.leg.hear(null);
      b.leg.hear({ sound: "music" });
      await hears(a.phone, "silence at a", 1_100, silent);
      await hears(b.phone, "no a at b", 700, ({ levels: [tone = 0] }) => tone < -50);
      await hearEachOther(a, b);
      a.end();
      b.end();
    });

  test("statistics count what rtpengine relays by itself", async () => {
    const a = await pair();
    const b = await pair({ beside: a });
    await hearEachOther(a, b);
    await relayedThere(a);
    const before = (await a.leg.statistics()).audio.packetsIn;
    const { audio } = await until("20 packets more", async () => {
      const now = await a.leg.statistics();
      return now.audio.packetsIn >= before + 20 ? now : null;
    });
    assert.equal(Math.round(audio.octetsIn / audio.packetsIn), 160);
    assert.ok(audio.packetsOut > 20, `${audio.packetsOut} sent`);
    a.leg.close();
    const last = await a.leg.figures;
    assert.ok(last && last.audio.packetsIn >= audio.packetsIn, `${last?.audio.packetsIn} in the last figures`);
    assert.equal(last?.audio.lost, 0);
    a.end();
    b.end();
  });

  test("digits: dialled to a phone in a talk, and told when a phone presses them", async () => {
    const a = await pair();
    const b = await pair({ beside: a });
    const pressed: string[] = [];
    b.leg.digits(({ digit }) => void pressed.push(digit));
    await hearEachOther(a, b);
    assert.equal(a.leg.dial("12#"), true);
    await until("digits at a", async () => (await a.phone.listen([])).digits === "12#" || null);
    await hearEachOther(a, b);
    await relayedThere(b);
    assert.equal(b.phone.dial("4*5"), true);
    await until("digits of b at a", async () => (await a.phone.listen([])).digits === "12#4*5" || null);
    await until("b's digits told", () => pressed.join("") === "4*5" || null);
    a.end();
    b.end();
  });

  test("three together, one of them as a listener, then two alone again", async () => {
    const [a, b, c] = [await pair(), await pair(), await pair()];
    await hearEachOther(a, b);
    c.leg.hear({
      mix: [
        { leg: a.leg, gain: 1 },
        { leg: b.leg, gain: 1 },
      ],
    });
    await hears(c.phone, "a at c", 700, audible);
    await hears(c.phone, "b at c", 1_100, audible);
    await hears(a.phone, "b at a", 1_100, audible);
    c.leg.hear(null);
    await hears(c.phone, "silence at c", 700, silent);
    await hearEachOther(a, b);
    for (const one of [a, b, c]) one.end();
  });

  test("a recording keeps the packets at the plane, and lets them go", async () => {
    const folder = await mkdtemp(join(tmpdir(), "seatway-rtpengine-"));
    const a = await pair();
    const b = await pair({ beside: a });
    await hearEachOther(a, b);
    const recording = await gateway.record(a.leg, b.leg, join(folder, "talk.wav"));
    await new Promise<void>((resolve) => systemClock.after(600, resolve));
    recording.stop();
    const ended = await recording.ended;
    assert.ok("saved" in ended && ended.saved.bytes > 8_000, JSON.stringify(ended));
    await hearEachOther(a, b);
    a.end();
    b.end();
    await rm(folder, { recursive: true });
  });

  test("the peer offers first; it holds (sendonly) and resumes", async () => {
    const a = await pair();
    const leg = await gateway.open("leg", a.leg);
    const phone = await phones.open("phone");
    const offer = phone.offer({ video: false });
    agreedIn(phone.acceptAnswer(agreedIn(leg.answer(offer)).sdp));
    const b: Pair = { leg, phone, port: audioPort(offer), end: () => [leg, phone].forEach((one) => void one.close()) };
    await hearEachOther(a, b);
    const held = phone.offer({ video: false }).replace("a=ptime:20", "a=ptime:20\r\na=sendonly");
    const holding = agreedIn(leg.answer(held));
    assert.match(holding.sdp, /a=recvonly/);
    await hears(phone, "silence at b", 700, silent);
    // With fewer formats than the other one's: through the plane from here on.
    const fewer = phone.offer({ video: false }).replace(/(m=audio .* RTP\/AVP 0) [\d ]*101/, "$1 101");
    agreedIn(phone.acceptAnswer(agreedIn(leg.answer(fewer)).sdp));
    await hearEachOther(a, b);
    a.end();
    b.end();
  });

  test("what a peer may not answer: another transport, no key, a port of ours", async () => {
    const a = await pair();
    const leg = await gateway.open("leg");
    const own = audioPort(a.leg.offer({ video: false }));
    const described = (port: string, protocol = "RTP/AVP", more = ""): string =>
      `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} ${protocol} 0\r\n${more}`;
    leg.offer({ video: false });
    assert.deepEqual(leg.acceptAnswer(described("9000", "RTP/SAVP")), {
      refused: "m-line 1: over RTP/SAVP, not RTP/AVP",
    });
    assert.deepEqual(leg.acceptAnswer(described(`${own}`)), { refused: "m-line 1: a port of this gateway itself" });
    leg.offer({ video: false, profile: "RTP/SAVP" });
    assert.deepEqual(leg.acceptAnswer(described("9000", "RTP/SAVP")), {
      refused: "m-line 1: no usable key (RFC 4568)",
    });
    assert.deepEqual(leg.acceptAnswer("nonsense"), { refused: "not a session description" });
    leg.close();
    a.end();
  });
});

/** A way to a port of this machine on which each datagram takes so long. */
async function slowWay(port: number, ms: number): Promise<{ readonly port: number; close(): void }> {
  const [front, back] = [createSocket("udp4"), createSocket("udp4")];
  let from = 0;
  let isOpen = true;
  front.on("message", (datagram, { port: sender }) => {
    from = sender;
    systemClock.after(ms, () => isOpen && back.send(datagram, port, "127.0.0.1"));
  });
  back.on("message", (datagram) => front.send(datagram, from, "127.0.0.1"));
  for (const socket of [front, back]) await once(socket.bind(0, "127.0.0.1"), "listening");
  const close = (): void => {
    isOpen = false;
    for (const socket of [front, back]) socket.close();
  };
  return { port: front.address().port, close };
}

const announced = 900;

/** Half a second of a tone at -12 dB, one channel. */
function toneFile(): Buffer {
  const samples = Int16Array.from(sine({ hertz: announced, dbfs: -12, samples: 4_000 }), Math.round);
  const head = wavHeader(samples.byteLength);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  return Buffer.concat([head, Buffer.from(samples.buffer)]);
}

/** By amplitude: half of the second that holds all of it, 6 dB less than the tone. Without its first 50 ms it is 1 dB less. */
const whole = ({ levels: [level = -120] }: Heard): boolean => level > -18.7;

/** An rtpengine of its own that takes its time for every order, and an announcement `tone` of half a second. */
async function slowWorld(context: TestContext): Promise<World & { readonly file: string }> {
  const engine = await startRtpengine();
  const way = await slowWay(engine.port, 250);
  const folder = await mkdtemp(join(tmpdir(), "seatway-rtpengine-"));
  const file = join(folder, "tone.wav");
  await writeFile(file, toneFile());
  const instances = [{ name: "far", host: "127.0.0.1", port: way.port }];
  const rtpengine = { instances, digitPort: await freeSipPort() };
  const announcements = { tone: file };
  const gateway = await openPlane({ ...settings, announcements, ports: [23_800, 23_899], rtpengine });
  const phones = await openPhonePlane({ ...settings, ports: [23_900, 23_999] });
  context.after(async () => {
    await gateway.close();
    await phones.close();
    await engine.stop();
    way.close();
    await rm(folder, { recursive: true });
  });
  return { gateway, phones, file };
}

test("announcements and files wait for an rtpengine that takes its time: they are heard from their beginning", {
  skip,
}, async (t) => {
  const { gateway, phones, file } = await slowWorld(t);
  const plays = {
    "an announcement": (leg: MediaLeg) => leg.play("tone"),
    "a file": (leg: MediaLeg) => leg.playFile(file, { fromMs: 0, times: 1 }),
  };
  const heard = async (what: string, play: (leg: MediaLeg) => Playing | FilePlaying): Promise<void> => {
    const a = await pairIn({ gateway, phones });
    const answered = play(a.leg);
    await hears(a.phone, `${what} by a phone that has just answered`, announced, whole);
    assert.equal(await answered.ended, "played");
    const b = await pairIn({ gateway, phones }, { beside: a });
    await hearEachOther(a, b);
    const talking = play(a.leg);
    await hears(a.phone, `${what} by a phone in a talk`, announced, whole);
    assert.equal(await talking.ended, "played");
    await hears(a.phone, "b again", 1_100, audible);
    const stopped = play(a.leg);
    stopped.stop();
    assert.equal(await stopped.ended, "stopped", "before it is at the plane");
    const cut = play(a.leg);
    a.end();
    assert.equal(await cut.ended, "stopped", "with its leg");
    b.end();
  };
  await Promise.all(Object.entries(plays).map(([what, play]) => heard(what, play)));
});

test("digits wait for an rtpengine that takes its time: none is lost on the way to the plane", { skip }, async (t) => {
  const { gateway, phones } = await slowWorld(t);
  const a = await pairIn({ gateway, phones });
  const b = await pairIn({ gateway, phones }, { beside: a });
  await hearEachOther(a, b);
  let sent = false;
  assert.equal(
    a.leg.dial("12#", () => {
      sent = true;
    }),
    true,
  );
  await until("digits at a", async () => (await a.phone.listen([])).digits === "12#" || null);
  await until("the end of it told", () => sent || null);
  assert.equal(a.leg.dial("12x"), false);
  a.end();
  b.end();
  assert.equal(a.leg.dial("1"), false);
});

describe("rtpengine that dies", { skip, timeout: 60_000 }, () => {
  async function open(context: TestContext, engines: readonly Rtpengine[]) {
    const logged: string[] = [];
    const note: Log["warn"] = (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`);
    const log: Log = { ...silentLog, info: note, warn: note, error: note };
    const instances = engines.map(({ port }, index) => ({ name: `edge-${index}`, host: "127.0.0.1", port }));
    const digitPort = await freeSipPort();
    const rtpengine = { instances, digitPort, probeMs: 200 };
    const gateway = await openPlane({ ...settings, log, ports: [24_000, 24_099], rtpengine });
    const phones = await openPhonePlane({ ...settings, ports: [24_100, 24_199] });
    context.after(async () => {
      await gateway.close();
      await phones.close();
      for (const engine of engines) await engine.stop();
    });
    return { gateway, phones, logged };
  }

  /** What the runtime does: the peer is offered the new ports. */
  function follows({ leg, phone }: Pair): void {
    leg.moved(() => {
      const answer = agreedIn(phone.answer(leg.offer({ video: false })));
      agreedIn(leg.acceptAnswer(answer.sdp));
    });
  }

  test("a talk goes on at another instance, and new calls go there", async (t) => {
    const engines = [await startRtpengine(), await startRtpengine()];
    const world = await open(t, engines);
    const a = await pairIn(world);
    const b = await pairIn(world, { beside: a });
    for (const one of [a, b]) follows(one);
    await hearEachOther(a, b);
    const busy = (await engines[0]?.calls())?.length === 1 ? engines[0] : engines[1];
    await busy?.stop("SIGKILL");
    await until(
      "both have moved",
      () => world.logged.filter((line) => line.includes("has moved")).length === 2 || null,
    );
    for (const { phone } of [a, b]) await hears(phone, "the old sound to end", 9, () => true);
    await hearEachOther(a, b);
    const c = await pairIn(world);
    const d = await pairIn(world, { beside: c });
    await hearEachOther(c, d);
    for (const one of [a, b, c, d]) one.end();
  });

  test("started anew, it gets its calls back by new offers; a leg without an agreement is lost", async (t) => {
    const first = await startRtpengine();
    const engines = [first];
    const world = await open(t, engines);
    const a = await pairIn(world);
    const b = await pairIn(world, { beside: a });
    for (const one of [a, b]) follows(one);
    await hearEachOther(a, b);
    const ringing = await world.gateway.open("ringing");
    ringing.offer({ video: false });
    const lost = new Promise<void>((resolve) => ringing.lost(resolve));
    await first.stop("SIGKILL");
    await until("the fall noticed", () => world.logged.some((line) => line.includes("does not answer")) || null);
    await assert.rejects(world.gateway.open("nowhere"), /no rtpengine takes a leg/);
    engines.push(await startRtpengine({ port: first.port }));
    await lost;
    await hearEachOther(a, b);
    ringing.close();
    for (const one of [a, b]) one.end();
  });
});
