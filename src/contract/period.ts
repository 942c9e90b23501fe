// What lists ask for: from when to when, and which part of what is found.

import { optionalInteger, optionalText } from "./field.ts";

const date = (description: string) =>
  optionalText(description, "YYYY-MM-DD or YYYY-MM-DD hh:mm:ss (UTC), or milliseconds since the epoch", {
    max: 19,
    pattern: /^(?:|\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?|\d{10,15})$/,
  });

/** `from` and `before`: what the two dates are compared with, one sentence each. */
export const period = (from: string, before: string) => ({
  startdate: date(from),
  enddate: date(before),
  startposition: optionalInteger("The first one to show, newest first, from 1.", {
    min: 1,
    max: 1_000_000,
    fallback: 1,
  }),
  endposition: optionalInteger("The last one to show; 0: 100 of them.", { min: 1, max: 1_000_000, fallback: 0 }),
});
