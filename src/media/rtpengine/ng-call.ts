// One call at rtpengine: several peers, and the plane's side of each, under one call-id, so that any two can be put together.
// An offer and an answer between two tags make these two a pair and take them out of the pair they were in; with
// `port-latching` both keep their ports, and what the peers know of them stays true.

import type { MediaProfile } from "../face.ts";
import type { Dictionary } from "./bencode.ts";
import { NgFault } from "./ng-client.ts";

/** As the plane is spoken with beside a browser: towards plain AVP rtpengine takes requests for pictures out of RTCP. */
export type EndProfile = MediaProfile | "RTP/AVPF";

/** One end of a pair. */
export type End = {
  readonly tag: string;
  readonly profile: EndProfile;
  /** Its description (translate.ts, `toEngine`). */
  readonly sdp: string;
};

export type Ask = (command: string, parameters: Dictionary) => Promise<Dictionary>;

/** Named interfaces of rtpengine towards the plane and towards the peers. */
export type Interfaces = { readonly inside: string; readonly outside: string };

/** RFC 4568: without these two suites are left, those that the plane's own SRTP has, too. */
const unwanted = [
  "AEAD_AES_256_GCM",
  "AEAD_AES_128_GCM",
  "AES_256_CM_HMAC_SHA1_80",
  "AES_256_CM_HMAC_SHA1_32",
  "AES_192_CM_HMAC_SHA1_80",
  "AES_192_CM_HMAC_SHA1_32",
  "F8_128_HMAC_SHA1_80",
  "F8_128_HMAC_SHA1_32",
  "NULL_HMAC_SHA1_80",
  "NULL_HMAC_SHA1_32",
].map((suite) => `no-${suite}`);

/** How the one that a description goes to is spoken with. */
const plain = { ICE: "remove", DTLS: "off", "rtcp-mux": ["demux"] };
const manners: Readonly<Record<EndProfile, Dictionary>> = {
  "RTP/AVP": { "transport-protocol": "RTP/AVP", ...plain },
  "RTP/AVPF": { "transport-protocol": "RTP/AVPF", ...plain },
  "RTP/SAVP": {
    "transport-protocol": "RTP/SAVP",
    ...plain,
    SDES: unwanted,
  },
  "UDP/TLS/RTP/SAVPF": {
    "transport-protocol": "UDP/TLS/RTP/SAVPF",
    ICE: "force",
    DTLS: "passive",
    "rtcp-mux": ["require"],
    SDES: ["off"],
  },
};

const always = { flags: ["port-latching", "trust-address"], replace: ["origin", "session-connection"] };

export class NgCall {
  readonly id: string;
  readonly #ask: Ask;
  readonly #interfaces: Interfaces | null;

  constructor(id: string, ask: Ask, interfaces: Interfaces | null) {
    this.id = id;
    this.#ask = ask;
    this.#interfaces = interfaces;
  }

  /** Half of a pair: what `to` will be shown, whoever that is. */
  async offer(from: End, to: Omit<End, "sdp">, inside: boolean): Promise<string> {
    const names = this.#interfaces;
    const direction = names && { direction: [inside ? names.inside : names.outside, names.outside] };
    return this.#describe("offer", { from, to, profile: to.profile, sdp: from.sdp }, direction ?? {});
  }

  /** Makes the two a pair. `inside`: `from` is the plane's side. What each of the two is shown now. */
  async pair(from: End, to: End, inside: boolean): Promise<{ readonly toTo: string; readonly toFrom: string }> {
    const toTo = await this.offer(from, to, inside);
    const toFrom = await this.#describe("answer", { from, to, profile: from.profile, sdp: to.sdp }, {});
    return { toTo, toFrom };
  }

  /** Frees one end with its ports. What is gone already is no fault. */
  async remove(tag: string): Promise<void> {
    await this.#ask("delete", { "call-id": this.id, "from-tag": tag, "delete-delay": 0 }).catch((fault: unknown) => {
      if (!(fault instanceof NgFault && fault.kind === "refused")) throw fault;
    });
  }

  /** Rejects when rtpengine does not know the call any more. */
  query(): Promise<Dictionary> {
    return this.#ask("query", { "call-id": this.id });
  }

  async #describe(
    command: "offer" | "answer",
    ends: { from: Omit<End, "sdp">; to: Omit<End, "sdp">; profile: EndProfile; sdp: string },
    more: Dictionary,
  ): Promise<string> {
    const answer = await this.#ask(command, {
      "call-id": this.id,
      "from-tag": ends.from.tag,
      "to-tag": ends.to.tag,
      sdp: ends.sdp,
      ...always,
      ...manners[ends.profile],
      ...more,
    });
    const { sdp } = answer;
    if (typeof sdp !== "string") throw new NgFault("refused", `no sdp in the reply to ${command}`);
    return sdp;
  }
}
