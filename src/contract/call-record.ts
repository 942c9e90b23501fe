// Call records as the interfaces give them out (docs/records.md).

import type { Timeline } from "./timeline.ts";

/** A call record as docs/records.md has it: times are ISO 8601, absent values null. */
export type CallRecordView = {
  /** The call's id. */
  readonly callId: string;
  /** The gateway that had it. */
  readonly node: string;
  /** `incoming`, `internal`, `outgoing`, or `help`: a consultation. */
  readonly kind: string;
  /** `unanswered`: given up without a failure; `cut-off`: the gateway was killed meanwhile. */
  readonly outcome: Timeline["verdict"]["outcome"];
  /** The caller's number. */
  readonly caller: string;
  /** The number that was called. */
  readonly called: string;
  /** The skill that it counts for. */
  readonly skill: number;
  /** Its name. */
  readonly skillName: string;
  /** Its beginning. */
  readonly startedAt: string;
  /** An agent's phone rang first. */
  readonly agentAlertingAt: string | null;
  /** An agent answered first. */
  readonly agentAnsweredAt: string | null;
  /** Somebody outside was rung first. */
  readonly partyAlertingAt: string | null;
  /** Somebody outside answered first, or was answered. */
  readonly partyAnsweredAt: string | null;
  /** The first two talked. */
  readonly talkingAt: string | null;
  /** Its end. */
  readonly endedAt: string | null;
  /** From `talkingAt` to the end. */
  readonly talkMs: number | null;
  /** On hold, all times and agents together. */
  readonly holdMs: number;
  /** Of a failed one: whose side it was. */
  readonly phase: string | null;
  /** What SIP said of a failed one. */
  readonly sipStatus: number | null;
  /** Its Q.850 cause. */
  readonly q850: number | null;
  /** Our own reason: `ring-timeout`, `gave-up`, `no-answer` and so on. */
  readonly reason: string | null;
  /** A tone or machine that was heard. */
  readonly heard: string | null;
  /** The number that OUTBOUND_DETECT_EVENT has for it. */
  readonly detect: number | null;
  /** The same in words. */
  readonly detectText: string | null;
  /** The data that travelled with it. */
  readonly data: string | null;
  /** Work numbers of all who were in it. */
  readonly agents: readonly string[];
  /** Phones of agents and parties outside. */
  readonly legs: readonly LegRecordView[];
  /** Its recordings. */
  readonly recordings: readonly {
    /** Its number. */
    readonly taskId: number;
    /** Whose it is. */
    readonly agent: string;
    /** Below the folder of recordings. */
    readonly file: string;
    /** Its beginning. */
    readonly beganAt: string | null;
    /** Its length; 0 until it is saved. */
    readonly ms: number;
    /** Its size; 0 until it is saved. */
    readonly bytes: number;
    /** Of the whole file, in hex; null until it is saved. */
    readonly sha256: string | null;
    /** `running`, `saved`, `failed`, or `cut-off`: it plays as far as it came. */
    readonly state: string;
  }[];
  /** What its agents have said about it. */
  readonly wrapUps: readonly {
    /** Who said it. */
    readonly agent: string;
    /** One of the site's; null: none. */
    readonly code: number | null;
    /** As the site had it then. */
    readonly codeName: string | null;
    /** His own words. */
    readonly notes: string | null;
    /** When he said it last. */
    readonly at: string;
  }[];
};

export type LegRecordView = {
  /** Its id. */
  readonly leg: string;
  /** Whose it is. */
  readonly side: "agent" | "party";
  /** Work number; null: of a party. */
  readonly agent: string | null;
  /** Telephone number. */
  readonly number: string | null;
  /** That a party was called over; null: none. */
  readonly trunk: string | null;
  /** The Call-ID of its dialog. */
  readonly sipCallId: string | null;
  /** Its beginning. */
  readonly startedAt: string | null;
  /** It rang. */
  readonly ringingAt: string | null;
  /** It was answered. */
  readonly answeredAt: string | null;
  /** Its end; null: it outlived the call. */
  readonly endedAt: string | null;
  /** `peer` or `gateway`; null: it outlived the call. */
  readonly endedBy: string | null;
  /** What SIP said of a failed one. */
  readonly sipStatus: number | null;
  /** Its Q.850 cause. */
  readonly q850: number | null;
  /** Our own reason. */
  readonly reason: string | null;
  /** A tone or machine that was heard. */
  readonly heard: string | null;
  /** Of its sound, as all that follow; null: not measured. */
  readonly codec: string | null;
  /** From there. */
  readonly packetsIn: number | null;
  /** To there. */
  readonly packetsOut: number | null;
  /** Packets from there that did not arrive. */
  readonly lost: number | null;
  /** The same of a hundred. */
  readonly lossPercent: number | null;
  /** Of the packets from there. */
  readonly jitterMs: number | null;
  /** There and back. */
  readonly rttMs: number | null;
  /** 1 to 4.5: an estimate of how it sounded here. */
  readonly mos: number | null;
  /** Packets that did not arrive there, as it says. */
  readonly lostAtPeer: number | null;
  /** Jitter there, as it says. */
  readonly jitterAtPeerMs: number | null;
  /** 1 to 4.5: an estimate of how it sounded there. */
  readonly mosAtPeer: number | null;
};

/** A page of them, the newest first. */
export type CallRecordPage = {
  /** Those of this page. */
  readonly records: readonly CallRecordView[];
  /** `after` of the page that follows; null: there is none. */
  readonly next: string | null;
};
