// docs/events-reference.md and docs/codes.md: every event and every result code of the contract, for people. Pure.

import { type ResultCode, results } from "../src/contract/result.ts";
import { eventContents } from "./event-types.ts";
import type { Schema } from "./json-schema.ts";
import { codesOf, eventsOf, everyOperation } from "./open-api.ts";

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
const code = (text: string): string => `\`${text}\``;

/** A schema in a few words. */
function shown(schema: Schema): string {
  if ("$ref" in schema) return String(schema["$ref"]).split("/").at(-1) ?? "";
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if ("enum" in schema) return (schema["enum"] as readonly unknown[]).map((each) => JSON.stringify(each)).join(", ");
  if ("anyOf" in schema) return (schema["anyOf"] as readonly Schema[]).map(shown).join(" or ");
  if (schema["type"] === "array") return `list of ${shown((schema["items"] ?? {}) as Schema)}`;
  return String(schema["type"] ?? "any");
}

type Members = Readonly<Record<string, Schema>>;

function contentOf(schema: Schema): string {
  const members = schema["properties"] as Members | undefined;
  if (!members) return code(shown(schema));
  const required = new Set((schema["required"] ?? []) as readonly string[]);
  return Object.entries(members)
    .map(([name, member]) => `${code(name)}${required.has(name) ? "" : "?"} ${shown(member)}`)
    .join("; ");
}

const operationsWith = (event: string): string =>
  Object.entries(eventsOf)
    .filter(([, events]) => events.includes(event))
    .map(([id]) => code(id))
    .join(", ");

export function eventsPage(): string {
  const rows = Object.entries(eventContents).map(([name, schema]) =>
    row([code(name), contentOf(schema), String(schema["description"] ?? ""), operationsWith(name)]),
  );
  return [
    "# Every event",
    "",
    "What an agent is told, as it stands in a poll, a stream or a push ([events.md](events.md)): `eventType`, `workNo` and `content`. Written by",
    "`npm run api` from `src/contract/agent-event.ts`; the order of events in each flow: [call.md](call.md).",
    "",
    row(["event", "`content`", "", "follows from"]),
    row(["---", "---", "---", "---"]),
    ...rows,
    "",
  ].join("\n");
}

export function codesPage(): string {
  const common = new Set(["0", "000-002", "000-003", "100-006", "100-007"]);
  const askers = (wanted: string): string => {
    if (wanted === "0") return "every operation";
    if (common.has(wanted)) return "every operation that it fits";
    return everyOperation
      .filter((operation) => codesOf(operation).includes(wanted as ResultCode))
      .map(({ id }) => code(id))
      .join(", ");
  };
  const rows = Object.entries(results).map(([wanted, message]) =>
    row([code(wanted), message || "carried out", askers(wanted)]),
  );
  return [
    "# Every result code",
    "",
    "`retcode` of a reply; the status is 200 for all of them ([http.md](http.md)). The message of a reply says more: which field, which rule, which state.",
    "Written by `npm run api` from `src/contract/result.ts` and the codes that tests bring about.",
    "",
    row(["code", "meaning", "answered by"]),
    row(["---", "---", "---"]),
    ...rows,
    "",
  ].join("\n");
}
