// How a push goes on after a try that failed: waits that double, and an end once the session is over.

/** How events are put into a request (wire.md 30). */
export type PushForm = "list" | "single";

/** Where an agent's events are pushed to. `serviceToken` "" = none (the older way). */
export type PushTarget = { readonly url: string; readonly form: PushForm; readonly serviceToken: string };

/** Events in one request of the form `list`. */
const AT_ONCE = 50;

export const batchOf = (form: PushForm): number => (form === "single" ? 1 : AT_ONCE);

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Tries for the last events of a session that is over. */
export const LAST_TRIES = 3;

/** The wait after so many failures in a row. `draw`: 0 to 1; targets that failed together do not come back together. */
export const backOffMs = (failures: number, draw: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10)) * (0.75 + draw / 2);
