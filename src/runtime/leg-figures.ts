// What is left of a leg's media when it has closed: one line in the log.

import type { Log } from "../base/log.ts";
import type { MediaLeg, StreamStatistics } from "../media/face.ts";

/** Logs the last figures once the leg is closed; says nothing about a leg that no packet has crossed. */
export function logFigures(leg: MediaLeg, log: Log): void {
  void leg.figures.then((figures) => {
    if (!figures || isEmpty(figures.audio)) return;
    log.info(
      { leg: leg.id, codec: leg.agreed?.audio?.codec ?? null, ...fieldsOf(figures.audio) },
      "leg closed: its audio",
    );
    if (!isEmpty(figures.video))
      log.info(
        { leg: leg.id, codec: leg.agreed?.video?.codec ?? null, ...fieldsOf(figures.video) },
        "leg closed: its video",
      );
  });
}

const isEmpty = ({ packetsIn, packetsOut }: StreamStatistics): boolean => packetsIn + packetsOut === 0;

const fieldsOf = (figures: StreamStatistics) => ({ ...figures, jitterMs: Math.round(figures.jitterMs * 10) / 10 });
