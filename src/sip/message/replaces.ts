// Replaces (RFC 3891 §6.1), as a header of an INVITE and escaped inside a Refer-To (RFC 3515 §2.1).

import type { Replaces } from "../face.ts";
import { parseNameAddress } from "./address.ts";
import type { HeaderFields } from "./header-fields.ts";
import { isMalformed, parameter } from "./syntax.ts";
import { parseUri, uriParameter } from "./uri.ts";

/** Undefined when Call-ID or a tag is missing. */
export function parseReplaces(value: string): Replaces | undefined {
  const semicolon = value.indexOf(";");
  const sipCallId = value.slice(0, Math.max(semicolon, 0)).trim();
  const params = semicolon < 0 ? "" : value.slice(semicolon);
  const [toTag, fromTag] = [parameter(params, "to-tag"), parameter(params, "from-tag")];
  if (sipCallId === "" || !toTag || !fromTag) return undefined;
  return { sipCallId, toTag, fromTag, earlyOnly: parameter(params, "early-only") !== undefined };
}

/** Whom a REFER names. `replaces` when the new call shall take the place of another one. */
export type ReferTarget = { readonly target: string; readonly replaces?: Replaces };

/** Undefined unless there is exactly one Refer-To (§2.4.2), a SIP URI that is to be called. */
export function referTarget(headers: HeaderFields): ReferTarget | undefined {
  const [value, ...more] = headers.list("refer-to");
  const address = value === undefined || more.length > 0 ? undefined : parseNameAddress(value);
  if (!address || isMalformed(address)) return undefined;
  const [target = "", ...query] = address.uri.split("?");
  const uri = parseUri(target);
  if (isMalformed(uri) || (uriParameter(uri, "method") ?? "INVITE").toUpperCase() !== "INVITE") return undefined;
  const field = query
    .join("?")
    .split("&")
    .find((each) => /^replaces=/i.test(each));
  if (field === undefined) return { target };
  const replaces = parseReplaces(unescaped(field.slice("replaces=".length)));
  return replaces && { target, replaces };
}

/** The characters behind %HH; what is no escape stays. */
const unescaped = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
