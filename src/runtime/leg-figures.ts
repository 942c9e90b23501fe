// What is left of a leg's media when it has closed: one line in the log, and figures for the call record.

import { type LegId, legId } from "../base/ids.ts";
import type { Log, LogFields } from "../base/log.ts";
import type { MediaLeg, StreamStatistics } from "../media/face.ts";

/** Told of a leg's audio. */
export type TellFigures = (leg: LegId, codec: string, audio: StreamStatistics) => void;

/** Logs the last figures of a leg that has just been closed; says nothing about a leg that no packet has crossed. */
export function logFigures(leg: MediaLeg, log: Log, told?: TellFigures): void {
  void leg.figures.then((figures) => {
    if (!figures) return;
    const { audio, video } = leg.agreed ?? { audio: null, video: null };
    if (audio) told?.(legId(leg.id), audio.codec, figures.audio);
    if (audio) tell(log, { leg: leg.id, codec: audio.codec }, figures.audio, "leg closed: its audio");
    if (video) tell(log, { leg: leg.id, codec: video.codec }, figures.video, "leg closed: its video");
  });
}

function tell(log: Log, whose: LogFields, figures: StreamStatistics, message: string): void {
  if (figures.packetsIn + figures.packetsOut === 0) return;
  const known = Object.entries(figures).flatMap(([name, value]) => (value === null ? [] : [[name, rounded(value)]]));
  log.info({ ...whose, ...Object.fromEntries(known) }, message);
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
