// Recording the current call, hearing and finding recordings: contract/record-play.ts carried out.

import { isRefusal } from "../../base/step.ts";
import { resourceRoot } from "../../contract/operation.ts";
import * as contract from "../../contract/record-play.ts";
import type { AgentCommand, Gateway, Refused } from "../../runtime/face.ts";
import type { RecordingFace, RecordingView } from "../../runtime/recording-face.ts";
import type { Outcome } from "../reply.ts";
import { type Route, route } from "../route.ts";
import { type PeriodFields, periodOf } from "./period.ts";

function recordRoutes(gateway: Gateway): readonly Route[] {
  const simple =
    (command: AgentCommand) =>
    ({ agent }: { readonly agent: string }): Outcome =>
      gateway.command(agent, command);
  return [
    route(contract.beginRecord, ({ agent, fields }) =>
      gateway.recordings.begin(agent, {
        name: fields.fileName || fields.filename,
        append: fields.recordMode === 1,
        format: fields.recordFormat,
      }),
    ),
    route(contract.beginRecordWithoutFilename, simple({ type: "begin-record", name: "" })),
    route(contract.pauseRecord, simple({ type: "pause-record" })),
    route(contract.resumeRecord, simple({ type: "resume-record" })),
    route(contract.stopRecord, simple({ type: "stop-record" })),
  ];
}

const shown = (row: RecordingView): contract.RecordingMessage => ({
  recordID: row.callId,
  callId: row.callId,
  taskId: row.taskId,
  workNo: row.agent,
  caller: row.caller,
  called: row.called,
  skillId: row.skill,
  fileName: row.name,
  fileMediaType: "1",
  beginTime: row.beganAt,
  endTime: row.endedAt,
  length: row.ms,
  fileSize: row.bytes,
  sha256: row.sha256,
  state: row.state,
});

const listed = (found: Refused | readonly RecordingView[]): Outcome =>
  "refused" in found ? found : { result: found.map(shown) };

type ListFields = PeriodFields & { readonly skillid: number };

async function list(recordings: RecordingFace, asking: string, of: string | null, fields: ListFields) {
  const period = periodOf(fields);
  if (isRefusal(period)) return period as Refused;
  return listed(await recordings.find(asking, { agent: of, skill: fields.skillid || null, ...period }));
}

/** A path of this interface: where the host is reached is known to the client. */
const urlOf = (agent: string, { name }: RecordingView): string =>
  `${resourceRoot}/recordfile/${agent}?recordId=${encodeURIComponent(name)}`;

function queryRoutes({ recordings }: Gateway): readonly Route[] {
  return [
    route(contract.queryRecordFile, ({ agent, fields }) => list(recordings, agent, fields.workno || null, fields)),
    route(contract.querySelfRecordFile, ({ agent, fields }) => list(recordings, agent, agent, fields)),
    route(contract.queryRecordFileByCallId, async ({ agent, fields: { workno, callid } }) =>
      listed(
        workno === ""
          ? await recordings.ofCall(agent, callid)
          : await recordings.find(agent, { agent: workno, callId: callid }),
      ),
    ),
    route(contract.queryRecordFileFromRecordID, async ({ agent, fields }) =>
      listed(await recordings.ofCall(agent, fields.recordid)),
    ),
    route(contract.queryRecordFileURL, async ({ agent, fields }) => {
      const found = await recordings.named(agent, fields.filepath);
      return "refused" in found ? found : { result: urlOf(agent, found), callId: found.callId };
    }),
  ];
}

function playRoutes({ recordings }: Gateway): readonly Route[] {
  const steers =
    (type: "pause-play" | "resume-play" | "stop-play") =>
    ({ agent }: { readonly agent: string }): Outcome =>
      recordings.steer(agent, { type });
  const jumps =
    (back: boolean) =>
    ({ agent, fields }: { readonly agent: string; readonly fields: { readonly time: number } }): Outcome =>
      recordings.steer(agent, { type: "jump-play", ms: fields.time * 1_000, back });
  return [
    route(contract.beginPlay, ({ agent, fields }) =>
      recordings.play(agent, { name: fields.voicepath, fromMs: fields.startpostion * 1_000, times: 1 }),
    ),
    route(contract.pausePlay, steers("pause-play")),
    route(contract.resumePlay, steers("resume-play")),
    route(contract.stopPlay, steers("stop-play")),
    route(contract.foreFastPlay, jumps(false)),
    route(contract.backFastPlay, jumps(true)),
  ];
}

export const recordPlayRoutes = (gateway: Gateway): readonly Route[] => [
  ...recordRoutes(gateway),
  ...playRoutes(gateway),
  ...queryRoutes(gateway),
];
