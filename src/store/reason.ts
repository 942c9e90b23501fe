// What a fault of a database says, made from its code alone: a server's own words may repeat data, and a driver's the address with its
// password.

import { StoreFault } from "./ports.ts";

/** SQLSTATE, or a system's code, or "" where the driver gives none. */
const codeOf = (fault: unknown): string =>
  fault instanceof Error && "code" in fault && typeof fault.code === "string" ? fault.code : "";

/** No class of it begins with an E, as a system's codes do (EPIPE). */
const sqlState = /^[0-9FHPX][0-9A-Z]{4}$/;

/** With a SQLSTATE: the statement has had its answer. */
export const isSaidByServer = (fault: unknown): boolean => sqlState.test(codeOf(fault));

/** No SQLSTATE at all; connection exceptions (08), a server that shuts down or starts (57P), too many connections (53300). */
export const isAway = (fault: unknown): boolean => {
  const code = codeOf(fault);
  return !sqlState.test(code) || /^(08|57P|53300)/.test(code);
};

/** PostgreSQL, appendix A. */
const words: Readonly<Record<string, string>> = {
  "28P01": "wrong password",
  "28000": "this user may not connect",
  "3D000": "there is no such database",
  "42501": "the user's rights do not suffice",
  "53100": "its disk is full",
  "53300": "too many connections",
  "57014": "the statement took too long",
  "57P01": "it was shut down",
  "57P02": "it was shut down",
  "57P03": "it is starting",
  "25006": "it is read-only",
};

/** One line. */
export function reasonOf(fault: unknown): string {
  if (fault instanceof StoreFault) return fault.message;
  const code = codeOf(fault);
  if (code !== "") return words[code] ?? (sqlState.test(code) ? `SQLSTATE ${code}` : code);
  const text = fault instanceof Error ? fault.message : "";
  return /timeout/i.test(text) ? "no answer in time" : "the connection was lost";
}
