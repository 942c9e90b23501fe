// Fields that stand in many operations: agents, skills, VDNs.

import { optionalInteger, optionalText, requiredInteger, requiredText } from "./field.ts";

const WORK_NUMBER = "a work number of 1-6 digits";
const digits = { max: 6, pattern: /^[1-9]\d*$/ };
const LARGEST_SKILL = 2_147_483_647;

export const workNumber = (description: string) => requiredText(description, WORK_NUMBER, { min: 1, ...digits });

/** "" where it is absent. */
export const optionalWorkNumber = (description: string) => optionalText(description, WORK_NUMBER, digits);

export const skillNumber = (description: string) => requiredInteger(description, { min: 1, max: LARGEST_SKILL });

/** 0 where it is absent. */
export const optionalSkill = (description: string) =>
  optionalInteger(description, { min: 0, max: LARGEST_SKILL, fallback: 0 });

/** VDNs are numbered 1 to 512. */
export const vdnNumber = (description: string) => requiredInteger(description, { min: 1, max: 512 });
