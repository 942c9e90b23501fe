// Twins of SIP and media around runtime/legs.ts: what goes out is written down, and they do what the test says.

import assert from "node:assert/strict";
import { nextTurn, type VirtualClock, virtualClock } from "../../src/base/clock.ts";
import { callId, legId } from "../../src/base/ids.ts";
import { silentLog } from "../../src/base/log.ts";
import type { PhoneOrder } from "../../src/core/agent/state.ts";
import type { Agreed, Digit, MediaLeg, MediaPlane, OfferOptions, Silence, Source } from "../../src/media/face.ts";
import { noJournal } from "../../src/runtime/journal/journal.ts";
import type { LegReport } from "../../src/runtime/leg.ts";
import { openLegs } from "../../src/runtime/legs.ts";
import type { Target } from "../../src/runtime/phone-call.ts";
import type { Dialog, DialogObserver, OfferReply, OutgoingInvite } from "../../src/sip/face.ts";

export const phone = legId("101.phone.1");
export const party = legId("c1.party");
export const order: PhoneOrder = { call: callId("c1"), shown: "40040", mediaAbility: 0, videoDirection: null };
const video = { payloadType: 96, codec: "VP8", direction: "sendrecv" } as const;

/** SDP of these twins: the words of what it agrees on. */
const agreedBy = (sdp: string): Agreed => ({
  audio: sdp.includes("audio") ? { codec: "PCMU", direction: "sendrecv", telephoneEvent: true } : null,
  video: sdp.includes("inactive") ? { ...video, direction: "inactive" } : sdp.includes("video") ? video : null,
});

type TwinMedia = Omit<MediaLeg, "agreed"> & {
  agreed: Agreed | null;
  readonly heard: Source[];
  closed: boolean;
  workerDies: () => void;
  moves: () => void;
  falls: (silence: Silence) => void;
  /** After how much silence; undefined: as the plane has it. */
  limitMs: number | undefined;
  renewed: number;
  presses: (digit: Digit) => void;
  readonly dialled: string[];
};

function twinMedia(id: string, videoPorts: () => number): TwinMedia {
  const leg: TwinMedia = {
    id,
    heard: [],
    closed: false,
    workerDies: () => {},
    moves: () => {},
    falls: () => {},
    limitMs: undefined,
    renewed: 0,
    presses: () => {},
    dialled: [],
    agreed: null,
    offer(options: OfferOptions) {
      if (options.video && videoPorts() === 0) throw new Error("no media port is free for video");
      return `${options.video ? "audio video" : "audio"}${options.restart ? " restart" : ""}`;
    },
    acceptAnswer(sdp) {
      if (sdp.includes("refused")) return { refused: "not this" };
      leg.agreed = agreedBy(sdp);
      return leg.agreed;
    },
    answer: (sdp) => (sdp.includes("refused") ? { refused: "not this" } : { sdp: `re: ${sdp}`, agreed: agreedBy(sdp) }),
    playFile: () => assert.fail("not asked for here"),
    hear: (source) => void leg.heard.push(source),
    dial(digits) {
      leg.dialled.push(digits);
      return true;
    },
    statistics: async () => {
      throw new Error("not asked for here");
    },
    figures: new Promise(() => {}),
    image: () => null,
    keys: () => null,
    silence(observer, limitMs) {
      leg.falls = observer;
      leg.limitMs = limitMs;
    },
    renew() {
      leg.renewed += 1;
    },
    digits(observer) {
      leg.presses = observer;
    },
    detect() {},
    play: () => ({ stop() {}, ended: Promise.resolve("played") }),
    lost(observer) {
      leg.workerDies = observer;
    },
    moved(observer) {
      leg.moves = observer;
    },
    close() {
      leg.closed = true;
    },
  };
  return leg;
}

type TwinDialog = {
  readonly invite: OutgoingInvite;
  readonly emit: DialogObserver;
  hungUp: number;
  /** Ports of the connections that it was to follow to. */
  readonly followed: number[];
  readonly reoffers: string[];
  cause?: { readonly q850: number };
  reoffered: (reply: OfferReply) => void;
};

type World = {
  readonly clock: VirtualClock;
  readonly legs: ReturnType<typeof openLegs>;
  readonly reports: LegReport[];
  readonly media: TwinMedia[];
  readonly dialogs: TwinDialog[];
  /** The next media leg waits for this, then opens or fails. */
  opening: Promise<void>;
  videoPorts: number;
  /** For each media leg opened, the one that it was to live beside. */
  readonly besides: (string | undefined)[];
};

/** `page`: where the phone 40001 is registered. */
export function world(page: Target = { uri: "sip:40001@127.0.0.1:5062" }): World {
  const clock = virtualClock();
  const [media, dialogs, reports]: [TwinMedia[], TwinDialog[], LegReport[]] = [[], [], []];
  const plane: Pick<MediaPlane, "open" | "reopen"> = {
    reopen: (id) => plane.open(id),
    async open(id, beside) {
      it.besides.push(beside?.id);
      await it.opening;
      const leg = twinMedia(id, () => it.videoPorts);
      media.push(leg);
      return leg;
    },
  };
  const invite = (order: OutgoingInvite, emit: DialogObserver): Dialog => {
    const twin: TwinDialog = { invite: order, emit, hungUp: 0, followed: [], reoffers: [], reoffered: () => {} };
    dialogs.push(twin);
    return {
      sipCallId: "x",
      hangUp: (cause) => {
        twin.hungUp++;
        if (cause) twin.cause = cause;
      },
      reoffer: (sdp) =>
        new Promise((resolve) => {
          twin.reoffers.push(sdp);
          twin.reoffered = resolve;
        }),
      follow: ({ port }) => void twin.followed.push(port),
    };
  };
  const legs = openLegs({
    clock,
    log: silentLog,
    sip: { invite, takeUp: () => undefined },
    journal: noJournal,
    resume: () => undefined,
    takeUpMs: 8_000,
    media: plane,
    recordings: { obey: () => {} },
    playbacks: { obey: () => {} },
    domain: "127.0.0.1",
    phone: (number) => (number === "40001" ? page : undefined),
    line: (number) =>
      number === "40040"
        ? ({ caller, called, offer }, observer) =>
            invite(
              { uri: `sip:${called}@127.0.0.1:5080`, from: { uri: `sip:${caller}@127.0.0.1` }, sdp: offer("RTP/AVP") },
              observer,
            )
        : undefined,
    graceMs: 30_000,
  });
  const it: World = { clock, legs, reports, media, dialogs, opening: Promise.resolve(), videoPorts: 1, besides: [] };
  return it;
}

/** Until what was begun has gone as far as it can without the test: nothing but promises is between its steps. */
export const settled = nextTurn;

export const report = (it: World) => (event: LegReport) => void it.reports.push(event);
export const partyInvite = {
  leg: party,
  call: callId("c1"),
  caller: "40038",
  called: "40040",
  video: false,
  needsVideo: false,
  videoDirection: null,
  like: phone,
};

export async function ringing(change: Partial<PhoneOrder> = {}): Promise<{ it: World; dialog: TwinDialog }> {
  const it = world();
  it.legs.invitePhone({ leg: phone, number: "40001", order: { ...order, ...change }, autoAnswer: true }, report(it));
  await settled();
  const dialog = it.dialogs[0];
  assert.ok(dialog);
  return { it, dialog };
}
