// Result codes of supervision that the pages have words for; of others the gateway's own sentence is shown.

import type { supervision } from "./words/en-supervision.ts";

type Code = keyof (typeof supervision)["supervise"]["failures"];

const known: Readonly<Record<Code, true>> = {
  "000-005": true,
  "100-006": true,
  "900-002": true,
  "900-003": true,
  "900-004": true,
  "900-005": true,
  "200-025": true,
};

export const isKnownFailure = (code: string): code is Code => Object.hasOwn(known, code);
