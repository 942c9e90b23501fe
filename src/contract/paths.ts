// Fields that stand in the paths of many operations.

import { requiredInteger, requiredText } from "./field.ts";

export const workNumber = (description: string) =>
  requiredText(description, "a work number of 1-6 digits", { min: 1, max: 6, pattern: /^[1-9]\d*$/ });

export const skillNumber = (description: string) => requiredInteger(description, { min: 1, max: 2_147_483_647 });

/** VDNs are numbered 1 to 512. */
export const vdnNumber = (description: string) => requiredInteger(description, { min: 1, max: 512 });
