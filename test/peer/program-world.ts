// The world of real programs: baresip as the agent's phone and as the customer where they answer, SIPp where they refuse,
// ring or misbehave. The gateway is a copy without sim/: nothing of it runs, nor is it there.

import { type Baresip, startBaresip } from "../support/baresip.ts";
import { copyWithout } from "../support/product-copy.ts";
import { freeSipPort } from "../support/sip-port.ts";
import { type Sipp, startSipp } from "../support/sipp.ts";
import { startGateway } from "../support/started-gateway.ts";
import { startBarePhone } from "./bare-phone.ts";
import { password, siteFile } from "./site.ts";
import type { PartyManner, PhoneManner, Stage, World } from "./world.ts";

/** A SIPp scenario and its keys. */
type Part = readonly [scenario: string, keys?: Readonly<Record<string, string>>];

const refuses = (status: string, extra?: string): Part => ["refuses", { status, ...(extra ? { extra } : {}) }];
const refusesAtOnce = (status: string): Part => ["refuses-at-once", { status }];

/** `answers` is baresip; nobody plays `not-registered`. */
const phones: Readonly<Record<Exclude<PhoneManner, "answers" | "not-registered">, Part>> = {
  "answers-without-video": ["answers-without-video"],
  busy: refusesAtOnce("486 Busy Here"),
  declines: refuses("603 Decline"),
  rings: ["rings"],
};

const parties: Readonly<Record<Exclude<PartyManner, "answers">, Part>> = {
  "answers-at-once": ["answers-at-once"],
  "answers-without-video": ["answers-without-video"],
  "hangs-up": ["hangs-up"],
  busy: refuses("486 Busy Here"),
  "no-answer": refuses("480 Temporarily Unavailable"),
  declines: refuses("603 Decline", "Reason: Q.850;cause=21"),
  vacant: refuses("404 Not Found"),
  rings: ["rings"],
  unavailable: refusesAtOnce("480 Temporarily Unavailable"),
  "carrier-failure": refusesAtOnce("503 Service Unavailable"),
  "media-refused": refusesAtOnce("488 Not Acceptable Here"),
};

const numbers = { phone: "40001", sippPhone: "40002", absentPhone: "40003", party: "40040", sippParty: "40041" };

export async function openProgramWorld(): Promise<World> {
  const ports = { party: await freeSipPort(), sippParty: await freeSipPort(), sippPhone: await freeSipPort() };
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const party = await startBaresip({ user: numbers.party, tone: 1000, video: true, port: ports.party });
    closing.push(() => party.stop());
    const copy = await copyWithout("sim");
    closing.push(() => copy.remove());
    const gateway = await startGateway({ main: copy.main, site: siteOf(ports) });
    closing.push(() => gateway.stop());
    const registrar = { port: gateway.ports.sip, password };
    const phone = await startBaresip({ user: numbers.phone, tone: 440, video: true, registrar });
    closing.push(() => phone.stop());
    await registerSipp(ports.sippPhone, gateway.ports.sip);
    await phone.registered();
    return { url: gateway.url, stage: (...manners) => stage({ phone, party, ports }, manners), close };
  } catch (fault) {
    await close();
    throw fault;
  }
}

type Ports = { readonly party: number; readonly sippParty: number; readonly sippPhone: number };

const siteOf = ({ party, sippParty }: Ports): string =>
  siteFile({
    phones: [numbers.phone, numbers.sippPhone, numbers.absentPhone],
    trunks: [
      { pattern: numbers.party, port: party },
      { pattern: numbers.sippParty, port: sippParty },
    ],
    ring: { agentMs: 4000, customerMs: 4000 },
  });

/** The binding outlives the socket that made it: the SIPp that plays the phone takes the same port. */
async function registerSipp(port: number, registrar: number): Promise<void> {
  const phone = await startBarePhone({ number: numbers.sippPhone, registrar, port });
  await phone.stop();
}

type Cast = { readonly phone: Baresip; readonly party: Baresip; readonly ports: Ports };

async function stage(
  { phone, party, ports }: Cast,
  [phoneManner, partyManner]: readonly [PhoneManner, PartyManner],
): Promise<Stage> {
  const before = phone.invites() + party.invites();
  const played: Sipp[] = [];
  const play = async ([scenario, keys = {}]: Part, port: number): Promise<void> => {
    played.push(await startSipp({ scenario, port, keys }));
  };
  if (phoneManner !== "answers" && phoneManner !== "not-registered") await play(phones[phoneManner], ports.sippPhone);
  if (partyManner !== "answers") await play(parties[partyManner], ports.sippParty);
  return {
    phone: phoneNumber(phoneManner),
    called: partyManner === "answers" ? numbers.party : numbers.sippParty,
    hangUpPhone: async () => void (await phone.command("hangup")),
    hangUpParty: async () => void (await party.command("hangup")),
    async invites() {
      const results = await Promise.all(played.map((sipp) => sipp.finished()));
      const bySipp = results.reduce((sum, { invites }) => sum + invites, 0);
      return phone.invites() + party.invites() - before + bySipp;
    },
    close: async () => void (await Promise.all(played.map((sipp) => sipp.stop()))),
  };
}

function phoneNumber(manner: PhoneManner): string {
  if (manner === "answers") return numbers.phone;
  return manner === "not-registered" ? numbers.absentPhone : numbers.sippPhone;
}
