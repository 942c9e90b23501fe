// Recordings that agents hear on their phones: the core's orders <-> files that the media play. By the id of the phone's occupation.

import { join } from "node:path";
import type { CallId, LegId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { AgentEffect, PlayReport } from "../core/agent/state.ts";
import type { FilePlaying, MediaLeg } from "../media/face.ts";

export type PlayOrder = Extract<AgentEffect, { type: "play-file" | "steer-file" }>;

export type Playbacks = {
  /** `leg`: that of the order; null = it has gone. */
  obey(order: PlayOrder, leg: (id: LegId) => MediaLeg | null, report: (event: PlayReport) => void): void;
};

/** `folder`: the one of the recordings. */
export function openPlaybacks({ log, folder }: { readonly log: Log; readonly folder: string }): Playbacks {
  const running = new Map<CallId, FilePlaying>();

  const play = (
    { call, leg: id, file, fromMs, times }: Extract<PlayOrder, { type: "play-file" }>,
    leg: MediaLeg | null,
    report: (event: PlayReport) => void,
  ): void => {
    if (!leg) return;
    const playing = leg.playFile(join(folder, file), { fromMs, times });
    running.set(call, playing);
    void playing.began.then((ms) => {
      if (ms !== null && running.get(call) === playing) report({ type: "play-began", call });
    });
    void playing.ended.then((how) => {
      if (running.get(call) === playing) running.delete(call);
      if (how === "stopped") return;
      if (how !== "played") log.error({ leg: id, file, reason: how.failed }, "a recording cannot be heard");
      report({ type: "play-ended", call, failed: how !== "played" });
    });
  };

  return {
    obey(order, leg, report) {
      if (order.type === "play-file") return play(order, leg(order.leg), report);
      const playing = running.get(order.call);
      if (!playing) return;
      if (order.act === "stop") {
        running.delete(order.call);
        playing.stop();
      } else if ("jumpMs" in order.act) playing.jump(order.act.jumpMs);
      else if (order.act.paused) playing.pause();
      else playing.resume();
    },
  };
}
