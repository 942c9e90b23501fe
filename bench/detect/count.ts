// Clips through the detector, counted: what each label was taken for.

import { Detector } from "../../src/media/detection/detector.ts";
import type { Finding } from "../../src/media/detection/finding.ts";
import { type Clip, type Label, makeClip } from "./clips.ts";

const frameLength = 160;

export function findingsIn({ samples, watch, country }: Clip): Finding[] {
  const detector = new Detector({ watch, country });
  const found: Finding[] = [];
  for (let at = 0; at + frameLength <= samples.length; at += frameLength) {
    found.push(...detector.hear(samples.subarray(at, at + frameLength)));
  }
  return found;
}

/** What the clip was taken for in the end: a beep makes a human a machine; ringback may come before busy. */
export function verdict(found: readonly Finding[]): string {
  const kinds = new Set<string>(found.map(({ kind }) => kind));
  for (const kind of ["fax", "machine", "human", "information", "busy", "congestion", "ringback", "silence"]) {
    if (kinds.has(kind)) return kind;
  }
  return "nothing";
}

export type Count = {
  /** Verdict -> clips. */
  readonly verdicts: Map<string, number>;
  readonly wrong: { index: number; country: string; verdict: string }[];
  beeps: number;
  beepsFound: number;
  falseBeeps: number;
  /** Called a machine before the beep set it right, or at all. */
  everHuman: number;
  everMachine: number;
  /** ms of audio until the right finding. */
  readonly latencies: number[];
  audioMs: number;
};

/** A beep is found when it is told within a second and a half of its end. */
const beepLateMs = 1_500;

/** `count` clips of a label out of a set of seeds. */
export function countClips(label: Label, set: number, count: number): Count {
  const result: Count = {
    verdicts: new Map(),
    wrong: [],
    beeps: 0,
    beepsFound: 0,
    falseBeeps: 0,
    everHuman: 0,
    everMachine: 0,
    latencies: [],
    audioMs: 0,
  };
  for (let index = 0; index < count; index += 1) add(result, makeClip(label, set, index), index);
  return result;
}

function add(result: Count, clip: Clip, index: number): void {
  const found = findingsIn(clip);
  const seen = verdict(found);
  result.audioMs += clip.samples.length / 8;
  result.verdicts.set(seen, (result.verdicts.get(seen) ?? 0) + 1);
  const right = found.find(({ kind }) => kind === clip.label);
  if (right) result.latencies.push(right.atMs);
  else if (seen !== "nothing" || !isUnnamed(clip.label))
    result.wrong.push({ index, country: clip.country, verdict: seen });
  if (found.some(({ kind }) => kind === "human")) result.everHuman += 1;
  if (found.some(({ kind }) => kind === "machine")) result.everMachine += 1;
  const beep = found.find(({ kind }) => kind === "beep");
  if (clip.beepMs !== null) result.beeps += 1;
  if (!beep) return;
  const late = clip.beepMs === null ? -1 : beep.atMs - clip.beepMs;
  if (late >= 0 && late <= beepLateMs) result.beepsFound += 1;
  else result.falseBeeps += 1;
}

const isUnnamed = (label: Label): boolean => label === "music" || label === "announcement";
