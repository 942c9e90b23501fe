// The control interface of the simulation: JSON over HTTP on loopback, for tests and the console (docs/sim.md). It only
// answers requests that name a loopback host, so that no page of the open web reaches it by DNS rebinding or by a form.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Behaviour, readChange } from "./behaviour.ts";

export type Heard = {
  /** Whether a call is up. Without one the figures are those of the last call, and there are no levels. */
  readonly call: boolean;
  /** dB relative to a full-scale sine, over the last second; null without a call. */
  readonly level: number | null;
  /** The same for each frequency that was asked for. */
  readonly levels: Readonly<Record<string, number>>;
  /** Digits received as telephone-events. */
  readonly digits: string;
  readonly audio: { readonly packetsIn: number; readonly packetsOut: number; readonly lost: number };
  readonly video: { readonly packetsIn: number; readonly packetsOut: number; readonly lost: number };
};

/** INVITEs that opened a call, and the text of the last one of all (a re-INVITE counts as text only). */
export type Invites = { readonly count: number; readonly last: string };

export type StationView = {
  readonly number: string;
  readonly calls: number;
  /** null for a party. */
  readonly registered: boolean | null;
  /** The last call that it has placed, and the status of the last response to it; 0 = none yet. */
  readonly placed: { readonly to: string; readonly status: number } | null;
  readonly behaviour: Behaviour;
};

/** One simulated phone or party, as the control interface sees it. */
export type Controlled = {
  view(): StationView;
  change(change: Partial<Behaviour>): void;
  reset(): void;
  /** Calls this number at the gateway; false: it is not there yet. */
  call(to: string): boolean;
  /** Digits in its latest call; false: there is none that is answered, or not these. */
  dial(digits: string): boolean;
  /** Ends its calls; how many there were. */
  hangUp(): number;
  /** null when it never had a call. */
  heard(frequencies: readonly number[]): Promise<Heard | null>;
  invites(): Invites;
};

export type Town = {
  /** undefined: no such phone, or not a phone number. */
  station(kind: Kind, number: string): Controlled | undefined;
  stations(kind: Kind): readonly Controlled[];
};

export type Kind = "phones" | "parties";

type Reply = { readonly status: number; readonly body: unknown; readonly allow?: string };

const problem = (status: number, error: string): Reply => ({ status, body: { error } });
const longestBody = 4_096;

/** The server does not listen yet: the caller binds it to loopback. */
export function controlServer(town: Town): Server {
  const server = createServer((request, response) => {
    void answer(town, request)
      .catch(() => problem(500, "the simulation failed"))
      .then((reply) => write(response, reply));
  });
  // Nobody who means well needs longer to send a line of JSON.
  server.requestTimeout = 5_000;
  return server;
}

function write(response: ServerResponse, { status, body, allow }: Reply): void {
  response.statusCode = status;
  if (allow !== undefined) response.setHeader("Allow", allow);
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.end(JSON.stringify(body));
}

async function answer(town: Town, request: IncomingMessage): Promise<Reply> {
  if (!isLoopback(request.headers.host)) return problem(403, "Host: a loopback address");
  const { origin } = request.headers;
  if (origin !== undefined && !isLoopback(origin.replace(/^https?:\/\//, ""))) {
    return problem(403, "Origin: a loopback address");
  }
  const url = URL.parse(request.url ?? "", "http://loopback");
  const [kind, number, action, ...more] = segments(url?.pathname ?? "");
  if (url === null || more.length > 0) return problem(404, "no such path");
  if (kind === "reset" && number === undefined) return resetAll(town, request.method);
  if (kind !== "phones" && kind !== "parties") return problem(404, "no such path; known: /phones, /parties, /reset");
  if (number === undefined || number === "") return all(town, kind, request.method);
  const station = town.station(kind, number);
  if (!station) return problem(404, `${kind}: no such number`);
  return one(station, { request, action, query: url.searchParams });
}

/** Unescaped, since # of a number is %23 in a path; none when an escape is broken. */
function segments(path: string): readonly string[] {
  try {
    return path.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return [];
  }
}

/** `127.0.0.1:8080`, `localhost`, `[::1]:80`: what a browser cannot be made to send for another site's name. */
const isLoopback = (host: string | undefined): boolean =>
  host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/.test(host);

function resetAll(town: Town, method: string | undefined): Reply {
  if (method !== "POST") return notAllowed("POST");
  for (const station of [...town.stations("phones"), ...town.stations("parties")]) station.reset();
  return { status: 200, body: {} };
}

function all(town: Town, kind: Kind, method: string | undefined): Reply {
  if (method !== "GET") return notAllowed("GET");
  return { status: 200, body: town.stations(kind).map((station) => station.view()) };
}

const notAllowed = (allow: string): Reply => ({ ...problem(405, `method: ${allow}`), allow });

type Request = {
  readonly request: IncomingMessage;
  readonly action: string | undefined;
  readonly query: URLSearchParams;
};

const methods: Readonly<Record<string, string>> = {
  "": "GET, PUT",
  heard: "GET",
  invites: "GET",
  call: "POST",
  dial: "POST",
  hangup: "POST",
  reset: "POST",
};

async function one(station: Controlled, { request, action = "", query }: Request): Promise<Reply> {
  const allowed = Object.hasOwn(methods, action) ? methods[action] : undefined;
  if (allowed === undefined) return problem(404, "no such path; known: heard, invites, call, dial, hangup, reset");
  if (!allowed.split(", ").includes(request.method ?? "")) return notAllowed(allowed);
  switch (`${request.method} ${action}`) {
    case "PUT ":
      return change(station, request);
    case "POST call":
      return call(station, request);
    case "POST dial":
      return dial(station, request);
    case "GET heard":
      return heard(station, query.get("frequencies") ?? "");
    case "GET invites":
      return { status: 200, body: station.invites() };
    case "POST hangup":
      return { status: 200, body: { calls: station.hangUp() } };
    case "POST reset":
      station.reset();
      return { status: 200, body: station.view() };
    default:
      return { status: 200, body: station.view() };
  }
}

type Body = { readonly body: unknown };

/** A form of a foreign page cannot send this content type without a preflight, which nobody here answers. */
async function readJson(request: IncomingMessage): Promise<Body | Reply> {
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
    return problem(415, "Content-Type: application/json");
  }
  const text = await readBody(request);
  return text === undefined ? problem(413, `body: at most ${longestBody} bytes`) : { body: parse(text) };
}

/** The one field of a body; undefined when there are others, or it is not of this form. */
function onlyField(body: unknown, name: string, form: RegExp): string | undefined {
  if (typeof body !== "object" || body === null || Object.keys(body).join() !== name) return undefined;
  const value: unknown = Object.values(body)[0];
  return typeof value === "string" && form.test(value) ? value : undefined;
}

async function call(station: Controlled, request: IncomingMessage): Promise<Reply> {
  const read = await readJson(request);
  if ("status" in read) return read;
  const to = onlyField(read.body, "to", /^[0-9*#+]{1,24}$/);
  if (to === undefined) return problem(400, "to: 1 to 24 of 0-9, *, # and +, and no other field");
  return station.call(to) ? { status: 200, body: station.view() } : problem(409, "the gateway is not there yet");
}

async function dial(station: Controlled, request: IncomingMessage): Promise<Reply> {
  const read = await readJson(request);
  if ("status" in read) return read;
  const digits = onlyField(read.body, "digits", /^[0-9*#A-D]{1,32}$/);
  if (digits === undefined) return problem(400, "digits: 1 to 32 of 0-9, *, # and A-D, and no other field");
  return station.dial(digits) ? { status: 200, body: station.view() } : problem(409, "no call that is answered");
}

async function change(station: Controlled, request: IncomingMessage): Promise<Reply> {
  const read = await readJson(request);
  if ("status" in read) return read;
  const change = readChange(read.body);
  if ("broken" in change) return problem(400, change.broken);
  if (change.registered !== undefined && station.view().registered === null) {
    return problem(400, "registered: only phones register");
  }
  station.change(change);
  return { status: 200, body: station.view() };
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function heard(station: Controlled, text: string): Promise<Reply> {
  const frequencies = text === "" ? [] : text.split(",");
  if (frequencies.length > 16 || !frequencies.every((hertz) => /^\d{2,4}$/.test(hertz))) {
    return problem(400, "frequencies: up to 16 whole numbers in Hz, separated by commas");
  }
  const report = await station.heard(frequencies.map(Number));
  return report ? { status: 200, body: report } : problem(409, "no call yet");
}
