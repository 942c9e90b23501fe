// Who may read whose events, and the agent as he is now for those who begin in the middle.

import { agentId, type CallId } from "../base/ids.ts";
import { refuse } from "../base/step.ts";
import type { Gateway } from "./face.ts";
import { openReader } from "./feed-reader.ts";
import type { Feeds } from "./feeds.ts";
import type { Loop } from "./loop.ts";
import type { PushDesk } from "./push.ts";
import type { Sessions } from "./sessions.ts";
import { agentSnapshot } from "./snapshot.ts";

export type ReadingOptions = {
  readonly feeds: Pick<Feeds, "queue">;
  readonly loop: Pick<Loop, "agent" | "call">;
  /** A supervisor or administrator, who may read the events of others. */
  readonly mayRead: (agent: string) => boolean;
};

const noRight = refuse("900-002", "the reader is neither supervisor nor administrator");

export const eventReading =
  ({ feeds, loop, mayRead }: ReadingOptions): Gateway["readEvents"] =>
  (agent, { reader, since }, wake) => {
    const queue = feeds.queue(agent);
    if (!queue) return refuse("100-006", "the agent is not signed in");
    const own = reader === agent;
    if (!own && !mayRead(reader)) return noRight;
    const snapshot = () => agentSnapshot(loop.agent(agentId(agent)), (id) => loop.call(id as CallId));
    return openReader({ queue, since, own, snapshot, wake });
  };

export type PollingOptions = {
  readonly feeds: Pick<Feeds, "has" | "poll" | "gather">;
  readonly push: Pick<PushDesk, "target">;
  readonly sessions: Pick<Sessions, "from" | "authorise">;
};

/** The two polls: of one agent, and of all whom a trusted host has signed in. */
export const eventPolling = ({ feeds, push, sessions }: PollingOptions): Pick<Gateway, "poll" | "pollAll"> => ({
  async poll(agent, holdMs, onGone) {
    if (!feeds.has(agent)) return refuse("100-006", "the agent is not signed in");
    if (push.target(agent)) return refuse("000-001", "the events of this agent are pushed");
    return feeds.poll(agent, holdMs, onGone);
  },
  async pollAll(asker, holdMs, onGone) {
    if (!asker.trusted) return refuse("000-003", "no right to invite resouce");
    const agents = (): readonly string[] => sessions.from(asker.address).filter((agent) => !push.target(agent));
    for (const agent of agents()) sessions.authorise(agent, undefined, true, asker);
    return feeds.gather(agents, holdMs, onGone);
  },
});
