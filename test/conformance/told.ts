// What the polls of a test file carried, and a row for each event of it: eventType, then workNo, then content with its keys in order.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEventType } from "../../src/contract/agent-event.ts";

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
