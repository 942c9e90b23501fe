// Numbers of the contact centre that chaos and soak run on: what a number is tells what its owner does, so that no program has to be
// told about a single call.

import { seat, siteText } from "../load/site.ts";

/**
 * What a party does. `talks`: answers, and is hung up on. `leaves`: answers, and hangs up. `busy`: 486. `absent`: rings for ever.
 * `stays`: answers, and stays for as long as it can.
 */
export type Manner = "talks" | "leaves" | "busy" | "absent" | "stays";

const manners: readonly Manner[] = ["talks", "leaves", "busy", "absent", "stays"];

/** Of the trunk, eight digits: 9, the manner, and a number that is called once in a run. */
export const partyNumber = (manner: Manner, index: number): string =>
  `9${manners.indexOf(manner)}${String(index % 1_000_000).padStart(6, "0")}`;

export const isParty = (number: string): boolean => /^9\d{7}$/.test(number);
export const mannerOf = (number: string): Manner => manners[Number(number[1])] ?? "talks";
const indexOf = (number: string): number => Number(number.slice(2));

/** What each says, Hz: no phone's tone is a party's. Far enough apart for one second of G.711. */
export const phoneHertz = (phone: string): number => 600 + 20 * (Number(phone) % 50);
export const partyHertz = (number: string): number => 1_800 + 20 * (indexOf(number) % 50);

/** Who calls this one gets an agent. */
export const inboundNumber = "8001";
/** People who call in, by index. */
export const callerNumber = (index: number): string => String(13_800_000_000 + index);

export const isCaller = (number: string): boolean => /^138\d{8}$/.test(number);

/** A call that came from outside. */
export const isInbound = ({ manner }: { readonly manner: Manner | "inbound" }): boolean => manner === "inbound";

export type CentreSite = { readonly agents: number; readonly trunkPort: number };

/** The text of its site file. */
export const centreSite = ({ agents, trunkPort }: CentreSite): string =>
  `${siteText({ agents, trunkPort })}numbers:\n  - { pattern: "${inboundNumber}", to: { skill: 25 } }\n`;

export const seats = (agents: number): readonly ReturnType<typeof seat>[] =>
  Array.from({ length: agents }, (_, index) => seat(index));
