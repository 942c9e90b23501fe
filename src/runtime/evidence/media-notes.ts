// What the media of a call do, noted as facts for its timeline: legs that ring, are answered and end, who hears what, announcements,
// what was heard, recordings. Stands before the legs as the ledger does: sees, and changes nothing.

import type { Clock } from "../../base/clock.ts";
import type { CallId, LegId } from "../../base/ids.ts";
import type { MediaFact, TimelineNote } from "../../contract/timeline.ts";
import type { Heard } from "../../core/call/state.ts";
import type { LegReport } from "../leg.ts";
import type { Legs } from "../legs-port.ts";
import type { Evidence } from "./evidence.ts";

export type MediaNotesOptions = {
  readonly clock: Clock;
  readonly evidence: Pick<Evidence, "note">;
  /** The call that the phone's agent is in now, "" without one: a phone stays off-hook over several. */
  readonly callNow: (leg: LegId) => string;
};

/** A leg that nobody ends by its name is forgotten when so many came after it. */
const MOST = 20_000;

export function notingLegs(legs: Legs, { clock, evidence, callNow }: MediaNotesOptions): Legs {
  const calls = new Map<LegId, string>();

  const belongs = (leg: LegId, call: CallId): void => {
    calls.delete(leg);
    calls.set(leg, call);
    const oldest = calls.size > MOST ? calls.keys().next().value : undefined;
    if (oldest !== undefined) calls.delete(oldest);
  };

  const note = (leg: LegId, title: MediaFact, detail = "", call = callNow(leg) || calls.get(leg) || ""): void => {
    const fact: TimelineNote = { layer: "media", at: clock.now(), agent: agentOf(leg), title, leg, detail };
    evidence.note(call, fact);
  };

  const noted =
    (report: (report: LegReport) => void) =>
    (said: LegReport): void => {
      const fact = factOf(said);
      // Before the machine hears it, for whom the call may be over then.
      if (fact) note(said.leg, ...fact);
      report(said);
      if (said.type === "leg-ended" || said.type === "leg-failed") calls.delete(said.leg);
    };

  return {
    ...legs,
    invitePhone(request, report) {
      belongs(request.leg, request.order.call);
      legs.invitePhone(request, noted(report));
    },
    inviteParty(request, report) {
      belongs(request.leg, request.call);
      legs.inviteParty(request, noted(report));
    },
    take(leg, call, incoming, report) {
      belongs(leg, call);
      legs.take(leg, call, incoming, noted(report));
    },
    hangUp(leg, status) {
      note(leg, "hung-up", status === undefined ? "" : `${status}`);
      calls.delete(leg);
      legs.hangUp(leg, status);
    },
    hear(listener, source) {
      note(listener, "hears", heardText(source));
      legs.hear(listener, source);
    },
    detect(leg, watch) {
      if (watch) note(leg, "listening", watch);
      legs.detect(leg, watch);
    },
    play(request, done) {
      note(request.leg, "announcement", request.names.join(", "));
      legs.play(request, done);
    },
    // How many: what they are may be a card's.
    dial(leg, digits) {
      note(leg, "digits-sent", `${digits.length}`);
      legs.dial(leg, digits);
    },
    record(order, report) {
      if (order.type !== "record-voices") {
        const title = order.type === "record-pause" && !order.paused ? "record-resume" : order.type;
        evidence.note(order.call, { layer: "media", at: clock.now(), agent: order.agent, title, leg: "", detail: "" });
      }
      legs.record(order, report);
    },
  };
}

const agentOf = (leg: LegId): string => /^(\d+)\.phone\./.exec(leg)?.[1] ?? "";

function heardText(source: Heard): string {
  if (source === null) return "";
  if ("sound" in source) return source.sound;
  return "leg" in source ? source.leg : source.mix.join(" + ");
}

type Fact = readonly [title: MediaFact, detail?: string];

function factOf(report: LegReport): Fact | undefined {
  switch (report.type) {
    case "leg-ringing":
      return ["ringing", report.early ? "early media" : ""];
    case "leg-answered":
      return ["answered", report.video ? "audio, video" : "audio"];
    case "leg-failed": {
      const { status, q850, ours, heard } = report.cause;
      return ["failed", [ours ?? "", `${status}`, q850 ? `Q.850 ${q850}` : "", heard ?? ""].filter(Boolean).join(", ")];
    }
    case "leg-ended":
      return ["ended", report.remote ? "by the peer" : "by the gateway"];
    case "leg-sign":
      return ["heard", report.sign];
    case "leg-silent":
      return ["no-packets", `${report.ms} ms`];
    case "leg-heard":
      return ["packets-again"];
    case "leg-digit":
      return ["digit-received", report.by];
    case "leg-reoffered":
      return ["media-changed", report.video ? "audio, video" : "audio"];
    case "leg-held":
      // Its re-INVITE stands in the SIP evidence.
      return undefined;
    case "leg-lost":
      return ["connection-lost", `${report.graceMs} ms`];
    case "leg-returned":
      return ["connection-back"];
  }
}
