// What the requests of a test file were answered, and rows for it: for each event its eventType, then workNo, then content with its
// keys in order; for each operation the codes that it has answered with.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEventType } from "../../src/contract/agent-event.ts";
import { builtOperations } from "./documents.ts";

/** The replies to the polls that carried each event. */
const seen = new Map<string, string[]>();

export function remember(body: string): void {
  const [, type] = /"eventType":"(\w+)"/.exec(body) ?? [];
  if (type) seen.set(type, [...(seen.get(type) ?? []), body]);
}

/** The last event of a session says how it ended; its content is the documented one. */
const said = (eventType: string): string =>
  eventType === "AgentOther_ShutdownService" ? 'agent \\d+ was signed out [^"]+' : "";

/** To stand at the end of a file, whose tests have then run: each of these came, and its content reads so each time. */
export function eventRows(contents: Readonly<Partial<Record<AgentEventType, RegExp>>>): void {
  for (const [eventType, content] of Object.entries(contents)) {
    test(`event ${eventType}`, () => {
      const bodies = seen.get(eventType) ?? [];
      assert.ok(bodies.length > 0, "it never came");
      for (const body of bodies) {
        const told = new RegExp(
          `^\\{"message":"${said(eventType)}","retcode":"0","event":\\{"eventType":"${eventType}","workNo":"\\d{3}","content":(.*)\\}\\}$`,
        ).exec(body);
        assert.ok(told, body);
        assert.match(told[1] ?? "", content);
      }
    });
  }
}

/** "PUT /onlineagent/@/work 0", with the path as it was asked for. */
const answered = new Set<string>();

/** `line`: as Agent.ask takes it. */
export const rememberCode = (line: string, code: string): void =>
  void answered.add(`${line.replace(/\?.*$/, "")} ${code}`);

/** To stand at the end of a file, as `eventRows`: each of these operations has answered with this code. */
export function codeRows(...pairs: readonly string[]): void {
  for (const pair of pairs) {
    test(`code ${pair}: it was answered`, () => {
      const [id, code] = pair.split(" ");
      const lines = builtOperations
        .filter((operation) => operation.id === id)
        .map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, "[^/]+")} ${code}`);
      assert.ok(lines.length > 0, "no such operation");
      assert.ok(
        [...answered].some((line) => lines.some((asked) => new RegExp(`^${asked}$`).test(line))),
        "it never was",
      );
    });
  }
}
