// `npm run api`: asks a gateway of its own for the examples and writes docs/openapi.json, docs/asyncapi.json and the pages of events and codes.

import { readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { startGateway } from "../test/support/started-gateway.ts";
import { asyncApi } from "./async-api.ts";
import { askAll } from "./examples.ts";
import type { Schema } from "./json-schema.ts";
import { examplesIn, openApi } from "./open-api.ts";
import { codesPage, eventsPage } from "./reference.ts";

const fileOf = (name: string): URL => new URL(`../docs/${name}`, import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(fileOf(name), "utf8"));
const text = (document: Schema): string => `${JSON.stringify(document, null, 1)}\n`;

/** Which of the documents are not what the contract says. */
export function stale(): readonly string[] {
  const now = { "openapi.json": openApi(examplesIn(read("openapi.json"))), "asyncapi.json": asyncApi() };
  const differs = ([name, document]: readonly [string, Schema]): boolean =>
    !isDeepStrictEqual(read(name), JSON.parse(text(document)));
  const pages = Object.entries(pagesNow()).filter(([name, page]) => readFileSync(fileOf(name), "utf8") !== page);
  return [...Object.entries(now).filter(differs), ...pages].map(([name]) => `docs/${name}`);
}

/** For people. */
const pagesNow = (): Readonly<Record<string, string>> => ({
  "events-reference.md": eventsPage(),
  "codes.md": codesPage(),
});

/** Polls that have nothing to tell come back soon. */
const quick = { AGENT_POLL_WAIT_TIMES: "1" };

export async function api(): Promise<number> {
  const gateway = await startGateway({ settings: quick });
  try {
    writeFileSync(fileOf("openapi.json"), text(openApi(await askAll(gateway))));
    writeFileSync(fileOf("asyncapi.json"), text(asyncApi()));
    for (const [name, page] of Object.entries(pagesNow())) writeFileSync(fileOf(name), page);
    return 0;
  } finally {
    await gateway.stop();
  }
}
