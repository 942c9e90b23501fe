// One operation of the REST interface as plain data (operations.json). The files beside this one hold one group each;
// http/routes/ carries the groups out under the same file names.

import type { Fields, Values } from "./field.ts";
import type { ResultCode } from "./result.ts";

/** Every path of the interface begins with this; a second slash may follow it (wire.md 16). */
export const resourceRoot = "/agentgateway/resource";

export type Method = "GET" | "PUT" | "POST" | "DELETE";

/**
 * Who may ask. `sign-in`: anyone, the password decides. `session`: the Guid of that agent's session (decisions.md 2).
 * `sign-of-life`: the same, and the request keeps the session alive and may bring a new Guid (decisions.md 1).
 * `heartbeat`: keeps the session alive and brings no new Guid: programs that send it have an older one and keep it.
 * `trusted-host`: no agent in the path; only hosts that the setting lists (decisions.md 4).
 * `configuration`: no agent in the path either; the Guid of an administrator's session.
 */
export type Access = "sign-in" | "session" | "sign-of-life" | "heartbeat" | "trusted-host" | "configuration";

/** What is not in this product answers so. */
export type Missing = { readonly code: ResultCode; readonly why: string };

/** What follows `retcode` on success: nothing, the reserved object `{}`, a value, or the events of a poll. `file`: no envelope. */
export type ResultForm = "none" | "reserved" | "value" | "event" | "file";

export type Operation<Path extends Fields = Fields, Query extends Fields = Fields, Body extends Fields = Fields> = {
  /** Its name in operations.json. */
  readonly id: string;
  readonly method: Method;
  /** Below `resourceRoot`; `{agentid}` (`{workno}` where there is no other) is checked by the door itself and is not among the path fields. */
  readonly path: string;
  /** The documented method name in the log. */
  readonly logName: string;
  /** One sentence for the manual. */
  readonly summary: string;
  readonly access: Access;
  readonly pathFields: Path;
  readonly query: Query;
  readonly body: Body;
  readonly result: ResultForm;
  /** `message` of a success: what the documented sample shows (decisions.md 11). */
  readonly success: "" | "success";
  /** Where the form of the result comes from: the documents; or they are silent, and it is made like its siblings'. */
  readonly shape: "documented" | "sibling";
  /** What it is for is not in this product: whoever has a session and asks in the right form gets this code. */
  readonly refused?: Missing;
};

/** The fields of a request, by where they stand. */
export type Fielded<Path extends Fields = Fields, Query extends Fields = Fields, Body extends Fields = Fields> = {
  readonly pathFields: Path;
  readonly query: Query;
  readonly body: Body;
};

/** All fields of an operation, wherever they stood in the request. */
export type RequestValues<Op> =
  Op extends Fielded<infer Path, infer Query, infer Body> ? Values<Path> & Values<Query> & Values<Body> : never;

type Defaulted = "access" | "pathFields" | "query" | "body" | "result" | "success" | "shape" | "refused";

type Description<Path extends Fields, Query extends Fields, Body extends Fields> = Omit<
  Operation<Path, Query, Body>,
  Defaulted
> &
  Partial<Pick<Operation<Path, Query, Body>, Defaulted>>;

type None = Readonly<Record<never, never>>;

/**
 * Describes an operation; what it leaves out: access by session, no fields, the reserved object, message "success",
 * a documented form.
 */
export const operation = <Path extends Fields = None, Query extends Fields = None, Body extends Fields = None>(
  description: Description<Path, Query, Body>,
): Operation<Path, Query, Body> => ({
  access: "session",
  pathFields: {} as Path,
  query: {} as Query,
  body: {} as Body,
  result: "reserved",
  success: "success",
  shape: "documented",
  ...description,
});
