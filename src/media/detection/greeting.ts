// Who has answered, by how he speaks: a human says little and waits, a machine goes on. A beep may set it right later.

import type { Finding } from "./finding.ts";
import type { VoiceEar } from "./voice.ts";

type Said = Omit<Finding, "atMs">;

/** Less is a cough or a click. */
const leastTalkMs = 80;
/** Who waits this long has said what he had to say. */
const waitMs = 1_000;
/** The longest greeting of a human, pauses included, and what nobody says who is waiting for an answer. */
const humanTalkMs = 3_900;
const machineTalkMs = 4_300;

/** null: not known yet. */
export function judgeGreeting({ talkMs, beganMs, lastMs }: VoiceEar, nowMs: number): Said | null {
  if (beganMs < 0 || talkMs < leastTalkMs) return null;
  const waits = nowMs - lastMs >= waitMs;
  const span = lastMs - beganMs;
  if (waits && span <= humanTalkMs) return { kind: "human", confidence: humanConfidence(span), detail: "" };
  if (!waits && span < machineTalkMs) return null;
  return { kind: "machine", confidence: waits ? 0.75 : 0.8, detail: "greeting" };
}

/** Half a second is a human, three seconds may be a machine in a hurry. */
const humanConfidence = (span: number): number => Math.min(0.95, 1 - span / 10_000);
