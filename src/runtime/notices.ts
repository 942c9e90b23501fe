// Events for an agent that need more than his machine knows: the site's number for a failure, the time at which a recording ended.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import type { AgentEffect } from "../core/agent/state.ts";
import { detect } from "../core/detect/table.ts";
import type { Site } from "../core/site.ts";

type Noticed = "notify-failure" | "notify-screened" | "notify-conference-failed" | "notify-record-done";
type Notice = Extract<AgentEffect, { type: Noticed }>;

export type NoticesOptions = {
  readonly clock: Clock;
  readonly log: Log;
  /** The site's rows before the table. */
  readonly site: Pick<Site, "detect">;
  readonly tellAgent: (agent: string, event: AgentEvent) => void;
};

export function openNotices({ clock, log, site, tellAgent }: NoticesOptions) {
  return (agent: string, notice: Notice): void => {
    switch (notice.type) {
      case "notify-failure": {
        const { call, phase, cause } = notice;
        const { detect: number, desc } = detect(phase, cause, site.detect);
        const { status, q850 } = cause;
        log.info({ agent, callId: call, detect: number, phase, status, q850 }, "call failed");
        const content = { callId: call, detect: number, desc };
        return tellAgent(agent, { eventType: "OUTBOUND_DETECT_EVENT", content });
      }
      case "notify-screened": {
        const { call, sign } = notice;
        const { detect: number, desc } = detect("party", { status: 200, rung: true, heard: sign }, site.detect);
        log.info({ agent, callId: call, detect: number, sign }, "no human has answered");
        const content = { callId: call, detect: number, desc };
        return tellAgent(agent, { eventType: "OUTBOUND_DETECT_EVENT", content });
      }
      case "notify-conference-failed": {
        const { detect: number } = detect(notice.phase, notice.cause, site.detect);
        log.info({ agent, detect: number, status: notice.cause.status }, "conference failed");
        return tellAgent(agent, { eventType: "AgentConf_RequestFailed", content: { cause: number } });
      }
      case "notify-record-done": {
        const { taskId, beganAt } = notice.recording;
        const times = { beginTime: beganAt, endTime: clock.now() };
        const content = { ...times, fileMediaType: "1", recordFormat: "0", taskId } as const;
        return tellAgent(agent, { eventType: "AgentMediaEvent_StopRecordDone", content });
      }
    }
  };
}
