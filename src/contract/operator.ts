// The operator's side, for the console and for programs: what can be asked under /seatway/v1/operator, one row for each request
// (docs/operator.md). Replies are JSON without an envelope; a refusal has one, `{"message","retcode"}`, and a status of its own.

import { type Fields, optionalInteger, optionalText, requiredInteger, requiredText } from "./field.ts";
import type { Method } from "./operation.ts";
import type { ResultCode } from "./result.ts";

/** Every path of the table stands below it. */
export const operatorRoot = "/seatway/v1/operator";

/** Who may ask. `inspector`: a supervisor or an administrator of the site file, signed in here; `administrator`: him alone. */
export type OperatorRight = "anyone" | "inspector" | "administrator";

export type OperatorOperation<
  Path extends Fields = Fields,
  Query extends Fields = Fields,
  Body extends Fields = Fields,
> = {
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  /** One sentence for the manual. */
  readonly summary: string;
  readonly right: OperatorRight;
  readonly pathFields: Path;
  readonly query: Query;
  readonly body: Body;
  /** `stream`: server-sent events; `file`: bytes of a kind of their own. */
  readonly reply: "json" | "stream" | "file";
  /** Of its own refusals, beside those of the door: a wrong field, no session, no right, too many requests, a database that is away. */
  readonly codes: readonly ResultCode[];
};

type None = Readonly<Record<never, never>>;

const operation = <Path extends Fields = None, Query extends Fields = None, Body extends Fields = None>(
  line: `${Method} ${string}`,
  summary: string,
  more: Partial<Omit<OperatorOperation<Path, Query, Body>, "method" | "path" | "summary">> & { readonly id: string },
): OperatorOperation<Path, Query, Body> => {
  const [method = "", path = ""] = line.split(" ");
  return {
    ...{ method: method as Method, path, summary, right: "inspector", reply: "json", codes: [] },
    ...{ pathFields: {} as Path, query: {} as Query, body: {} as Body },
    ...more,
  };
};

const digits = "1 to 24 of digits, * and #";
const agentRule = "a work number";
const agentPath = { id: requiredText("His work number.", agentRule, { max: 9, pattern: /^[1-9]\d{0,8}$/ }) };
const callId = { callid: requiredText("Of the call.", "1 to 256 characters", { min: 1, max: 256 }) };
const taskId = { taskid: requiredInteger("Number of the recording.", { min: 1, max: 999_999_999_999 }) };
const trunk = { name: requiredText("Of the trunk.", "1 to 256 characters", { min: 1, max: 256 }) };
const siteEntry = {
  kind: requiredText("Of which list.", "agents, skills, phones, numbers or trunks", {
    max: 7,
    pattern: /^(agents|skills|phones|numbers|trunks)$/,
  }),
  key: requiredText("What it is told by: id, number, pattern or name.", "1 to 64 characters", { min: 1, max: 64 }),
};
const simulated = {
  kind: requiredText("Whose side.", "phones or parties", { max: 7, pattern: /^(phones|parties)$/ }),
  number: requiredText("Of the phone or party.", "1 to 24 of digits, *, # and +", {
    max: 24,
    pattern: /^[0-9*#+]{1,24}$/,
  }),
};
const millisecond = (description: string) => optionalInteger(description, { min: 0, max: 8.64e15, fallback: -1 });

export const operatorOperations = {
  signIn: operation("POST /session", "Signs in; the session is a cookie that no script can read.", {
    id: "signIn",
    codes: ["100-004", "110-016", "900-002"],
    right: "anyone",
    body: {
      user: requiredText("Work number of a supervisor or administrator.", agentRule, {
        max: 9,
        pattern: /^[1-9]\d{0,8}$/,
      }),
      password: optionalText("His password as an agent.", "at most 128 characters", { max: 128 }),
    },
  }),
  session: operation("GET /session", "Who is signed in.", { id: "session" }),
  signOut: operation("DELETE /session", "Ends the session.", { id: "signOut" }),
  board: operation("GET /board", "Agents, waiting calls and figures now.", { id: "board" }),
  boardEvents: operation("GET /board/events", "The same as a stream: a snapshot, then what changes.", {
    id: "boardEvents",
    reply: "stream",
  }),
  signOutAgent: operation("POST /agents/{id}/sign-out", "Ends the session of an agent, who is told by whom.", {
    id: "signOutAgent",
    codes: ["100-006"],
    pathFields: agentPath,
  }),
  supervise: operation(
    "POST /agents/{id}/supervise",
    "The operator, signed in as an agent too, hears that agent, whispers to him, talks with all, takes his call over, or ends it.",
    {
      id: "supervise",
      codes: ["000-005", "900-003", "900-004", "900-005"],
      pathFields: agentPath,
      body: {
        act: requiredText("What he does.", "listen, whisper, insert, take-over or end", {
          max: 9,
          pattern: /^(listen|whisper|insert|take-over|end)$/,
        }),
      },
    },
  ),
  force: operation("POST /agents/{id}/force", "Another agent is busy, idle or at rest; during a call, when it ends.", {
    id: "force",
    codes: ["000-005", "900-004", "900-005"],
    pathFields: agentPath,
    body: {
      state: requiredText("From now on.", "busy, idle or rest", { max: 4, pattern: /^(busy|idle|rest)$/ }),
      seconds: optionalInteger("Of the rest, until he is reminded.", { min: 1, max: 86_399, fallback: 600 }),
      cause: optionalInteger("Of the rest, as the site file has them.", { min: 1, max: 255, fallback: 1 }),
    },
  }),
  dropCall: operation("POST /calls/{callid}/drop", "Ends a call for everybody who is in it.", {
    id: "dropCall",
    codes: ["200-025"],
    pathFields: callId,
  }),
  directory: operation("GET /directory", "Agents, skills, groups, numbers and menus as the site file has them.", {
    id: "directory",
  }),
  phones: operation("GET /phones", "Phones and where they are registered.", { id: "phones" }),
  trunks: operation("GET /trunks", "What each trunk knows of itself.", { id: "trunks" }),
  testTrunk: operation("POST /trunks/{name}/test", "An OPTIONS now and, with a number, a test call.", {
    id: "testTrunk",
    right: "administrator",
    pathFields: trunk,
    body: { number: optionalText("To be called; absent: OPTIONS alone.", digits, { max: 24, pattern: /^[0-9*#]*$/ }) },
  }),
  parameters: operation("GET /parameters", "The soft parameters.", { id: "parameters" }),
  changeParameter: operation("PUT /parameters/{name}", "Writes a whole value.", {
    id: "changeParameter",
    right: "administrator",
    pathFields: { name: requiredText("Of the parameter.", "1 to 20 characters", { min: 1, max: 20 }) },
    body: { value: requiredInteger("The value from now on.", { min: 0, max: 4_294_967_295 }) },
  }),
  mml: operation("POST /mml", "Runs one MML command, as the console does.", {
    id: "mml",
    right: "administrator",
    body: { command: requiredText("The command.", "1 to 1024 characters", { min: 1, max: 1024 }) },
  }),
  audit: operation("GET /audit", "What was changed by whom, the newest first.", {
    id: "audit",
    query: { limit: optionalInteger("How many rows.", { min: 1, max: 1000, fallback: 200 }) },
  }),
  records: operation("GET /records", "Call records, as docs/records.md has them.", { id: "records" }),
  recordings: operation("GET /recordings", "Recordings, the newest first.", {
    id: "recordings",
    query: {
      agent: optionalText("Whose.", agentRule, { max: 9, pattern: /^[1-9]\d{0,8}$/ }),
      skill: optionalInteger("Of this skill.", { min: 0, max: 999_999_999, fallback: -1 }),
      callid: optionalText("Of this call.", "at most 256 characters", { max: 256 }),
      from: millisecond("Begun from this time on, ms since the epoch."),
      to: millisecond("Begun before this time."),
      offset: optionalInteger("So many are passed over.", { min: 0, max: 1_000_000, fallback: 0 }),
      limit: optionalInteger("How many.", { min: 1, max: 500, fallback: 100 }),
    },
  }),
  audio: operation("GET /recordings/{taskid}/audio", "The WAV file, or a range of it.", {
    id: "audio",
    codes: ["104-005"],
    reply: "file",
    pathFields: taskId,
  }),
  peaks: operation("GET /recordings/{taskid}/peaks", "The loudest sample of each of so many equal spans, by channel.", {
    id: "peaks",
    codes: ["104-005"],
    pathFields: taskId,
    query: { spans: optionalInteger("How many.", { min: 1, max: 2000, fallback: 600 }) },
  }),
  siteEntries: operation(
    "GET /site",
    "Agents, skills, phones, numbers and trunks as the site file and operators have them.",
    {
      id: "siteEntries",
      right: "administrator",
    },
  ),
  createEntry: operation(
    "POST /site/{kind}/{key}",
    "A new entry of the site; the body has its fields as the site file has them.",
    {
      id: "createEntry",
      right: "administrator",
      pathFields: siteEntry,
    },
  ),
  changeEntry: operation(
    "PUT /site/{kind}/{key}",
    "Fields of an entry; null takes one away, what is not named stays.",
    {
      id: "changeEntry",
      codes: ["104-005"],
      right: "administrator",
      pathFields: siteEntry,
    },
  ),
  removeEntry: operation("DELETE /site/{kind}/{key}", "The entry is no more.", {
    id: "removeEntry",
    codes: ["104-005"],
    right: "administrator",
    pathFields: siteEntry,
  }),
  takeBackEntry: operation("POST /site/{kind}/{key}/take-back", "The entry is as the site file has it.", {
    id: "takeBackEntry",
    codes: ["104-005"],
    right: "administrator",
    pathFields: siteEntry,
  }),
  settings: operation("GET /settings", "Every setting: meaning, value now, where it comes from; secrets are masked.", {
    id: "settings",
    right: "administrator",
  }),
  reload: operation(
    "POST /reload",
    "Reads site file and certificate anew: all that has changed is in force, or nothing.",
    {
      id: "reload",
      right: "administrator",
    },
  ),
  users: operation("GET /users", "Who may do what.", { id: "users", right: "administrator" }),
  timeline: operation("GET /calls/{callid}/timeline", "All that is known of a call, in one list.", {
    id: "timeline",
    pathFields: callId,
  }),
  stations: operation("GET /simulation", "The simulated phones and parties of the demo site.", { id: "stations" }),
  behave: operation("PUT /simulation/{kind}/{number}", "Changes how one of them behaves; docs/sim.md has the fields.", {
    id: "behave",
    pathFields: simulated,
  }),
  simulate: operation("POST /simulation/{kind}/{number}/{action}", "It calls, dials, hangs up, or is as it was.", {
    id: "simulate",
    pathFields: {
      ...simulated,
      action: requiredText("What it does.", "call, dial, hangup or reset", {
        max: 6,
        pattern: /^(call|dial|hangup|reset)$/,
      }),
    },
  }),
} as const;

export type OperatorOperationId = keyof typeof operatorOperations;

/** A refusal of any of them. `field`: the one that is wrong, where one is. */
export type OperatorRefusal = { readonly message: string; readonly retcode: string };
