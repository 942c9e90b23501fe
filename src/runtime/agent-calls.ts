// An agent's own calls: those that he was in, and what he says about one of them when he wraps it up. Of others he learns nothing here.

import type { Clock } from "../base/clock.ts";
import { refuse } from "../base/step.ts";
import type { Site } from "../core/site.ts";
import type { Store, WrapUpRow } from "../store/ports.ts";
import type { ArchivePage, CallArchive } from "./call-archive.ts";
import type { Refused } from "./face.ts";
import type { Reads } from "./reads-face.ts";

/** `code` null: none. */
export type Said = { readonly code: number | null; readonly notes: string };

export type AgentCalls = {
  /** The newest first. Rejects with a StoreFault. */
  find(agent: string, page: { readonly after?: string; readonly limit: number }): Promise<ArchivePage>;
  /** 400-001: no call of his; 000-002: no such code. On disk when this resolves; rejects with a StoreFault. */
  wrapUp(agent: string, callId: string, said: Said): Promise<WrapUpRow | Refused>;
};

export type AgentCallsOptions = {
  readonly clock: Clock;
  readonly site: Pick<Site, "wrapUpCodes">;
  readonly reads: Pick<Reads, "callsOf" | "records">;
  readonly archive: CallArchive;
  readonly store: Pick<Store, "keepWrapUp">;
};

/** So many of the calls in memory are looked through; the store has them all. */
const LATELY = 50;

export function openAgentCalls({ clock, site, reads, archive, store }: AgentCallsOptions): AgentCalls {
  /** A call that goes on, or has just ended, may have no whole record in the store yet. */
  const isRecent = (agent: string, callId: string): boolean => {
    const live = reads.callsOf(agent, agent);
    const query = { workno: agent, skill: null, from: null, before: null, first: 1, last: LATELY };
    const ended = reads.records(agent, query);
    return [live, ended].some((calls) => !("refused" in calls) && calls.some(({ call }) => call.callid === callId));
  };

  const isHis = async (agent: string, callId: string): Promise<boolean> =>
    isRecent(agent, callId) || (await archive.find({ agent, callId, limit: 1 })).calls.length > 0;

  return {
    find: (agent, page) => archive.find({ ...page, agent }),
    async wrapUp(agent, callId, { code, notes }) {
      const chosen = (site.wrapUpCodes ?? []).find(({ id }) => id === code);
      if (code !== null && !chosen) return refuse("000-002", "code: not one of the site's wrap-up codes");
      if (!(await isHis(agent, callId))) return refuse("400-001", "callid: no call of this agent's");
      const row = { callId, agent, code, codeName: chosen?.name ?? "", notes, at: clock.now() };
      await store.keepWrapUp(row);
      return row;
    },
  };
}
