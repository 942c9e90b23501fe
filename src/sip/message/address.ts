// name-addr and addr-spec as From, To, Contact, Route and Record-Route carry them (RFC 3261 §20.10, §25.1), and Via (§20.42).

import {
  areParameters,
  digits,
  endOfQuoted,
  fromWire,
  isMalformed,
  isToken,
  type Malformed,
  malformed,
  parameter,
  quote,
  toWire,
  unquote,
} from "./syntax.ts";
import { parseHostPort, schemeOf } from "./uri.ts";

export type NameAddress = {
  /** Unquoted; "" when there is none. */
  readonly displayName: string;
  /** As written, without the angle brackets. */
  readonly uri: string;
  /** Header parameters as written: ";tag=x". */
  readonly params: string;
};

/** One element of a header, with or without display name and brackets. */
export function parseNameAddress(value: string): NameAddress | Malformed {
  const text = value.trim();
  let nameEnd = 0;
  if (text.startsWith('"')) {
    nameEnd = endOfQuoted(text, 0);
    if (nameEnd < 0) return malformed("unbalanced quotes");
  }
  const open = text.indexOf("<", nameEnd);
  if (open < 0) return nameEnd > 0 ? malformed("display name without <URI>") : addressSpec(text);
  const close = text.indexOf(">", open);
  if (close < 0) return malformed("missing >");
  const name = displayName(text.slice(0, open).trim(), nameEnd > 0);
  if (name === undefined) return malformed("bad display name");
  return checked({ displayName: name, uri: text.slice(open + 1, close), params: text.slice(close + 1).trim() });
}

/** Without brackets, everything behind the first `;` belongs to the header, and the URI has no `,` and no `?` (RFC 3261 §20). */
function addressSpec(text: string): NameAddress | Malformed {
  const semicolon = text.indexOf(";");
  const uri = (semicolon < 0 ? text : text.slice(0, semicolon)).trim();
  if (/[,?]/.test(uri)) return malformed("URI needs angle brackets");
  return checked({ displayName: "", uri, params: semicolon < 0 ? "" : text.slice(semicolon) });
}

function checked(address: NameAddress): NameAddress | Malformed {
  if (schemeOf(address.uri) === "" || /[\x00-\x20\x7f]/.test(address.uri)) return malformed("bad URI");
  return areParameters(address.params) ? address : malformed("bad parameters");
}

function displayName(text: string, quoted: boolean): string | undefined {
  // A comma without quotes is the end of an element to some readers and part of the name to others (RFC 4475 §3.1.2.15).
  if (!quoted) return /[",]/.test(text) ? undefined : fromWire(text);
  return endOfQuoted(text, 0) === text.length ? fromWire(unquote(text)) : undefined;
}

/** `"name" <uri>`; control characters in the name become spaces, so that a name can never end the line. */
export function formatNameAddress(uri: string, name: string | undefined): string {
  if (!name) return `<${uri}>`;
  return `${quote(toWire(name.replace(/[\x00-\x1f\x7f]/g, " ")))} <${uri}>`;
}

/** One Via, its host and port being the sent-by. */
export type Via = {
  /** Upper case: "UDP". */
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly params: string;
  /** "" when missing. */
  readonly branch: string;
};

/** One element of a Via header. */
export function parseVia(value: string): Via | Malformed {
  const semicolon = value.indexOf(";");
  const head = (semicolon < 0 ? value : value.slice(0, semicolon)).trim();
  const params = semicolon < 0 ? "" : value.slice(semicolon);
  const parts = viaParts(head);
  if (isMalformed(parts)) return parts;
  if (!areParameters(params)) return malformed("bad Via parameters");
  const place = parseHostPort(parts.sentBy);
  if (isMalformed(place)) return malformed("bad sent-by in Via");
  if (digits(parameter(params, "ttl") || "0", 255) === undefined) return malformed("bad ttl in Via");
  return {
    transport: parts.transport,
    host: place.host,
    port: place.port,
    params,
    branch: parameter(params, "branch") ?? "",
  };
}

/** `SIP/2.0/UDP host`, with white space allowed around the slashes (RFC 4475 §3.1.1.1). */
function viaParts(head: string): { readonly transport: string; readonly sentBy: string } | Malformed {
  const first = head.indexOf("/");
  const second = head.indexOf("/", first + 1);
  if (first < 0 || second < 0) return malformed("bad Via");
  if (head.slice(0, first).trim().toUpperCase() !== "SIP" || head.slice(first + 1, second).trim() !== "2.0") {
    return malformed("Via of another protocol");
  }
  const rest = head.slice(second + 1).trimStart();
  const space = rest.search(/\s/);
  const transport = space < 0 ? "" : rest.slice(0, space);
  if (!isToken(transport)) return malformed("bad transport in Via");
  return { transport: transport.toUpperCase(), sentBy: rest.slice(space).trim() };
}
