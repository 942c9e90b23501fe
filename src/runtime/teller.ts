// Tells agents what happens: into the agent's feed, with the trace of what caused it, and to whoever watches the live page.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import type { Keeping } from "../core/feed/feed.ts";
import type { Evidence } from "./evidence/evidence.ts";
import type { LiveLine } from "./face.ts";
import { type Feeds, type FeedsOptions, openFeeds } from "./feeds.ts";
import type { Journal } from "./journal/journal.ts";
import { openTraces, type Traces } from "./traces.ts";

export type TellerOptions = {
  readonly clock: Clock;
  readonly log: Log;
  /** decisions.md 6: events carry the time when they arose. */
  readonly eventGenTime: boolean;
  readonly keeping: Keeping;
  readonly unread?: () => void;
  readonly delivered?: FeedsOptions["delivered"];
  /** Keeps what was told, for the timeline of the call. */
  readonly evidence?: Pick<Evidence, "note">;
  /** The call that the agent is in, "" without one. */
  readonly currentCall: (agent: string) => string;
  readonly journal?: Journal;
};

export type Teller = {
  readonly feeds: Feeds;
  readonly traces: Traces;
  readonly tell: (agent: string, event: AgentEvent) => void;
  /** `make` is called only while somebody watches. */
  readonly note: (make: () => LiveLine) => void;
  readonly watch: (observer: (line: LiveLine) => void) => () => void;
};

export function openTeller(options: TellerOptions): Teller {
  const { clock, log, eventGenTime, currentCall } = options;
  const feeds = openFeeds(options);
  const traces = openTraces();
  const observers = new Set<(line: LiveLine) => void>();

  const note: Teller["note"] = (make) => {
    if (observers.size === 0) return;
    const line = make();
    for (const observer of observers) observer(line);
  };

  return {
    feeds,
    traces,
    note,
    tell(agent, event) {
      const { eventType, content } = event;
      const at = clock.now();
      const stamp = eventGenTime ? { eventGenTime: at } : {};
      const callId = callIdIn(content);
      const callNow = callId || currentCall(agent);
      const trace = traces.of(agent, callNow);
      feeds.append(agent, { message: { eventType, ...stamp, workNo: agent, content }, trace });
      options.evidence?.note(callNow, { layer: "event", at, agent, title: eventType, trace, content });
      log.debug({ agent, event: eventType, trace }, "agent event");
      note(() => ({ at, kind: "event", agent, callId, title: eventType, text: JSON.stringify(content) }));
    },
    watch(observer) {
      observers.add(observer);
      return () => void observers.delete(observer);
    },
  };
}

/** The call id in an event's content, whatever its form (behaviour.md §7). */
function callIdIn(content: AgentEvent["content"]): string {
  if (typeof content === "string") return content;
  if (content === null) return "";
  if ("callid" in content) return content.callid;
  return "callId" in content ? content.callId : "";
}
