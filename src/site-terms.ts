// Terms that several parts of the site file are made of (site-file.ts, site-inbound.ts).

import { isSubnet } from "./setting.ts";
import { oneOf, type Read, text, whole } from "./site-yaml.ts";

/** Names and descriptions: anything that fits on one line of a log. */
export const label = text(/^[^\p{Cc}]{1,64}$/u, "1 to 64 characters");
export const workNumber = text(/^[1-9]\d{0,5}$/, "a work number of 1 to 6 digits");
/** Of skills, groups and the like. */
export const identity = whole(1, 2_147_483_647);
/** `x` one digit, `.` at the end any further digits (SiteTrunk.patterns). */
export const pattern = text(
  /^(?=.)[0-9*#x]{0,24}\.?$/,
  "a pattern of digits, x for any digit, . at its end for any more digits",
);

export const subnet = text(isSubnet, "an IP address or a subnet such as 192.0.2.0/24");

const trueOrFalse = oneOf("true", "false");
export const yesOrNo: Read<boolean> = (field, complain) => {
  const read = trueOrFalse(field, complain);
  return read === undefined ? undefined : read === "true";
};
