// What `seatway conformance` asks with: bare HTTP, so that the spelling of headers and every byte of a body are seen as they came.

import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { resourceRoot } from "../contract/operation.ts";

export type Order = {
  readonly url: string;
  readonly agent: string;
  readonly phone: string;
  readonly called: string;
  readonly password: string;
  /** Take any certificate: what is tested is the interface. */
  readonly insecure: boolean;
};

export type Reply = {
  readonly status: number;
  /** Name, value, name, value, as they were spelled. */
  readonly rawHeaders: readonly string[];
  readonly text: string;
  /** undefined when it is no JSON object. */
  readonly envelope: Envelope | undefined;
};

export type Envelope = {
  readonly message?: unknown;
  readonly retcode?: unknown;
  readonly result?: unknown;
  readonly event?: unknown;
};

export type Request = {
  /** "PUT /voicecall/@/callout": `@` is the work number. */
  readonly line: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export const headerOf = ({ rawHeaders }: Reply, name: string): string | undefined => {
  const at = rawHeaders.findIndex((each, index) => index % 2 === 0 && each === name);
  return at < 0 ? undefined : rawHeaders[at + 1];
};

const envelopeOf = (text: string): Envelope | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** A poll is held for 10 s by the documents, and no program waits for 20 (wire.md 7). */
const PATIENCE_MS = 20_000;

/** Rejects when nobody answers. */
export function ask({ url, agent, insecure }: Order, { line, body, headers = {} }: Request): Promise<Reply> {
  const [method = "", path = ""] = line.split(" ");
  const target = new URL(`${url.replace(/\/$/, "")}${resourceRoot}${path.replace("@", agent)}`);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const type = text === undefined ? {} : { "Content-Type": "application/json; charset=UTF-8" };
  const length = text === undefined ? {} : { "Content-Length": String(Buffer.byteLength(text)) };
  return new Promise((resolve, reject) => {
    const options = { method, headers: { ...type, ...length, ...headers }, timeout: PATIENCE_MS };
    const send = target.protocol === "https:" ? httpsRequest : httpRequest;
    const asked = send(target, { ...options, ...(insecure ? { rejectUnauthorized: false } : {}) }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const read = Buffer.concat(chunks).toString("utf8");
        const { statusCode: status = 0, rawHeaders } = response;
        resolve({ status, rawHeaders, text: read, envelope: envelopeOf(read) });
      });
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)));
    asked.on("error", reject);
    asked.end(text);
  });
}
