// The rows of `seatway conformance`, in the order in which they are tried: wire facts (docs/api/wire.md), operations, codes and events
// of one agent who signs in, calls and leaves. A row throws, or says what is wrong.

import { headerOf, type Reply } from "./conformance-client.ts";
import type { TestedSession, Told } from "./conformance-session.ts";

/** undefined: it holds. */
type Verdict = string | undefined;
export type Row = {
  readonly row: string;
  readonly says: string;
  readonly holds: (session: TestedSession) => Verdict | Promise<Verdict>;
};

const is = (seen: unknown, wanted: unknown): Verdict =>
  seen === wanted ? undefined : `${JSON.stringify(seen)} in place of ${JSON.stringify(wanted)}`;

const all = async (checks: readonly (Verdict | Promise<Verdict>)[]): Promise<Verdict> =>
  (await Promise.all(checks)).find((each) => each !== undefined);

const codeIs =
  (line: string, wanted: string, body?: unknown) =>
  async (session: TestedSession): Promise<Verdict> =>
    is(await session.code(line, body), wanted);

const names = (told: readonly Told[]): string => told.map(({ eventType }) => eventType).join(", ");

/** These names come in this order; others may stand between them. */
function inOrder(told: readonly Told[], wanted: readonly string[]): Verdict {
  const seen = told.map(({ eventType }) => eventType).filter((name) => wanted.includes(name));
  return is(seen.join(", "), wanted.join(", "));
}

const every = (session: TestedSession, wrong: (reply: Reply) => Verdict): Verdict =>
  session.replies.map(wrong).find((each) => each !== undefined);

const result = (reply: Reply): Readonly<Record<string, unknown>> =>
  (reply.envelope?.result ?? {}) as Readonly<Record<string, unknown>>;

let call = "";

const signIn: readonly Row[] = [
  {
    row: "code 100-006",
    says: "whoever has no session is not signed in",
    holds: async (session) => {
      await session.ask("DELETE /onlineagent/@/forcelogout");
      return is(await session.code("GET /onlineagent/@/agentstatus"), "100-006");
    },
  },
  {
    row: "wire 12",
    says: "a forced sign-in of an agent who is not signed in succeeds, with texts for numbers (17)",
    holds: async (session) => {
      const reply = await session.signIn();
      return is(reply.envelope?.retcode, "0") && reply.text;
    },
  },
  {
    row: "wire 9",
    says: "a sign-in brings Set-GUID, spelled so: JSESSIONID=<guid>, one = and no attributes",
    holds: async (session) => {
      const reply = await session.signIn();
      return /^JSESSIONID=[^=;:]+$/.test(headerOf(reply, "Set-GUID") ?? "")
        ? undefined
        : `Set-GUID: ${headerOf(reply, "Set-GUID") === undefined ? "absent" : "another form"}`;
    },
  },
  {
    row: "wire 21",
    says: "the result of a sign-in: workno, loginTime and isForceChange are texts",
    holds: async (session) => {
      const { workno, loginTime, isForceChange } = result(await session.signIn());
      return all([is(workno, session.order.agent), is(typeof loginTime, "string"), is(typeof isForceChange, "string")]);
    },
  },
  {
    row: "event sign-in",
    says: "AgentOther_InService, then AgentState_Ready",
    holds: async (session) =>
      inOrder(await session.until("AgentState_Ready"), ["AgentOther_InService", "AgentState_Ready"]),
  },
  {
    row: "wire 5",
    says: "an empty poll, byte for byte",
    holds: async (session) => is((await session.ask("GET /agentevent/@")).text, '{"message":"","retcode":"0"}'),
  },
];

const requests: readonly Row[] = [
  {
    row: "code 100-002",
    says: "login of an agent who is signed in",
    holds: (session) =>
      codeIs("PUT /onlineagent/@", "100-002", { password: session.order.password, phonenum: session.order.phone })(
        session,
      ),
  },
  {
    row: "code 000-003",
    says: "a wrong Guid",
    holds: async (session) =>
      is(
        (await session.ask("GET /onlineagent/@/agentstatus", undefined, { Guid: "wrong" })).envelope?.retcode,
        "000-003",
      ),
  },
  {
    row: "wire 11",
    says: "the Guid in a header of any letter case, or in the cookie JSESSIONID",
    holds: async (session) => {
      const { guid } = session;
      const ways = [{ guid }, { GUID: guid }, { Cookie: `JSESSIONID=${guid}` }];
      return all(
        ways.map(async (headers) =>
          is((await session.ask("GET /onlineagent/@/agentstatus", undefined, headers)).envelope?.retcode, "0"),
        ),
      );
    },
  },
  { row: "wire 16", says: "a double slash after resource", holds: codeIs("GET //onlineagent/@/agentstatus", "0") },
  {
    row: "wire 18",
    says: "parameters and fields that mean nothing are passed over",
    holds: async (session) =>
      is(await session.code("POST /onlineagent/@/autoenteridle/true?time=1", { nothing: [1] }), "0"),
  },
  {
    row: "wire 27",
    says: "agentState 1 to 8, isWorking true or false",
    holds: async (session) => {
      const { agentState, isWorking } = result(await session.ask("GET /onlineagent/@/agentstatus"));
      return all([is(agentState, 4), is(isWorking, false)]);
    },
  },
  {
    row: "onlineagent.sayBusy",
    says: "AgentState_SetNotReady_Success",
    holds: async (session) =>
      all([
        is(await session.code("POST /onlineagent/@/saybusy"), "0"),
        is(names(await session.until("AgentState_SetNotReady_Success")), "AgentState_SetNotReady_Success"),
      ]),
  },
  {
    row: "onlineagent.cancelBusy",
    says: "AgentState_CancelNotReady_Success",
    holds: async (session) => {
      const code = is(await session.code("POST /onlineagent/@/cancelbusy"), "0");
      await session.until("AgentState_CancelNotReady_Success");
      return code;
    },
  },
  {
    row: "onlineagent.sayWork",
    says: "AgentState_SetWork_Success or AgentState_Work",
    holds: async (session) => {
      const code = is(await session.code("POST /onlineagent/@/work"), "0");
      await session.until("AgentState_SetWork_Success");
      return code;
    },
  },
  {
    row: "onlineagent.cancelWork",
    says: "AgentState_CancelWork_Success",
    holds: async (session) => {
      const code = is(await session.code("POST /onlineagent/@/cancelwork"), "0");
      await session.until("AgentState_CancelWork_Success");
      return code;
    },
  },
  { row: "code 000-002", says: "a callout without a number", holds: codeIs("PUT /voicecall/@/callout", "000-002", {}) },
  { row: "code 200-013", says: "hold without a call", holds: codeIs("POST /voicecall/@/hold", "200-013") },
  { row: "code 200-003", says: "mute without a call", holds: codeIs("POST /voicecall/@/beginmute", "200-003") },
  {
    row: "wire 28",
    says: "release without a call is 200-017",
    holds: codeIs("DELETE /voicecall/@/release", "200-017"),
  },
];

const settingUp = [
  "AgentOther_PhoneAlerting",
  "AgentOther_PhoneOffhook",
  "AgentState_Busy",
  "AgentEvent_Customer_Alerting",
  "AgentEvent_Talking",
];
const contentOf = (session: TestedSession, eventType: string): Readonly<Record<string, unknown>> =>
  (session.told.findLast((each) => each.eventType === eventType)?.content ?? {}) as Readonly<Record<string, unknown>>;

const talk: readonly Row[] = [
  {
    row: "voicecall.callout",
    says: "the call id as a text (wire 22)",
    holds: async (session) => {
      const { envelope, text } = await session.ask("PUT /voicecall/@/callout", {
        called: session.order.called,
        skillid: 0,
      });
      call = String(envelope?.result);
      return is(envelope?.retcode, "0") && text;
    },
  },
  {
    row: "event callout",
    says: settingUp.join(", "),
    holds: async (session) => inOrder(await session.until("AgentEvent_Talking"), settingUp),
  },
  {
    row: "wire 22",
    says: "the callid of Customer_Alerting and Talking is the result of callout",
    holds: (session) =>
      all(
        ["AgentEvent_Customer_Alerting", "AgentEvent_Talking"].map((name) =>
          is(contentOf(session, name)["callid"], call),
        ),
      ),
  },
  {
    row: "wire 23",
    says: "PhoneAlerting of the agent's own call has content null",
    holds: (session) =>
      is(
        JSON.stringify(session.told.findLast(({ eventType }) => eventType === "AgentOther_PhoneAlerting")?.content),
        "null",
      ),
  },
  {
    row: "wire 24",
    says: "Talking shows called",
    holds: (session) => is(contentOf(session, "AgentEvent_Talking")["called"], session.order.called),
  },
  {
    row: "code 100-007",
    says: "a second callout in a call",
    holds: (session) => codeIs("PUT /voicecall/@/callout", "100-007", { called: session.order.called })(session),
  },
  { row: "voicecall.beginMute", says: "muted", holds: codeIs("POST /voicecall/@/beginmute", "0") },
  {
    row: "voicecall.endMute",
    says: "not muted any more; a second time 200-008",
    holds: async (session) =>
      (await codeIs("POST /voicecall/@/endmute", "0")(session)) ??
      codeIs("POST /voicecall/@/endmute", "200-008")(session),
  },
  {
    row: "voicecall.hold",
    says: "AgentEvent_Hold, whose content is the call id",
    holds: async (session) => {
      const code = is(await session.code("POST /voicecall/@/hold"), "0");
      const told = await session.until("AgentEvent_Hold");
      return code ?? is(told.at(-1)?.content, call);
    },
  },
  {
    row: "voicecall.getHold",
    says: "AgentEvent_Talking",
    holds: async (session) => {
      const code = is(await session.code(`POST /voicecall/@/gethold?callid=${call}`), "0");
      await session.until("AgentEvent_Talking");
      return code;
    },
  },
  {
    row: "calldata.queryCallInfo",
    says: "callid a text, callfeature a number (wire 27)",
    holds: async (session) => {
      const { callid, callfeature } = result(await session.ask("GET /calldata/@/callinfo"));
      return all([is(callid, call), is(typeof callfeature, "number")]);
    },
  },
  {
    row: "voicecall.release",
    says: "AgentEvent_Call_Release with the call id, PhoneRelease, Ready",
    holds: async (session) => {
      const code = is(await session.code("DELETE /voicecall/@/release"), "0");
      const told = await session.until("AgentState_Ready");
      const wanted = ["AgentEvent_Call_Release", "AgentOther_PhoneRelease", "AgentState_Ready"];
      return code ?? inOrder(told, wanted) ?? is(told.find(({ eventType }) => eventType === wanted[0])?.content, call);
    },
  },
  { row: "onlineagent.logout", says: "signed out", holds: codeIs("DELETE /onlineagent/@/logout", "0") },
];

/** Judged by all that was answered. */
const overall: readonly Row[] = [
  {
    row: "wire 1",
    says: "status 200 for every reply, refusals included",
    holds: (session) => every(session, ({ status }) => is(status, 200)),
  },
  {
    row: "wire 2",
    says: "Content-Type: application/json, exactly",
    holds: (session) => every(session, (reply) => is(headerOf(reply, "Content-Type"), "application/json")),
  },
  {
    row: "wire 3",
    says: "retcode and workNo are texts",
    holds: (session) =>
      every(session, ({ envelope }) => is(typeof envelope?.retcode, "string")) ??
      session.told.map(({ workNo }) => is(typeof workNo, "string")).find((each) => each),
  },
  {
    row: "wire 4",
    says: "message, retcode, then result or event; no white space between, nothing behind",
    holds: (session) =>
      every(
        session,
        ({ text, envelope }) =>
          is(text, JSON.stringify(envelope)) ??
          (/^\{"message":"(?:[^"\\]|\\.)*","retcode":"[\d-]+"[,}]/.test(text) ? undefined : text),
      ),
  },
  {
    row: "wire 6",
    says: "a poll carries one event, as an object",
    holds: (session) => every(session, ({ envelope }) => (Array.isArray(envelope?.event) ? "an array" : undefined)),
  },
];

export const rows: readonly Row[] = [...signIn, ...requests, ...talk, ...overall];
