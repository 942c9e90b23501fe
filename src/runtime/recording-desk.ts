// What agents ask about recordings beyond the state of their call: names that are there already, formats that are not made.

import { agentId } from "../base/ids.ts";
import { refuse } from "../base/step.ts";
import type { Gateway } from "./face.ts";
import type { Loop } from "./loop.ts";
import type { RecordingIndex } from "./recording-index.ts";

export type RecordingDesk = Pick<Gateway, "beginRecord">;

export function openRecordingDesk({
  loop,
  index,
}: {
  readonly loop: Pick<Loop, "post">;
  readonly index: Pick<RecordingIndex, "find">;
}): RecordingDesk {
  return {
    async beginRecord(agent, { name, append, format }) {
      if (format !== 0) return refuse("104-007", "recordFormat: 0, a stereo WAV file, is the only one that is made");
      if (append && name !== "" && (await index.find({ agent, name, limit: 1 })).length > 0) {
        return refuse("000-002", "recordMode: a file that is there is not added to; a new name, or 0");
      }
      return loop.post({ to: "agent", id: agentId(agent), input: { type: "begin-record", name } }) ?? { done: true };
    },
  };
}
