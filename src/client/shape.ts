// Readers for `Exchange.ask`: an answer of the gateway is looked at before it gets a type.

import type { Read } from "./exchange.ts";

/** For operations whose result means nothing (`{}`, null or absent, by operation). */
export const nothing: Read<null> = () => null;

export const text: Read<string> = (value) => (typeof value === "string" ? value : undefined);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Kinds = Readonly<Record<string, "string" | "number" | "boolean">>;

/** An object whose named members have these types; further members are kept, so a newer gateway does no harm. */
export function record<Result>(kinds: Kinds): Read<Result> {
  return (value) => {
    if (!isRecord(value)) return undefined;
    const fits = Object.entries(kinds).every(([name, kind]) => typeof value[name] === kind);
    return fits ? (value as Result) : undefined;
  };
}

/** A list; an absent one is empty. One member of another shape makes the whole list unknown. */
export function list<Result>(read: Read<Result>): Read<readonly Result[]> {
  return (value) => {
    if (value === null) return [];
    if (!Array.isArray(value)) return undefined;
    const members = value.map(read).filter((member) => member !== undefined);
    return members.length === value.length ? members : undefined;
  };
}
