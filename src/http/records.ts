// Call records: GET /seatway/records for this machine, as the trunk doctor's door, and GET /seatway/v1/agents/{agentid}/records for
// supervisors and administrators with their Guid. docs/records.md says what may be asked.

import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { isoTime, timeOfIso } from "../base/clock.ts";
import { isRefusal, refuse } from "../base/step.ts";
import { type ArchiveQuery, type CallOutcome, callOutcomes, isCursor } from "../runtime/call-archive.ts";
import type { Refused } from "../runtime/face.ts";
import { statusOf } from "./event-stream.ts";
import { admitLocal } from "./local-page.ts";
import { admitAgent } from "./own-agent.ts";
import { exportRecords, type RecordFormat } from "./record-export.ts";
import { callCsv, legCsv, recordJson } from "./record-views.ts";
import { type HeaderList, refusalBody, sendJson } from "./reply.ts";
import type { Door } from "./serve.ts";

type Archive = NonNullable<Door["records"]>;
/** `whole`: all that there are, whatever the query's limit. */
type Asked = { readonly query: ArchiveQuery; readonly format: RecordFormat; readonly whole: boolean };

const wrong = (field: string, rule: string): Refused => refuse("000-002", `${field}: ${rule}`) as Refused;
const noRight = refuse("900-002", "no right to read call records") satisfies Refused;
const away = refusalBody(refuse("100-007", "the call records cannot be read now"));

/** `{agentid}` is the work number of who asks. */
export const recordsPath = "/seatway/v1/agents/{agentid}/records";

/** No route without an archive. */
export function recordRoutes(app: FastifyInstance, door: Door): void {
  const { records } = door;
  if (!records) return;
  app.get("/seatway/records", (request, reply) => {
    reply.hijack();
    if (admitLocal(request.raw, reply.raw))
      void answerRecords(door, records, { request, response: reply.raw, headers: [] });
  });
  app.get<{ Params: { agentid: string } }>(recordsPath.replace("{agentid}", ":agentid"), (request, reply) => {
    reply.hijack();
    const cors = door.cors.reply(request.headers.origin);
    const admitted = admit(door, request);
    if (isRefusal(admitted)) {
      return sendJson(reply.raw, statusOf(admitted as Refused), refusalBody(admitted as Refused), cors);
    }
    void answerRecords(door, records, { request, response: reply.raw, headers: [...admitted, ...cors] });
  });
}

/** The headers of a Guid that fell due. */
function admit(door: Door, request: FastifyRequest): Refused | HeaderList {
  const { agentid } = request.params as { readonly agentid: string };
  const admitted = admitAgent(door, request, "agentid");
  if (isRefusal(admitted)) return admitted;
  return door.gateway.reads.inspects(agentid) ? admitted : noRight;
}

type Exchange = {
  readonly request: FastifyRequest;
  readonly response: ServerResponse;
  readonly headers: HeaderList;
};

/** To whoever may read them. */
export async function answerRecords(
  door: Pick<Door, "log">,
  records: Archive,
  { request, response, headers }: Exchange,
): Promise<void> {
  const asked = readQuery(request.query as Record<string, unknown>);
  if (isRefusal(asked)) return sendJson(response, 400, refusalBody(asked as Refused), headers);
  const { query, format, whole } = asked as Asked;
  try {
    if (whole) {
      const own =
        format === "json" ? ["Content-Type", "application/json", "Cache-Control", "no-store"] : csvHead(format);
      return await exportRecords(records, { query, format }, { response, headers: [...own, ...headers] });
    }
    const { calls, next } = await records.find(query);
    if (format === "json") {
      sendJson(response, 200, JSON.stringify({ records: calls.map(recordJson), next }), headers);
      return;
    }
    const body = Buffer.from(format === "legs" ? legCsv(calls) : callCsv(calls));
    response.writeHead(200, [
      ...csvHead(format),
      ...["Content-Length", String(body.length)],
      ...(next === null ? [] : ["Next-Page", next]),
      ...headers,
    ]);
    response.end(body);
  } catch (fault) {
    if (isGone(fault)) return;
    door.log.error({ fault: String(fault) }, "call records could not be read");
    // The rest of an export: its connection is broken, and so is the file.
    if (response.headersSent) return;
    sendJson(response, 503, away, headers);
  }
}

/** The reader of an export has gone away. */
const isGone = (fault: unknown): boolean => (fault as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE";

const csvHead = (format: RecordFormat): HeaderList => [
  ...["Content-Type", "text/csv; charset=utf-8; header=present"],
  ...["Content-Disposition", `attachment; filename="${format === "legs" ? "legs" : "calls"}.csv"`],
  ...["X-Content-Type-Options", "nosniff", "Cache-Control", "no-store"],
];

type Reader = (text: string) => Partial<ArchiveQuery> | string;

const isoForm = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Without a zone it is UTC, as all that is shown. A day that no calendar has is none: the 31st of February would pass for the 3rd of March. */
function instant(text: string): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const [, day = "", time, , , zone] = isoForm.exec(text) ?? [];
  const midnight = timeOfIso(day);
  if (Number.isNaN(midnight) || !isoTime(midnight).startsWith(day)) return undefined;
  const ms = timeOfIso(time !== undefined && zone === undefined ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}
const timeRule = "ms since the epoch, or a time of ISO 8601 such as 2026-01-31 or 2026-01-31T08:15:30Z";

const at =
  (field: "from" | "to"): Reader =>
  (text) => {
    const ms = instant(text);
    return ms === undefined ? timeRule : { [field]: ms };
  };

/** Each field: what it adds to the query, or the rule that it breaks. */
const readers: Readonly<Record<string, Reader>> = {
  from: at("from"),
  to: at("to"),
  agent: (text) => (/^[1-9]\d{0,8}$/.test(text) ? { agent: text } : "a work number"),
  skill: (text) => (/^\d{1,9}$/.test(text) ? { skill: Number(text) } : "a skill's number"),
  number: (text) => (/^[0-9*#+]{1,24}$/.test(text) ? { number: text } : "1 to 24 of digits, *, # and +"),
  outcome: (text) =>
    callOutcomes.includes(text as CallOutcome) ? { outcome: text as CallOutcome } : callOutcomes.join(", "),
  limit: (text) => {
    if (text === "all") return {};
    const within = /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1000;
    return within ? { limit: Number(text) } : "1 to 1000, or all";
  },
  after: (text) => (isCursor(text) ? { after: text } : "what the page before gave as `next`"),
};

const formats: readonly RecordFormat[] = ["json", "csv", "legs"];

function readQuery({ format: named = "json", ...given }: Record<string, unknown>): Asked | Refused {
  const format = formats.find((one) => one === named);
  if (!format) return wrong("format", formats.join(", "));
  let query: ArchiveQuery = { limit: 100 };
  for (const [field, value] of Object.entries(given)) {
    if (typeof value !== "string") return wrong(field, "stands once");
    const read = Object.hasOwn(readers, field) ? readers[field] : undefined;
    if (!read) return wrong(field, `no such filter, one of ${[...Object.keys(readers), "format"].join(", ")}`);
    const part = read(value);
    if (typeof part === "string") return wrong(field, part);
    query = { ...query, ...part };
  }
  return { query, format, whole: given["limit"] === "all" };
}
