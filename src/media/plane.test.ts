// The media plane through real sockets: simulated phones (a plane of their own) on both sides of a gateway's plane.
// What they hear is measured, not assumed.

import assert from "node:assert/strict";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { sine } from "./codec/tone.ts";
import type { Agreed, Heard, MediaLeg, MediaPlane, OfferOptions, PhoneLeg, PhonePlane, SdpRefused } from "./face.ts";
import { Lane } from "./lane.ts";
import { openPhonePlane, openPlane } from "./plane.ts";
import { wavHeader } from "./recording/wav.ts";
import { writeHeader } from "./rtp/packet.ts";
import { writeKeyFrameRequest } from "./rtp/rtcp.ts";

const settings = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 } as const;
const audioOnly: OfferOptions = { video: false };

const agreedIn = <Value extends object>(value: Value | SdpRefused): Value => {
  if ("refused" in value) assert.fail(value.refused);
  return value;
};

/** Offer of the gateway's leg, answer of the phone's. */
function connect(leg: MediaLeg, phone: PhoneLeg, options = audioOnly): Agreed {
  const answer = agreedIn(phone.answer(leg.offer(options)));
  return agreedIn(leg.acceptAnswer(answer.sdp));
}

/** Asks every 20 ms until it is so; the test's own time limit ends it otherwise. */
async function poll<Value>(ask: () => Promise<Value>, fits: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (fits(value)) return value;
    await new Promise<void>((resolve) => systemClock.after(20, resolve));
  }
}

const until = (phone: PhoneLeg, frequencies: readonly number[], fits: (heard: Heard) => boolean): Promise<Heard> =>
  poll(() => phone.listen(frequencies), fits);

const describeAudio = (port: number, formats: string): string =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP ${formats}\r\n`;

/** A bare socket in a phone's place, for what a well-behaved phone would not do. */
async function bareSocket(): Promise<Socket> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1").unref();
  await once(socket, "listening");
  return socket;
}

function rtp(fields: { payloadType: number; sequence: number; ssrc?: number; payload?: Buffer }): Buffer {
  const header = Buffer.alloc(12);
  writeHeader(header, 0, { marker: false, timestamp: fields.sequence * 160, ssrc: 5, ...fields });
  return Buffer.concat([header, fields.payload ?? Buffer.alloc(160, 0x55)]);
}

async function received(socket: Socket, fits: (packet: Buffer) => boolean): Promise<[Buffer, RemoteInfo]> {
  for (;;) {
    const [packet, from] = (await once(socket, "message")) as [Buffer, RemoteInfo];
    if (fits(packet)) return [packet, from];
  }
}

const audible = -12.6;
const silent = (heard: Heard): boolean => heard.level < -60;

describe("media plane", { timeout: 20_000, concurrency: true }, () => {
  let gateway: MediaPlane;
  let phones: PhonePlane;
  const logged: string[] = [];
  const log = { ...silentLog, warn: (_: unknown, text: string) => void logged.push(text) };

  before(async () => {
    gateway = await openPlane({ ...settings, log, ports: [23_000, 23_199] });
    phones = await openPhonePlane({ ...settings, log, ports: [23_200, 23_399] });
  });
  after(async () => {
    const [ours, theirs] = [gateway.census(), phones.census()];
    await gateway.close();
    await phones.close();
    assert.deepEqual(ours, { legs: 0, ports: 0 });
    assert.deepEqual(theirs, { legs: 0, ports: 0 });
    assert.deepEqual(logged, []);
  });

  type Pair = { leg: MediaLeg; phone: PhoneLeg; end(): void };
  async function pair(options = audioOnly): Promise<Pair> {
    const leg = await gateway.open("leg");
    const phone = await phones.open("phone");
    connect(leg, phone, options);
    return {
      leg,
      phone,
      end() {
        leg.close();
        phone.close();
      },
    };
  }

  function connected(a: Pair, b: Pair): void {
    a.leg.hear({ leg: b.leg });
    b.leg.hear({ leg: a.leg });
  }

  test("two phones hear each other's tone, and their own not", async () => {
    const [a, b] = [await pair(), await pair()];
    a.phone.hear({ tone: 700 });
    b.phone.hear({ tone: 1_100 });
    connected(a, b);
    const atA = await until(a.phone, [1_100, 700], ({ levels: [other = 0] }) => other > audible);
    const atB = await until(b.phone, [700, 1_100], ({ levels: [other = 0] }) => other > audible);
    for (const [other = 0, own = 0] of [atA.levels, atB.levels]) {
      assert.ok(other - own > 30, `${other} dB against ${own}`);
    }
    const { audio } = await a.leg.statistics();
    assert.ok(audio.packetsIn > 40 && audio.packetsOut > 40);
    assert.equal(audio.lost, 0);
    assert.equal(audio.octetsIn, audio.packetsIn * 160);
    a.end();
    b.end();
  });

  test("hold: music to the one who waits, then the other again, in one unbroken stream", async () => {
    const [a, b] = [await pair(), await pair()];
    a.phone.hear({ tone: 700 });
    connected(a, b);
    await until(b.phone, [700], ({ levels: [tone = 0] }) => tone > audible);
    b.leg.hear({ sound: "music" });
    await until(b.phone, [700], ({ level, levels: [tone = 0] }) => tone < -50 && level > -25);
    b.leg.hear({ leg: a.leg });
    await until(b.phone, [700], ({ levels: [tone = 0] }) => tone > audible);
    const { audio } = await b.phone.statistics();
    assert.equal(audio.lost, 0);
    a.end();
    b.end();
  });

  test("mute: who hears nothing gets nothing; silence is packets without sound", async () => {
    const [a, b] = [await pair(), await pair()];
    a.phone.hear({ tone: 700 });
    connected(a, b);
    await until(b.phone, [700], ({ levels: [tone = 0] }) => tone > audible);
    b.leg.hear(null);
    const muted = (await b.leg.statistics()).audio.packetsOut;
    await until(b.phone, [], silent);
    assert.equal((await b.leg.statistics()).audio.packetsOut, muted);
    b.leg.hear({ sound: "silence" });
    await poll(
      () => b.phone.statistics(),
      ({ audio }) => audio.packetsIn >= muted + 5,
    );
    assert.ok(silent(await b.phone.listen([])));
    a.end();
    b.end();
  });

  test("ringback is 450 Hz", async () => {
    const a = await pair();
    a.leg.hear({ sound: "ringback" });
    await until(a.phone, [450], ({ levels: [tone = 0] }) => tone > -20);
    a.end();
  });

  test("tones of the country, and music from a file; what cannot be played is refused at the start", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "seatway-music-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "music.wav");
    const wave = Int16Array.from(sine({ hertz: 1_300, dbfs: -12, samples: 16_000 }));
    const stereo = Int16Array.from({ length: 32_000 }, (_, at) => wave[at >> 1] ?? 0);
    writeFileSync(file, Buffer.concat([wavHeader(64_000), Buffer.from(stereo.buffer)]));
    const plane = await openPlane({ ...settings, ports: [23_700, 23_719], country: "US", music: file });
    t.after(() => plane.close());
    const [leg, phone] = [await plane.open("leg"), await phones.open("phone")];
    connect(leg, phone);
    leg.hear({ sound: "busy" });
    await until(phone, [480, 620], ({ levels }) => levels.every((level) => level > -26));
    leg.hear({ sound: "music" });
    await until(phone, [1_300], ({ levels: [tone = 0] }) => tone > audible);
    phone.close();
    const own = { ...settings, ports: [23_720, 23_729] } as const;
    await assert.rejects(openPlane({ ...own, country: "XX" }), /country XX: one of AT, /);
    await assert.rejects(openPlane({ ...own, music: join(folder, "none.wav") }), /ENOENT/);
    writeFileSync(file, "ID3");
    await assert.rejects(openPlane({ ...own, music: file }), /music .*MP3/);
  });

  test("digits: dialled by us, and passed on between phones", async () => {
    const [a, b] = [await pair(), await pair()];
    a.phone.hear({ tone: 700 });
    connected(a, b);
    const sent = new Promise<void>((resolve) => void b.leg.dial("12#", resolve));
    await until(b.phone, [], ({ digits }) => digits === "12#");
    await sent;
    await until(b.phone, [700], ({ levels: [tone = 0] }) => tone > audible);
    assert.equal(a.phone.dial("4*"), true);
    await until(b.phone, [], ({ digits }) => digits === "12#4*");
    await until(b.phone, [700], ({ levels: [tone = 0] }) => tone > audible);
    assert.equal((await b.phone.statistics()).audio.lost, 0);
    assert.equal(b.leg.dial("12x"), false);
    a.end();
    b.end();
  });

  test("different laws are transcoded; who takes no telephone-events gets audio alone, digits too", async () => {
    const a = await pair();
    const leg = await gateway.open("leg");
    const socket = await bareSocket();
    leg.offer(audioOnly);
    agreedIn(leg.acceptAnswer(describeAudio(socket.address().port, "8")));
    assert.equal(leg.dial("1"), true);
    leg.hear({ leg: a.leg });
    a.phone.hear({ tone: 700 });
    a.phone.dial("1");
    let sequence = -1;
    for (let packets = 0; packets < 40; packets += 1) {
      const [packet] = await received(socket, () => true);
      assert.equal((packet[1] ?? 0) & 0x7f, 8);
      if (sequence >= 0) assert.equal(packet.readUInt16BE(2), (sequence + 1) & 0xffff);
      sequence = packet.readUInt16BE(2);
    }
    socket.close();
    leg.close();
    a.end();
  });

  test("symmetric RTP: answers go where the packets come from; a stranger is not heard", async () => {
    const a = await pair();
    const leg = await gateway.open("leg");
    const [signalled, nat, stranger] = [await bareSocket(), await bareSocket(), await bareSocket()];
    const port = Number(/m=audio (\d+)/.exec(leg.offer(audioOnly))?.[1]);
    agreedIn(leg.acceptAnswer(describeAudio(signalled.address().port, "0")));
    leg.hear({ leg: a.leg });
    a.phone.hear({ tone: 700 });
    await received(signalled, () => true);
    nat.send(rtp({ payloadType: 0, sequence: 1 }), port, "127.0.0.1");
    await received(nat, () => true);
    // Together: a source that has been silent for a while may be followed by another one.
    nat.send(rtp({ payloadType: 0, sequence: 2 }), port, "127.0.0.1");
    stranger.send(rtp({ payloadType: 0, sequence: 3, ssrc: 9 }), port, "127.0.0.1");
    stranger.send(Buffer.from("rubbish"), port, "127.0.0.1");
    stranger.send(Buffer.from("rubbish"), port + 1, "127.0.0.1");
    await poll(
      () => leg.statistics(),
      ({ audio }) => audio.packetsIn === 2,
    );
    await received(nat, () => true);
    assert.equal((await leg.statistics()).audio.packetsIn, 2);
    for (const socket of [signalled, nat, stranger]) socket.close();
    leg.close();
    a.end();
  });

  test("video passes unread under the other side's number, and its RTCP comes back", async () => {
    const video: OfferOptions = { video: true };
    const a = await pair(video);
    const b = await gateway.open("b");
    const [rtpEnd, rtcpEnd] = [await bareSocket(), await bareSocket()];
    const audio = describeAudio(9, "0");
    b.offer({ video: true, videoLike: a.leg });
    const answer = `m=video ${rtpEnd.address().port} RTP/AVP 120\r\na=rtpmap:120 VP8/90000\r\na=rtcp:${rtcpEnd.address().port}\r\n`;
    assert.equal(agreedIn(b.acceptAnswer(audio + answer)).video?.payloadType, 120);
    b.hear({ leg: a.leg });
    a.leg.hear({ leg: b });
    a.phone.film(50);
    const [packet, from] = await received(rtpEnd, () => true);
    assert.equal((packet[1] ?? 0) & 0x7f, 120);
    assert.equal(packet.length, 312);
    rtcpEnd.send(writeKeyFrameRequest(1, packet.readUInt32BE(8)), from.port + 1, from.address);
    const [again] = await received(rtpEnd, () => true);
    assert.equal(again.readUInt32BE(8), packet.readUInt32BE(8));
    assert.ok((await a.leg.statistics()).video.packetsIn > 0);
    for (const socket of [rtpEnd, rtcpEnd]) socket.close();
    b.close();
    a.end();
  });

  test("a running stream is reported by RTCP", async () => {
    const leg = await gateway.open("leg");
    const [rtpEnd, rtcpEnd] = [await bareSocket(), await bareSocket()];
    leg.offer(audioOnly);
    const answer = `${describeAudio(rtpEnd.address().port, "0")}a=rtcp:${rtcpEnd.address().port}\r\n`;
    agreedIn(leg.acceptAnswer(answer));
    leg.hear({ sound: "silence" });
    const [report] = await received(rtcpEnd, () => true);
    assert.equal(report[1], 200);
    assert.ok(report.readUInt32BE(20) > 50);
    for (const socket of [rtpEnd, rtcpEnd]) socket.close();
    leg.close();
  });

  test("a phone that falls silent is told of, and when it is back; on hold nobody waits for it", async (t) => {
    const plane = await openPlane({ ...settings, ports: [23_740, 23_749], silenceMs: 300 });
    t.after(() => plane.close());
    const [leg, phone] = [await plane.open("leg"), await phones.open("phone")];
    connect(leg, phone);
    const told: string[] = [];
    leg.silence(({ type }) => void told.push(type));
    phone.hear({ tone: 700 });
    await poll(
      () => leg.statistics(),
      ({ audio }) => audio.packetsIn > 0,
    );
    phone.hear(null);
    await poll(
      async () => told,
      (all) => all.length === 1,
    );
    phone.hear({ tone: 700 });
    await poll(
      async () => told,
      (all) => all.length === 2,
    );
    assert.deepEqual(told, ["silent", "back"]);
    phone.close();
  });

  test("a phone that drops packets is seen as loss", async () => {
    const a = await pair();
    a.phone.drop(0.5);
    a.phone.hear({ tone: 700 });
    await poll(
      () => a.leg.statistics(),
      ({ audio }) => audio.lost >= 5,
    );
    a.end();
  });

  test("whoever heard a closed leg hears nothing; closing twice is nothing; a closed leg answers no question", async () => {
    const [a, b] = [await pair(), await pair()];
    a.phone.hear({ tone: 700 });
    connected(a, b);
    await until(b.phone, [700], ({ levels: [tone = 0] }) => tone > audible);
    a.leg.close();
    a.leg.close();
    await until(b.phone, [], silent);
    b.leg.hear({ leg: a.leg });
    await assert.rejects(a.leg.statistics(), /closed/);
    assert.equal(a.leg.dial("1"), false);
    a.end();
    b.end();
  });
});

describe("ports", { timeout: 30_000 }, () => {
  async function opened(t: TestContext, ports: readonly [number, number], workers = 1): Promise<MediaPlane> {
    const plane = await openPlane({ ...settings, ports, workers });
    t.after(() => plane.close());
    return plane;
  }

  test("a pool that is empty rejects; a closed leg's ports come back after a rest", async (t) => {
    const plane = await opened(t, [23_400, 23_405]);
    const legs = [await plane.open("1"), await plane.open("2"), await plane.open("3")];
    await assert.rejects(plane.open("4"), /no media port/);
    assert.throws(() => legs[0]?.offer({ video: true }), /no media port/);
    assert.deepEqual(plane.census(), { legs: 3, ports: 6 });
    for (const leg of legs) leg.close();
    assert.deepEqual(plane.census(), { legs: 0, ports: 0 });
    await poll(
      () => plane.open("5").catch(() => null),
      (leg) => leg !== null,
    );
    await plane.close();
    await assert.rejects(plane.open("6"), /closed/);
  });

  test("ports that others hold are passed over; none at all is an error at the start", async (t) => {
    const taken = createSocket("udp4").bind(23_411, "127.0.0.1").unref();
    await once(taken, "listening");
    const plane = await opened(t, [23_410, 23_413]);
    const leg = await plane.open("1");
    assert.match(leg.offer(audioOnly), /m=audio 23412 /);
    await plane.close();
    await assert.rejects(openPlane({ ...settings, ports: [23_410, 23_411] }), /no media port/);
    taken.close();
  });

  test("more legs than are kept ready: the rest is bound while they wait", async (t) => {
    const plane = await opened(t, [23_420, 23_599]);
    await Promise.all(Array.from({ length: 90 }, (_, index) => plane.open(String(index))));
    assert.equal(plane.census().ports, 180);
  });

  test("who asks for a port later gets it later, also when one has rested meanwhile", async (t) => {
    let now = 0;
    const clock = { ...systemClock, monotonic: () => now };
    const ports = Array.from({ length: 45 }, (_, index) => 23_600 + 2 * index);
    const setup = { host: "127.0.0.1", ports, country: "CN", music: null, announcements: {}, silenceMs: 1_000 };
    const lane = new Lane({ clock, log: silentLog, setup, died: () => {}, noticed: () => {} });
    t.after(() => lane.stop());
    await lane.ready();
    const served: string[] = [];
    const ask = (name: string) => lane.port().then(() => void served.push(name));
    // Down to what is kept for video: the next one waits until more are bound.
    const first = await Promise.all(Array.from({ length: 24 }, () => lane.port()));
    const waiting = ask("first");
    for (const port of first) lane.giveBack(port);
    now += 1_000;
    await Promise.all([waiting, ask("second")]);
    assert.deepEqual(served, ["first", "second"]);
  });

  test("a worker that dies is reported, and rejects what waits for it", async (t) => {
    const errors: string[] = [];
    const log = { ...silentLog, error: (_: unknown, text: string) => void errors.push(text) };
    // A list that is none makes the worker fail in its first lines.
    const ports = { length: 1 } as unknown as readonly number[];
    let died = 0;
    const setup = { host: "127.0.0.1", ports, country: "CN", music: null, announcements: {}, silenceMs: 1_000 };
    const lane = new Lane({ clock: systemClock, log, setup, died: () => void died++, noticed: () => {} });
    t.after(() => lane.stop());
    await assert.rejects(lane.ready(), /media worker ended/);
    await assert.rejects(
      lane.ask((question) => ({ type: "count", leg: 1, question })),
      /ended/,
    );
    assert.equal(lane.alive, false);
    assert.deepEqual([errors.length, died], [1, 1]);
  });

  test("two workers: legs opened beside each other can be joined, others not", async (t) => {
    const plane = await opened(t, [23_600, 23_639], 2);
    const a = await plane.open("a");
    const [beside, apart] = [await plane.open("b", a), await plane.open("c")];
    beside.hear({ leg: a });
    assert.throws(() => apart.hear({ leg: a }), /different media workers/);
  });
});
