// Recordings as files: contract/record-file.ts carried out.

import { isRefusal, refuse } from "../../base/step.ts";
import * as contract from "../../contract/record-file.ts";
import type { Gateway, Refused } from "../../runtime/face.ts";
import type { RecordingFace, RecordingView } from "../../runtime/recording-face.ts";
import type { Outcome } from "../reply.ts";
import { type Ask, type Route, route } from "../route.ts";

const noVideo = refuse("104-005", "no video is recorded");

async function sent(recordings: RecordingFace, found: Refused | RecordingView | undefined): Promise<Outcome> {
  if (!found) return refuse("104-005", "the call has no recording that this agent may hear");
  if (isRefusal(found)) return found as Refused;
  const file = await recordings.open(found as RecordingView);
  return "refused" in file ? file : { file, callId: (found as RecordingView).callId };
}

async function ofCall(recordings: RecordingFace, { agent, fields }: Ask<typeof contract.recordFileDownloadEx>) {
  if (fields.hwFileName !== "") return noVideo;
  const found = await recordings.find(agent, { agent: fields.workNo || agent, callId: fields.callId, last: 1 });
  return sent(recordings, "refused" in found ? found : found[0]);
}

export const recordFileRoutes = ({ recordings }: Gateway): readonly Route[] => [
  route(contract.downloadRecordFile, async ({ agent, fields }) =>
    fields.filetype === 2
      ? refuse("104-005", "there are no recordings of an IVR")
      : sent(recordings, await recordings.named(agent, fields.recordId)),
  ),
  route(contract.recordFileDownloadEx, (ask) => ofCall(recordings, ask)),
  route(contract.videoFileDownloadEx, () => noVideo),
];
