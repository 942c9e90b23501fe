// Reason phrases (RFC 3261 §21) and the Reason header with its Q.850 cause (RFC 3326).

import type { HeaderFields } from "./header-fields.ts";
import { digits, parameter, quote, splitList, toWire } from "./syntax.ts";

const PHRASES: Readonly<Record<number, string>> = {
  100: "Trying",
  180: "Ringing",
  181: "Call Is Being Forwarded",
  182: "Queued",
  183: "Session Progress",
  199: "Early Dialog Terminated",
  200: "OK",
  202: "Accepted",
  204: "No Notification",
  300: "Multiple Choices",
  301: "Moved Permanently",
  302: "Moved Temporarily",
  305: "Use Proxy",
  380: "Alternative Service",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  410: "Gone",
  413: "Request Entity Too Large",
  414: "Request-URI Too Long",
  415: "Unsupported Media Type",
  416: "Unsupported URI Scheme",
  420: "Bad Extension",
  421: "Extension Required",
  422: "Session Interval Too Small",
  423: "Interval Too Brief",
  439: "First Hop Lacks Outbound Support",
  480: "Temporarily Unavailable",
  481: "Call/Transaction Does Not Exist",
  482: "Loop Detected",
  483: "Too Many Hops",
  484: "Address Incomplete",
  485: "Ambiguous",
  486: "Busy Here",
  487: "Request Terminated",
  488: "Not Acceptable Here",
  489: "Bad Event",
  491: "Request Pending",
  493: "Undecipherable",
  494: "Security Agreement Required",
  500: "Server Internal Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Server Time-out",
  505: "Version Not Supported",
  513: "Message Too Large",
  600: "Busy Everywhere",
  603: "Decline",
  604: "Does Not Exist Anywhere",
  606: "Not Acceptable",
  607: "Unwanted",
};

const CLASSES = ["", "Progress", "OK", "Redirection", "Request Failure", "Server Failure", "Global Failure"];

/** The phrase of the RFC, else the one of the class; "" for what is no status. */
export const reasonPhrase = (status: number): string => PHRASES[status] ?? CLASSES[Math.floor(status / 100)] ?? "";

/** One with a phrase of its own. */
export const isKnownStatus = (status: number): boolean => status in PHRASES;

/** What Reason headers say, by protocol. */
export type Causes = { readonly q850?: number; readonly sipCause?: number };

const NO_CAUSES: Causes = {};

/** The first cause of each protocol that we know (RFC 3326 §2). */
export function causesOf(headers: HeaderFields): Causes {
  const lines = headers.lines("reason");
  if (lines.length === 0) return NO_CAUSES;
  let causes: Causes = NO_CAUSES;
  for (const value of lines.flatMap(splitList)) {
    const semicolon = value.indexOf(";");
    const protocol = value.slice(0, Math.max(semicolon, 0)).trim().toUpperCase();
    const text = semicolon < 0 ? "" : (parameter(value.slice(semicolon), "cause") ?? "");
    const [q850, sipCause] = [digits(text, 127), digits(text, 699)];
    if (protocol === "Q.850" && q850 !== undefined) causes = { q850, ...causes };
    if (protocol === "SIP" && sipCause !== undefined) causes = { sipCause, ...causes };
  }
  return causes;
}

/** A Reason header line with its CRLF, "" without a cause. */
export function reasonLine(cause: { readonly q850: number; readonly text: string } | undefined): string {
  if (!cause) return "";
  const text = cause.text === "" ? "" : `;text=${quote(toWire(cause.text.replace(/[\x00-\x1f\x7f]/g, " ")))}`;
  return `Reason: Q.850;cause=${cause.q850}${text}\r\n`;
}
