// An example of every operation: the smallest request that its fields allow, asked by agent 101 of the demo site, freshly signed in,
// and what the gateway answers. What is different each time (Guids, call ids, times) stands in the document as a sample.

import type { Field, Fields } from "../src/contract/field.ts";
import { type Operation, resourceRoot } from "../src/contract/operation.ts";
import { coerce } from "../src/http/check.ts";
import { type Example, type Examples, everyOperation } from "./open-api.ts";
import { askOperator } from "./operator-examples.ts";
import { sampled } from "./sampled.ts";
import { settled } from "./settled.ts";

type Who = { readonly agent: string; readonly phone: string };
const seller: Who = { agent: "101", phone: "40001" };
/** He may read and change what is others'. */
const administrator: Who = { agent: "120", phone: "40020" };
const whoAsks = ({ id, access }: Operation): Who =>
  access === "configuration" ||
  /^(qualitycontrol|agentgroup|querymonitor|queuedevice|previewlist|calldata\.query.*Info)/.test(id)
    ? administrator
    : seller;

/** Values by the field's name, where the smallest that fits would say nothing. */
const byName: Readonly<Record<string, unknown>> = {
  ...{ called: "40040", callid: "1795350417-1", callId: "1795350417-1", number: "12#", skillid: 25, skillId: 25 },
  ...{ workno: "102", workNo: "102", destno: "102", phonenum: "40001", address: "102", devicetype: 2, mode: 0 },
  ...{ targetname: "voice", dstaddress: "102", destWorkNo: "102", skills: [25], addressType: 9, workNos: ["102"] },
  ...{ password: "", oldpassword: "not-the-one", newpassword: "Seatway-2026", callappdata: "note", flag: "true" },
};

/** Tried in this order. */
const candidates: readonly unknown[] = [
  "1",
  "25",
  "102",
  "40040",
  "true",
  "sample",
  "2026-01-31",
  "127.0.0.1",
  "a.wav",
  1,
  2,
  0,
];

function valueFor(name: string, field: Field): unknown {
  const tried = [...(name in byName ? [byName[name]] : []), ...candidates];
  const plain = tried.find((each) => coerce(field, each) !== undefined);
  if (plain !== undefined || field.kind === "text") return plain;
  if (field.kind === "integer") return field.minimum;
  if (field.kind !== "list") return undefined;
  const { item } = field;
  const one = item.kind === "record" ? filled(item.fields, () => true) : valueFor(name, item);
  return [one];
}

const filled = (fields: Fields, wanted: (name: string, field: Field) => boolean): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([name, field]) => wanted(name, field))
      .map(([name, field]) => [name, valueFor(name, field)]),
  );

/** Where the same name means something else. */
const byOperation: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "voicecall.callInner": { called: "102" },
};

/** Fields that a field of the same request asks for, and those that everybody sends. */
const alsoShown: ReadonlySet<string> = new Set(["phonenum", "password", "addressType", "address", "workno"]);

/** These are asked in a call with customer 40040, all others when the agent is idle. */
const inCall: ReadonlySet<string> = new Set([
  ...["release", "hold", "beginMute", "secondDial", "secondDialEx", "transfer"].map((name) => `voicecall.${name}`),
  ...["queryCallInfo", "setCallAppData", "queryCallAppData"].map((name) => `calldata.${name}`),
  ...["recordplay.beginRecord", "recordplay.beginRecordWithoutFileName", "voicecall.confJoin", "onlineagent.logout"],
]);

const worthShowing = (name: string, field: Field): boolean => field.required || alsoShown.has(name);

type Request = Pick<Example, "path" | "body">;

/** Path with its values and query, and body. */
function requestOf(operation: Operation): Request {
  const { id, path, pathFields, query, body } = operation;
  const { agent } = whoAsks(operation);
  const values = filled(pathFields, () => true);
  const named = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name] ?? agent)));
  const asked = new URLSearchParams(
    Object.entries(filled(query, (_, field) => field.required)).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]),
  ).toString();
  const target = resourceRoot + named + (asked ? `?${asked}` : "");
  return Object.keys(body).length === 0
    ? { path: target }
    : { path: target, body: { ...filled(body, worthShowing), ...byOperation[id] } };
}

async function ask(url: string, method: string, { path, body }: Request, guid: string) {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  // No body on a GET: fetch sends none.
  const init = method === "GET" ? {} : json;
  const reply = await fetch(url + path, {
    method,
    ...init,
    headers: { Guid: guid, "Content-Type": "application/json" },
  });
  const text = await reply.text();
  const newest = reply.headers.get("guid") ?? guid;
  return {
    newest,
    reply: (reply.headers.get("content-type") ?? "").includes("json") ? (JSON.parse(text) as unknown) : text,
  };
}

const customer = "40040";

/** Asks all of a gateway that serves the demo site; `control` is the address of its phones. */
export async function askAll({ url, control }: { readonly url: string; readonly control: string }): Promise<Examples> {
  const behaviour = { method: "PUT", body: JSON.stringify({ answerAfterMs: 30 }) };
  await fetch(`${control}/parties/${customer}`, { ...behaviour, headers: { "Content-Type": "application/json" } });
  const examples: Record<string, Example> = {};
  for (const operation of everyOperation) {
    const who = whoAsks(operation);
    const guid = await signIn(url, who);
    if (inCall.has(operation.id)) await talk(url, who, guid);
    const request = requestOf(operation);
    const reply = await settled(
      async () => (await ask(url, operation.method, request, guid)).reply,
      (it) => operation.id !== "recordplay.querySelfRecordFile" || JSON.stringify(it).includes('"state":"saved"'),
    );
    if (operation.id === "voicecall.callout") await answered(url, who, guid);
    examples[operation.id] = { ...request, reply: sampled(reply) };
  }
  return { ...examples, ...(await askOperator(url, talking(url))) };
}

/** The administrator is signed in as an agent too, and agent 101 in a call with the customer: its id. */
const talking = (url: string) => async (): Promise<string> => {
  await signIn(url, administrator);
  const guid = await signIn(url, seller);
  return talk(url, seller, guid);
};

async function signIn(url: string, { agent, phone }: Who): Promise<string> {
  const body = { password: "", phonenum: phone, releasephone: true };
  return (await ask(url, "PUT", { path: `${resourceRoot}/onlineagent/${agent}/forcelogin`, body }, "")).newest;
}

async function talk(url: string, { agent }: Who, guid: string): Promise<string> {
  const body = { called: customer };
  const placed = await ask(url, "PUT", { path: `${resourceRoot}/voicecall/${agent}/callout`, body }, guid);
  await answered(url, { agent }, guid);
  return (placed.reply as { readonly result: string }).result;
}

/** The customer has answered: how a call that is given up ends depends on how far it came. */
async function answered(url: string, { agent }: Pick<Who, "agent">, guid: string): Promise<void> {
  for (let polls = 0; polls < 50; polls++) {
    const { reply } = await ask(url, "GET", { path: `${resourceRoot}/agentevent/${agent}` }, guid);
    if (JSON.stringify(reply).includes("AgentEvent_Talking")) return;
  }
  throw new Error("nobody answered");
}
