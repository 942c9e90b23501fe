// The town as a process of its own: all phones on one SIP port, all parties behind the trunk on another, real RTP with a tone for
// each. It keeps a ledger of every call, of which the gateway knows nothing. Orders by link.ts.

import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { PhonePlane } from "../../src/media/face.ts";
import { openPhonePlane } from "../../src/media/plane.ts";
import { type Random, seeded } from "../../src/sim/speech.ts";
import { openEndpoint } from "../../src/sip/endpoint.ts";
import type { IncomingInvite, SipEndpoint } from "../../src/sip/face.ts";
import { obey } from "./link.ts";
import { callerNumber, inboundNumber, mannerOf, partyHertz, phoneHertz } from "./numbers.ts";
import { type Ear, type LegNote, type LegPlan, TownLeg } from "./town-leg.ts";

export type TownOrder =
  /** Answers with TownPorts. */
  | { readonly type: "open"; readonly seed: number; readonly rtpPorts: readonly [number, number] }
  /** Every phone, at the gateway's SIP port; those that are registered do it anew. */
  | { readonly type: "register"; readonly phones: readonly string[]; readonly port: number }
  /** Answers with Pair[] in their order. */
  | { readonly type: "hear"; readonly pairs: readonly TalkingPair[] }
  /** People call in; each stays so long once he is answered. */
  | { readonly type: "call-in"; readonly count: number; readonly stayMs: number }
  /** Whoever hears nothing for so long from now on hangs up; null: nobody does. */
  | { readonly type: "impatient"; readonly silentMs: number | null }
  /** Answers with TownLedger; legs that were over are forgotten then. */
  | { readonly type: "ledger" };

export type TownPorts = { readonly phones: number; readonly trunk: number };
export type TalkingPair = { readonly phone: string; readonly called: string };
/** null: there is no talk on that side. */
export type Pair = { readonly phone: Ear | null; readonly party: Ear | null };
export type TownLedger = {
  readonly parties: readonly LegNote[];
  readonly phones: readonly LegNote[];
  /** Legs that still stand, by number. */
  readonly standing: readonly string[];
};

const host = "127.0.0.1";
const REGISTER_AT_A_TIME = 50;
const EXPIRES_S = 3_600;
const LOOK_MS = 1_000;
/** A caller whom nobody answers gives up. */
const CALLER_MS = 15_000;
/** Between 180 and 200 of a phone. */
const phoneAnswerMs = 0;

type Side = "phones" | "parties";
type Account = ReturnType<SipEndpoint["register"]>;

class Town {
  readonly #random: Random;
  readonly #plane: PhonePlane;
  readonly #notes: Record<Side, LegNote[]> = { phones: [], parties: [] };
  readonly #standing: Record<Side, Map<string, TownLeg>> = { phones: new Map(), parties: new Map() };
  readonly #accounts = new Map<string, Account>();
  #sip: Record<Side, SipEndpoint> | null = null;
  #gatewayPort = 0;
  #silentMs: number | null = null;
  #callers = 0;

  constructor(plane: PhonePlane, seed: number) {
    this.#plane = plane;
    this.#random = seeded(seed);
    setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  async open(): Promise<TownPorts> {
    const open = (side: Side): Promise<SipEndpoint> =>
      openEndpoint({
        ...{ clock: systemClock, log: silentLog, host, advertise: host, port: 0, realm: host },
        transports: ["udp"],
        userAgent: "Seatway-town",
        handlers: {
          password: () => undefined,
          register: () => ({ status: 403 }),
          invite: (incoming) => this.#called(side, incoming),
        },
      });
    this.#sip = { phones: await open("phones"), parties: await open("parties") };
    return { phones: this.#sip.phones.port, trunk: this.#sip.parties.port };
  }

  async register(phones: readonly string[], port: number): Promise<void> {
    this.#gatewayPort = port;
    for (let at = 0; at < phones.length; at += REGISTER_AT_A_TIME) {
      await Promise.all(phones.slice(at, at + REGISTER_AT_A_TIME).map((phone) => this.#registerOne(phone)));
    }
  }

  async #registerOne(phone: string): Promise<void> {
    const sip = this.#sip?.phones;
    if (!sip) throw new Error("the town is not open");
    await this.#accounts.get(phone)?.stop();
    const registered = Promise.withResolvers<void>();
    const account = {
      ...{ user: phone, domain: host, credentials: { username: phone, password: "" }, expiresS: EXPIRES_S },
      registrar: { transport: "udp", address: host, port: this.#gatewayPort },
    } as const;
    const line = sip.register(account, (state) => {
      if (state.name === "registered") registered.resolve();
      else registered.reject(new Error(`${phone} is not registered: ${state.status}`));
    });
    this.#accounts.set(phone, line);
    await registered.promise;
  }

  #called(side: Side, incoming: IncomingInvite): void {
    const manner = side === "phones" ? "stays" : mannerOf(incoming.user);
    if (manner === "busy") {
      this.#notes[side].push(refusedNote(incoming));
      return incoming.reject(486);
    }
    const plan: LegPlan = {
      number: incoming.user,
      hertz: side === "phones" ? phoneHertz(incoming.user) : partyHertz(incoming.user),
      answerMs: manner === "absent" ? null : side === "phones" ? phoneAnswerMs : this.#between(0, 300),
      stayMs: manner === "leaves" ? this.#between(500, 2_000) : null,
    };
    this.#stand(side, plan, incoming.sipCallId).take(incoming);
  }

  #stand(side: Side, plan: LegPlan, sipCallId: string): TownLeg {
    const key = sipCallId;
    const leg = new TownLeg(this.#plane, plan, sipCallId, () => this.#standing[side].delete(key));
    this.#notes[side].push(leg.note);
    this.#standing[side].set(key, leg);
    return leg;
  }

  callIn(stayMs: number): void {
    const sip = this.#sip?.parties;
    if (!sip) return;
    const number = callerNumber(this.#callers++);
    const plan = { number, hertz: partyHertz(number), answerMs: null, stayMs, patienceMs: CALLER_MS };
    const leg = this.#stand("parties", plan, `caller ${number}`);
    void leg.place((sdp) =>
      sip.invite(
        {
          uri: `sip:${inboundNumber}@${host}:${this.#gatewayPort}`,
          peer: { transport: "udp", address: host, port: this.#gatewayPort },
          from: { uri: `sip:${number}@${host}` },
          sdp,
        },
        (event) => leg.observe(event),
      ),
    );
  }

  async hear({ phone, called }: TalkingPair): Promise<Pair> {
    const [at, with_] = [this.#latest("phones", phone), this.#latest("parties", called)];
    return {
      phone: (await at?.listen(partyHertz(called))) ?? null,
      party: (await with_?.listen(phoneHertz(phone))) ?? null,
    };
  }

  impatient(silentMs: number | null): void {
    this.#silentMs = silentMs;
  }

  ledger(): TownLedger {
    const standing = [...this.#standing.phones.values(), ...this.#standing.parties.values()];
    const told = { ...this.#notes };
    for (const side of ["phones", "parties"] as const)
      this.#notes[side] = told[side].filter(({ endedAt }) => endedAt === undefined);
    return { ...told, standing: standing.map(({ note }) => note.number) };
  }

  #latest(side: Side, number: string): TownLeg | undefined {
    return [...this.#standing[side].values()].findLast(({ note }) => note.number === number);
  }

  async #look(): Promise<void> {
    const { phones, parties } = this.#standing;
    const silentMs = this.#silentMs ?? Number.POSITIVE_INFINITY;
    await Promise.all([...phones.values(), ...parties.values()].map((leg) => leg.giveUpAfter(silentMs)));
  }

  #between(least: number, most: number): number {
    return Math.round(least + (most - least) * this.#random());
  }
}

const refusedNote = ({ user, sipCallId }: IncomingInvite): LegNote => {
  const at = performance.timeOrigin + performance.now();
  return { number: user, sipCallId, invitedAt: at, endedAt: at, endedBy: "refused", offers: 0 };
};

let town: Town | undefined;

async function carryOut(order: TownOrder): Promise<unknown> {
  if (order.type === "open") {
    const { rtpPorts: ports, seed } = order;
    const plane = await openPhonePlane({
      clock: systemClock,
      log: silentLog,
      host,
      advertise: host,
      ports,
      workers: 1,
    });
    town = new Town(plane, seed);
    return town.open();
  }
  if (!town) throw new Error("the town is not open");
  if (order.type === "register") return town.register(order.phones, order.port);
  if (order.type === "hear") return Promise.all(order.pairs.map((pair) => town?.hear(pair)));
  if (order.type === "impatient") return town.impatient(order.silentMs);
  if (order.type === "ledger") return town.ledger();
  for (let calls = 0; calls < order.count; calls++) town.callIn(order.stayMs);
  return undefined;
}

obey(carryOut);
