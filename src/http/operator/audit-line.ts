// Who did it and from where, as the audit log has it of the operator's side.

import type { Asker } from "../../runtime/face.ts";
import type { Operator } from "../../runtime/operator/sign-ins.ts";

export const byOf = ({ operator, asker }: { readonly operator: Operator; readonly asker: Asker }) =>
  ({ face: "console", peer: `${operator.user} ${asker.address}` }) as const;
