// What crosses in a stream of events (contract/event-stream.ts), read by who does not trust it: a text becomes an item, or nothing.

import type { StreamItem } from "../contract/event-stream.ts";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Checks = { readonly [Type in StreamItem["type"]]: (item: Record<string, unknown>) => boolean };

const text = (value: unknown): boolean => typeof value === "string";

const checks: Checks = {
  event: ({ id, event }) => text(id) && isRecord(event) && text(event["eventType"]) && text(event["workNo"]),
  snapshot: ({ id, snapshot }) => text(id) && isRecord(snapshot),
  gap: ({ id, snapshot }) => text(id) && isRecord(snapshot),
  guid: ({ guid }) => text(guid),
  again: () => true,
  end: ({ message }) => text(message),
};

/** undefined: not an item, or one of a newer gateway. */
export function streamItem(json: string): StreamItem | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || typeof value["type"] !== "string" || !Object.hasOwn(checks, value["type"])) return undefined;
  return checks[value["type"] as StreamItem["type"]](value) ? (value as unknown as StreamItem) : undefined;
}
