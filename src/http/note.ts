// A request of a call, noted for its timeline as a person would send it again: method, path, the fields of its query, and a body, without
// what is secret. Polls and questions are not noted, nor digits that are sent into a call: they may be a card's.

import { isRefusal } from "../base/step.ts";
import type { Operation } from "../contract/operation.ts";
import type { Refused } from "../runtime/face.ts";
import type { HttpOptions } from "./options.ts";
import type { Answer, Outcome } from "./reply.ts";

/** Names of fields that never leave the request. */
const secret = /pass|token|guid|secret|callback/i;
const unnoted: ReadonlySet<string> = new Set(["voicecall.secondDial", "voicecall.secondDialEx"]);
const longestBody = 4_096;

export type Noted = {
  readonly agent: string;
  /** As it came. */
  readonly url: string;
  /** Its query, read; a field that came more than once has a list. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Buffer | undefined;
  /** The call that the agent was in before. */
  readonly callId: string;
  readonly trace: string;
  readonly ms: number;
  readonly outcome: Outcome;
};

export const isNoted = ({ id, access, method }: Operation): boolean =>
  access === "session" && method !== "GET" && !unnoted.has(id);

export function noteRequest({ clock, notes }: HttpOptions, operation: Operation, noted: Noted): void {
  if (!notes || !isNoted(operation)) return;
  const { agent, outcome, trace } = noted;
  const refusal = isRefusal(outcome) ? (outcome as Refused) : undefined;
  const answer = refusal ? {} : (outcome as Answer);
  const callId = answer.callId || noted.callId || notes.inCall(agent);
  if (callId === "" || answer.kept) return;
  const ms = Math.round(noted.ms * 100) / 100;
  notes.note(callId, {
    ...{ layer: "request", at: clock.now() - noted.ms, agent, title: operation.logName, trace, ms },
    ...{ method: operation.method, path: shownPath(operation, noted), body: shownBody(noted.body) },
    ...{ retcode: refusal?.refused ?? "0", message: refusal?.message ?? answer.message ?? "" },
  });
}

/** Of the query only what the operation reads: a secret of some proxy, and what only defeats caches, are nothing to it. */
function shownPath(operation: Operation, { url, query }: Noted): string {
  const [path = ""] = url.split("?", 1);
  const shown = Object.keys(operation.query).filter((name) => Object.hasOwn(query, name) && !secret.test(name));
  const asked = shown.flatMap((name) => [query[name]].flat().map((value): [string, string] => [name, String(value)]));
  const text = new URLSearchParams(asked).toString();
  return text === "" || text.length > longestBody ? path : `${path}?${text}`;
}

function shownBody(body: Buffer | undefined): string {
  if (!body || body.length === 0 || body.length > longestBody) return "";
  try {
    const shown: unknown = JSON.parse(body.toString("utf8"), (name, value: unknown) =>
      secret.test(name) ? undefined : value,
    );
    return JSON.stringify(shown);
  } catch {
    return "";
  }
}
