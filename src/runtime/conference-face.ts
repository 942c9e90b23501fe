// What agents can ask of conferences: types only, a part of face.ts. Formats are checked before.

import type { Refused } from "../core/agent/state.ts";
import type { Address } from "../core/conference/state.ts";

export type { Address } from "../core/conference/state.ts";

type Done = { done: true };

export type NewConference = {
  /** Members beside the chair, at most. */
  readonly members: number;
  /** Shown to members outside; "" = the site's default. */
  readonly caller: string;
  readonly minutes: number;
  /** Before the end; 0 = no reminder. */
  readonly promptMinutes: number;
  /** Path of an announcement to the chair, "" = none. */
  readonly voicePath: string;
};

export type Guests = {
  readonly addresses: readonly Address[];
  /** "" = that of the conference. */
  readonly caller: string;
  /** Path of an announcement to each of them, "" = none. */
  readonly voicePath: string;
};

/** A path of an announcement is `disk:/conf/VDN/file` of this VDN, or the name of the site's announcement alone. */
export type Conferences = {
  request(agent: string, request: NewConference): Refused | Done;
  answer(agent: string): Refused | Done;
  reject(agent: string): Refused | Done;
  leave(agent: string): Refused | Done;
  end(agent: string): Refused | Done;
  passChair(agent: string, to: string): Refused | Done;
  invite(agent: string, guests: Guests): Refused | Done;
  /** Those who were not in it. */
  remove(agent: string, addresses: readonly Address[]): Refused | readonly Address[];
  setMode(agent: string, address: Address, mode: { hears: boolean; speaks: boolean }): Refused | Done;
  /** `voicePath` "" = music. */
  hold(agent: string, address: Address, voicePath: string): Refused | Done;
  unhold(agent: string, address: Address): Refused | Done;
  /** So many members more, or fewer when below 0. */
  resize(agent: string, by: number): Refused | Done;
  /** `address` null: to all. */
  play(agent: string, address: Address | null, voicePath: string): Refused | Done;
  stopPlaying(agent: string, address: Address | null): Refused | Done;
};
