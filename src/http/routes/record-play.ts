// Recording the current call, hearing and finding recordings: contract/record-play.ts carried out.

import { isRefusal } from "../../base/step.ts";
import * as contract from "../../contract/record-play.ts";
import type { AgentCommand, Gateway } from "../../runtime/face.ts";
import type { Outcome } from "../reply.ts";
import { type Ask, type Route, route } from "../route.ts";

const done = (outcome: ReturnType<Gateway["command"]>): Outcome => (isRefusal(outcome) ? outcome : {});

export function recordPlayRoutes(gateway: Gateway): readonly Route[] {
  const simple =
    (command: AgentCommand) =>
    ({ agent }: { readonly agent: string }): Outcome =>
      done(gateway.command(agent, command));
  const begin = async ({ agent, fields }: Ask<typeof contract.beginRecord>): Promise<Outcome> =>
    done(
      await gateway.beginRecord(agent, {
        name: fields.fileName || fields.filename,
        append: fields.recordMode === 1,
        format: fields.recordFormat,
      }),
    );
  return [
    route(contract.beginRecord, begin),
    route(contract.beginRecordWithoutFilename, simple({ type: "begin-record", name: "" })),
    route(contract.pauseRecord, simple({ type: "pause-record" })),
    route(contract.resumeRecord, simple({ type: "resume-record" })),
    route(contract.stopRecord, simple({ type: "stop-record" })),
  ];
}
