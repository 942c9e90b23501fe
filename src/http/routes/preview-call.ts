// Previewed calls and the list that they come from: contract/preview-call.ts and preview-list.ts carried out.

import { isRefusal } from "../../base/step.ts";
import * as contract from "../../contract/preview-call.ts";
import * as list from "../../contract/preview-list.ts";
import type { Gateway } from "../../runtime/face.ts";
import type { PreviewView } from "../../runtime/preview-face.ts";
import type { Outcome } from "../reply.ts";
import { type Ask, type Route, route } from "../route.ts";

/** As the others of the interface write it: ids are texts, times ms since the epoch. */
const shown = (preview: PreviewView) => ({
  controlid: String(preview.id),
  state: preview.state,
  dialeddigits: preview.numbers.join(","),
  callData: preview.data,
  caller: preview.caller,
  workno: preview.agent ?? "",
  skillid: preview.skill,
  offeredto: preview.offeredTo ?? "",
  callid: preview.call ?? "",
  called: preview.called,
  createtime: preview.createdAt,
  changetime: preview.changedAt,
});

export function previewCallRoutes({ previews }: Gateway): readonly Route[] {
  const callOut = ({ agent, fields }: Ask<typeof contract.previewCallOut>): Outcome => {
    const placed = previews.callOut(agent, { id: fields.callcontrolid, called: fields.called });
    return isRefusal(placed) ? placed : { result: placed.callId, callId: placed.callId, called: fields.called };
  };
  return [
    route(contract.previewCallOut, callOut),
    route(contract.previewCallOutAsDocumented, callOut),
    route(contract.cancelPreviewCallout, ({ agent, fields }) => previews.decline(agent, fields.callcontrolid)),
    route(list.addPreview, async ({ agent, fields }) => {
      const { dialeddigits, callData, workno, skillid, caller } = fields;
      const numbers = dialeddigits.split(",");
      const wanted = { numbers, data: callData, agent: workno, skill: skillid, caller };
      const added = await previews.add(agent, wanted);
      return isRefusal(added) ? added : { result: { controlid: String(added.id) } };
    }),
    route(list.listPreviews, async ({ agent, fields }) => {
      const found = await previews.list(agent, fields);
      return isRefusal(found) ? found : { result: found.map(shown) };
    }),
    route(list.removePreview, ({ agent, fields }) => previews.remove(agent, fields.controlid)),
  ];
}
