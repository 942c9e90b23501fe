// Who may read whose events, and the agent as he is now for those who begin in the middle.

import type { Clock } from "../base/clock.ts";
import { agentId, type CallId } from "../base/ids.ts";
import { refuse } from "../base/step.ts";
import type { Gateway } from "./face.ts";
import { openReader } from "./feed-reader.ts";
import type { Feeds } from "./feeds.ts";
import type { Loop } from "./loop.ts";
import { agentSnapshot } from "./snapshot.ts";

export type ReadingOptions = {
  readonly clock: Pick<Clock, "now">;
  readonly feeds: Pick<Feeds, "queue">;
  readonly loop: Pick<Loop, "agent" | "call">;
  /** A supervisor or administrator, who may read the events of others. */
  readonly mayRead: (agent: string) => boolean;
};

const noRight = refuse("900-002", "the reader is neither supervisor nor administrator");

export const eventReading =
  ({ clock, feeds, loop, mayRead }: ReadingOptions): Gateway["readEvents"] =>
  (agent, { reader, since }, wake) => {
    const queue = feeds.queue(agent);
    if (!queue) return refuse("100-006", "the agent is not signed in");
    const own = reader === agent;
    if (!own && !mayRead(reader)) return noRight;
    const snapshot = () => agentSnapshot(loop.agent(agentId(agent)), (id) => loop.call(id as CallId));
    return openReader({ queue, since, own, snapshot, now: clock.now, wake });
  };
