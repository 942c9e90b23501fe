// A refusal of the gateway as a program gets it: the code, the gateway's own words, which field of the request it is about, and what can be
// done about it.

/** `retcode` is a row of contract/result.ts, or a code of a newer gateway. */
export type Refused = {
  readonly ok: false;
  readonly retcode: string;
  readonly message: string;
  /** Of the request, as the gateway names it; "" = it is not about one. */
  readonly field: string;
  /** A sentence for whoever writes the program; "" = the message says it all. */
  readonly hint: string;
};

/** What can be done, by code: only where it is more than the message says. */
const hints: Readonly<Record<string, string>> = {
  "000-001": "The gateway hands out events in another way: GET_EVENT_MODE, or the sign-in asked for push.",
  "000-002": "Correct the field; the message has its rule.",
  "000-003": "The Guid is wrong, old or another agent's: sign in again, or resume with the newest Guid.",
  "000-007": "Wait for the reply to the first request before you send it again.",
  "100-002": "Sign in with forceSignIn to end the other session.",
  "100-004": "Check work number and password; too many wrong ones lock the account.",
  "100-006": "Sign in first: the session has ended or never was.",
  "100-007": "Try again in a moment; a Retry-After header says when.",
  "100-009": "Ask for the agent's state first, or wait for the event that ends the present one.",
  "100-010": "Release the call first, or use forceSignOut.",
  "100-013": "Choose another phone, or sign the other agent out.",
  "100-014": "The phone has to stand in the gateway's site file.",
  "100-015": "SEATWAY_FORCE_LOGIN is OFF: the other session has to end first.",
  "100-021": "Wait for the sign-in that is under way.",
  "110-016": "Wait until the lock is over, or ask an administrator for a new password.",
  "110-021": "Wait until the lock is over, or ask an administrator for a new password.",
  "200-001": "No trunk leads to this number, or it is barred: see patterns and toll in the site file.",
  "900-002": "Only supervisors and administrators may do this.",
};

/** Rules begin with the name of their field (decisions.md 8). */
const named = /^([A-Za-z_]\w*): /;

export const refusal = (retcode: string, message: string): Refused => ({
  ...{ ok: false, retcode, message },
  ...{ field: named.exec(message)?.[1] ?? "", hint: hints[retcode] ?? "" },
});
