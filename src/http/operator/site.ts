// The site's entries as operators change them: contract/operator.ts carried out. The body has the fields of the site file, whose rules
// are checked by the desk.

import type { FastifyRequest } from "fastify";
import { isRefusal, refuse } from "../../base/step.ts";
import type { SiteKind, SiteValue } from "../../contract/site-edit.ts";
import type { Refused } from "../../runtime/face.ts";
import type { OperatorDesk } from "../../runtime/operator/face.ts";
import type { Acts } from "./acts.ts";
import { byOf } from "./audit-line.ts";
import { type Failed, failed, refusedBy } from "./reply.ts";

type Ids = "siteEntries" | "createEntry" | "changeEntry" | "removeEntry" | "takeBackEntry";
type Fields = Readonly<Record<string, SiteValue | null>>;

const wrongBody = failed(400, refuse("000-002", "body: a JSON object"));
const statuses: Readonly<Record<string, number>> = { "104-005": 404, "100-007": 503 };

const told = async (asked: Promise<Refused | { done: true }>): Promise<object | Failed> => {
  const done = await asked;
  return isRefusal(done) ? refusedBy(done as Refused, statuses[done.refused] ?? 400) : {};
};

export function siteActs({ siteEntries: desk }: OperatorDesk): Pick<Acts, Ids> {
  return {
    siteEntries: () => desk.entries(),
    createEntry({ fields: { kind, key }, request, ...who }) {
      const fields = bodyOf(request);
      return fields ? told(desk.create(kind as SiteKind, key, fields, byOf(who))) : wrongBody;
    },
    changeEntry({ fields: { kind, key }, request, ...who }) {
      const fields = bodyOf(request);
      return fields ? told(desk.change(kind as SiteKind, key, fields, byOf(who))) : wrongBody;
    },
    removeEntry: ({ fields: { kind, key }, ...who }) => told(desk.remove(kind as SiteKind, key, byOf(who))),
    takeBackEntry: ({ fields: { kind, key }, ...who }) => told(desk.takeBack(kind as SiteKind, key, byOf(who))),
  };
}

function bodyOf({ body }: FastifyRequest): Fields | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.isBuffer(body) ? body.toString("utf8") : "");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
