// What was typed, checked: `parse…` gives an order or the one line that says what is wrong.

import { parseArgs } from "node:util";
import type { ConformanceOrder } from "./conformance.ts";

export type WrongUsage = { readonly wrong: string };

export type CallOutOrder = {
  readonly url: string;
  readonly agent: string;
  readonly phone: string;
  readonly password: string;
  /** Ends a session of this agent elsewhere. */
  readonly force: boolean;
  readonly called: string;
  readonly caller?: string;
  readonly skill?: number;
  readonly media?: 0 | 1 | 2;
  readonly direction?: 1 | 2 | 3 | 4;
  readonly talkMs: number;
  readonly fingerprint?: string;
  /** Path of a PEM file. */
  readonly ca?: string;
};

export type TraceOrder = {
  /** Origin of the plain HTTP port. */
  readonly url: string;
  /** A call id, or a SIP Call-ID. */
  readonly id: string;
  /** Path of the file to write. */
  readonly pcap?: string;
  /** Print the messages too. */
  readonly messages: boolean;
};

export type MmlOrder = { readonly line: string; readonly host: string; readonly port: number };

/** `name` absent: list all. */
export type TrunkOrder = { readonly url: string; readonly name?: string; readonly call?: string };

/** `filters` as the gateway's own face has them, which checks them too. */
export type RecordsOrder = {
  readonly url: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly format: "json" | "csv" | "legs";
  readonly limit: number;
};

type Environment = Readonly<Record<string, string | undefined>>;

const callOutOptions = {
  agent: { type: "string" },
  phone: { type: "string" },
  called: { type: "string" },
  caller: { type: "string" },
  skill: { type: "string" },
  media: { type: "string" },
  direction: { type: "string" },
  url: { type: "string", default: "http://127.0.0.1:8000" },
  password: { type: "string" },
  talk: { type: "string", default: "2s" },
  force: { type: "boolean", default: false },
  fingerprint: { type: "string" },
  ca: { type: "string" },
} as const;

/** Numbers of phones are left to the gateway, which names field and rule. */
export function parseCallOut(argv: readonly string[], environment: Environment): CallOutOrder | WrongUsage {
  const typed = typedOptions(argv);
  if ("wrong" in typed) return typed;
  const { agent, phone, called, url, force } = typed;
  if (agent === undefined || phone === undefined || called === undefined) {
    return { wrong: "callout needs --agent, --phone and --called" };
  }
  const talkMs = duration(typed.talk);
  if (talkMs === undefined) return { wrong: "--talk: a time such as 2s or 500ms, an hour at most" };
  const broken = rules.find(([name, pattern]) => typed[name] !== undefined && !pattern.test(typed[name]));
  if (broken) return { wrong: `--${broken[0]}: ${broken[2]}` };
  if (!isOrigin(url)) return { wrong: "--url: http://host:port or https://host:port" };
  const password = typed.password ?? environment["SEATWAY_PASSWORD"] ?? "";
  return { url, agent, phone, password, force, called, talkMs, ...chosen(typed) };
}

const rules = [
  ["agent", /^\d{1,6}$/, "a work number, digits"],
  ["skill", /^\d{1,9}$/, "a skill id, digits"],
  ["media", /^[012]$/, "0 audio, 1 video, 2 video when possible"],
  ["direction", /^[1-4]$/, "1, 2, 3 or 4"],
] as const;

type Typed = Exclude<ReturnType<typeof typedOptions>, WrongUsage>;

/** The optional fields that were typed: an absent one leaves the choice to the gateway. */
function chosen({ caller, skill, media, direction, fingerprint, ca }: Typed) {
  return {
    ...(caller === undefined ? {} : { caller }),
    ...(skill === undefined ? {} : { skill: Number(skill) }),
    ...(media === undefined ? {} : { media: Number(media) as 0 | 1 | 2 }),
    ...(direction === undefined ? {} : { direction: Number(direction) as 1 | 2 | 3 | 4 }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(ca === undefined ? {} : { ca }),
  };
}

/** Unknown options and missing values are refused by parseArgs itself. */
function typedOptions(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: callOutOptions, strict: true }).values;
  } catch (error) {
    return { wrong: error instanceof Error ? firstSentence(error.message) : String(error) };
  }
}

/** `mml 'LST SFP:;' [--host 127.0.0.1] [--port 6000]` */
export function parseMml(argv: readonly string[], environment: Environment): MmlOrder | WrongUsage {
  const options = { host: { type: "string" }, port: { type: "string" } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
    const [line] = positionals;
    if (line === undefined || positionals.length > 1) return { wrong: "mml needs one command, in quotes" };
    if (/[\r\n]/.test(line)) return { wrong: "mml: one line, one command" };
    // The gateway would wait for the rest of it.
    if (!line.trimEnd().endsWith(";")) return { wrong: "mml: a command ends with ;, as in 'LST SFP:;'" };
    const port = values.port ?? environment["SEATWAY_MML_PORT"] ?? "6000";
    if (!isPort(port)) return { wrong: "--port: 1-65535" };
    return { line, host: values.host ?? "127.0.0.1", port: Number(port) };
  } catch (error) {
    return { wrong: error instanceof Error ? firstSentence(error.message) : String(error) };
  }
}

/** `trace 1455885056-1095 [--pcap call.pcap] [--messages] [--url http://127.0.0.1:8000]` */
export function parseTrace(argv: readonly string[]): TraceOrder | WrongUsage {
  const options = {
    url: { type: "string", default: "http://127.0.0.1:8000" },
    pcap: { type: "string" },
    messages: { type: "boolean", default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
    const [id] = positionals;
    if (id === undefined || positionals.length > 1 || id === "") return { wrong: "trace needs one call id" };
    if (!isOrigin(values.url)) return { wrong: "--url: http://host:port" };
    const { url, messages, pcap } = values;
    return { url: url.replace(/\/$/, ""), id, messages, ...(pcap === undefined ? {} : { pcap }) };
  } catch (error) {
    return { wrong: error instanceof Error ? firstSentence(error.message) : String(error) };
  }
}

const recordFilters = ["from", "to", "agent", "skill", "number", "outcome"] as const;

/** `records [--from 2026-01-31] [--agent 101] [--format csv] [--limit 1000]` */
export function parseRecords(argv: readonly string[]): RecordsOrder | WrongUsage {
  const filter = { type: "string" } as const;
  const options = {
    url: { type: "string", default: "http://127.0.0.1:8000" },
    format: { type: "string", default: "csv" },
    limit: filter,
    ...{ from: filter, to: filter, agent: filter, skill: filter, number: filter, outcome: filter },
  } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true });
    const { url, format, limit } = values;
    if (!isOrigin(url)) return { wrong: "--url: http://host:port" };
    if (format !== "json" && format !== "csv" && format !== "legs") return { wrong: "--format: csv, legs or json" };
    if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) return { wrong: "--limit: a number from 1" };
    const filters = Object.fromEntries(recordFilters.flatMap((name) => (values[name] ? [[name, values[name]]] : [])));
    return { url: url.replace(/\/$/, ""), filters, format, limit: Number(limit ?? Number.POSITIVE_INFINITY) };
  } catch (error) {
    return { wrong: error instanceof Error ? firstSentence(error.message) : String(error) };
  }
}

/** `trunk list`, `trunk doctor NAME [--call NUMBER]`, each with `[--url http://127.0.0.1:8000]` */
const conformanceOptions = {
  url: { type: "string", default: "http://127.0.0.1:8000" },
  agent: { type: "string" },
  phone: { type: "string" },
  called: { type: "string" },
  password: { type: "string" },
  json: { type: "string" },
  insecure: { type: "boolean", default: false },
} as const;

export function parseConformance(argv: readonly string[], environment: Environment): ConformanceOrder | WrongUsage {
  try {
    const { values } = parseArgs({ args: [...argv], options: conformanceOptions, strict: true });
    const { url, agent, phone, called, insecure, json } = values;
    if (!isOrigin(url)) return { wrong: "--url: http://host:port or https://host:port" };
    if (agent === undefined || phone === undefined || called === undefined) {
      return { wrong: "conformance needs --agent, --phone and --called" };
    }
    const password = values.password ?? environment["SEATWAY_PASSWORD"] ?? "";
    return { url, agent, phone, called, password, insecure, ...(json === undefined ? {} : { json }) };
  } catch (error) {
    return { wrong: error instanceof Error ? firstSentence(error.message) : String(error) };
  }
}

export function parseTrunk(argv: readonly string[]): TrunkOrder | WrongUsage {
  const options = { url: { type: "string", default: "http://127.0.0.1:8000" }, call: { type: "string" } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
    const [verb, name, ...more] = positionals;
    const { url, call } = values;
    if (!isOrigin(url)) return { wrong: "--url: http://host:port or https://host:port" };
    if (call !== undefined && !/^[0-9*#]{1,24}$/.test(call)) return { wrong: "--call: 1 to 24 of digits, * and #" };
    if (verb === "list" && name === undefined && call === undefined) return { url };
    if (verb !== "doctor" || name === undefined || more.length > 0)
      return { wrong: "trunk list, or trunk doctor NAME" };
    return { url, name, ...(call === undefined ? {} : { call }) };
  } catch (error) {
    return { wrong: error instanceof Error ? firstSentence(error.message) : String(error) };
  }
}

/** parseArgs adds advice about `--` that helps nobody here. */
const firstSentence = (message: string): string => message.split(/\. |\n/)[0] ?? message;

const isPort = (text: string): boolean => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;

/** `2s`, `1.5s`, `500ms` or plain seconds, in ms; at most an hour. */
export function duration(text: string): number | undefined {
  const found = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s)?$/.exec(text);
  if (!found) return undefined;
  const ms = Number(found[1]) * (found[2] === "ms" ? 1 : 1000);
  return ms <= 3_600_000 ? Math.round(ms) : undefined;
}

/** An origin and nothing more: a path or credentials in it would be sent along or lost without a word. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + search + hash === "" && pathname === "/";
}
