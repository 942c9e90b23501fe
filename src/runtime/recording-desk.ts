// What agents ask about recordings beyond the state of their call: names that are there already, lists, files. Who may hear what is
// decided here.

import { open } from "node:fs/promises";
import { join } from "node:path";
import { agentId } from "../base/ids.ts";
import { refuse } from "../base/step.ts";
import { isInspector, type Site } from "../core/site.ts";
import type { RecordingFilter } from "../store/ports.ts";
import type { CallIds } from "./call-ids.ts";
import type { Loop } from "./loop.ts";
import type { RecordingFace, RecordingQuery } from "./recording-face.ts";
import type { RecordingIndex } from "./recording-index.ts";

/** What the gateway knows of recordings. */
export type RecordingShelf = { readonly index: Pick<RecordingIndex, "find">; readonly folder: string };

type RecordingDeskOptions = {
  readonly site: Site;
  readonly loop: Pick<Loop, "post">;
  readonly callIds: CallIds;
  readonly recordings: RecordingShelf;
};

const mostListed = 1_000;

export function openRecordingDesk({
  site,
  loop,
  callIds,
  recordings: { index, folder },
}: RecordingDeskOptions): RecordingFace {
  const hearsAll = (agent: string): boolean => isInspector(site.agents.find(({ id }) => id === agent));
  /** Those that he may hear. */
  const audible = (asking: string): Pick<RecordingFilter, "agent"> => (hearsAll(asking) ? {} : { agent: asking });

  const named: RecordingFace["named"] = async (asking, name) => {
    const [found] = await index.find({ ...audible(asking), name, limit: 1 });
    return found ?? refuse("104-005", "no recording of this name, or of another agent");
  };

  return {
    async begin(agent, { name, append, format }) {
      if (format !== 0) return refuse("104-007", "recordFormat: 0, a stereo WAV file, is the only one that is made");
      if (append && name !== "" && (await index.find({ agent, name, limit: 1 })).length > 0) {
        return refuse("000-002", "recordMode: a file that is there is not added to; a new name, or 0");
      }
      return loop.post({ to: "agent", id: agentId(agent), input: { type: "begin-record", name } }) ?? { done: true };
    },
    async find(asking, query) {
      if (query.agent !== asking && !hearsAll(asking)) {
        return refuse("104-002", "the agent is neither supervisor nor administrator");
      }
      return index.find(filterOf(query));
    },
    ofCall: (asking, callId) => index.find({ ...audible(asking), callId, limit: mostListed }),
    named,
    async play(agent, { name, ...how }) {
      const found = await named(agent, name);
      if ("refused" in found) return found;
      if (found.state === "running") return refuse("104-005", "the recording is still being written");
      const id = callIds.next();
      if (!id) return refuse("100-007", "no number from the store");
      const input = { type: "begin-play", id, file: found.file, ringMs: site.ring.agentMs, ...how } as const;
      return loop.post({ to: "agent", id: agentId(agent), input }) ?? { done: true };
    },
    steer: (agent, request) => loop.post({ to: "agent", id: agentId(agent), input: request }) ?? { done: true },
    async open({ file, state }) {
      if (state === "running") return refuse("104-005", "the recording is still being written");
      try {
        const handle = await open(join(folder, file));
        const { size: bytes } = await handle.stat();
        return { name: file, bytes, content: handle.createReadStream() };
      } catch {
        return refuse("104-005", "the file of this recording is not there any more");
      }
    },
  };
}

function filterOf({
  agent,
  skill,
  callId,
  from,
  before,
  first = 1,
  last = first + 99,
}: RecordingQuery): RecordingFilter {
  return {
    ...(agent === null ? {} : { agent }),
    ...(skill ? { skill } : {}),
    ...(callId === undefined ? {} : { callId }),
    ...(from === null || from === undefined ? {} : { from }),
    ...(before === null || before === undefined ? {} : { to: before }),
    offset: first - 1,
    limit: Math.min(mostListed, last - first + 1),
  };
}
