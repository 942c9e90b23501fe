// Option tags (RFC 3261 §19.2): which extensions a message supports or requires, and which methods its sender allows.

import type { HeaderFields } from "./header-fields.ts";
import { splitList } from "./syntax.ts";

/** Whether a Supported or Require header names the tag (lower case). */
export const hasOption = (headers: HeaderFields, name: "supported" | "require", tag: string): boolean =>
  headers.list(name).some((value) => value.toLowerCase() === tag);

/** Whether Allow names the method. A message without Allow says nothing about it (§20.5), which counts as no. */
export const allows = (headers: HeaderFields, method: string): boolean =>
  headers.lines("allow").some((line) => line.includes(method) && splitList(line).includes(method));

/** The event packages of Allow-Events (RFC 6665 §8.2.2); undefined when the message has none. */
export function allowedEvents(headers: HeaderFields): readonly string[] | undefined {
  return headers.lines("allow-events").length === 0 ? undefined : headers.list("allow-events");
}
