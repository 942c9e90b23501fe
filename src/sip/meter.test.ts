import assert from "node:assert/strict";
import { test } from "node:test";
import type { SipReport } from "./face.ts";
import { parse } from "./message/parse.ts";
import { isMalformed } from "./message/syntax.ts";
import { meter } from "./meter.ts";

const lines = (...text: string[]): string => [...text, "", ""].join("\r\n");
const response = (status: string, cseq: string): string =>
  lines(`SIP/2.0 ${status}`, "Via: SIP/2.0/UDP a;branch=z9hG4bK1", `CSeq: ${cseq}`, "Content-Length: 0");

function told(write: (counted: NonNullable<ReturnType<typeof meter>>) => void): SipReport[] {
  const reports: SipReport[] = [];
  const counted = meter({ report: (report) => reports.push(report) });
  assert.ok(counted);
  write(counted);
  return reports;
}

const table: readonly (readonly [message: string, method: string, status: string | undefined])[] = [
  [lines("INVITE sip:a SIP/2.0", "CSeq: 1 INVITE"), "INVITE", undefined],
  [lines("FROBNICATE sip:a SIP/2.0", "CSeq: 1 FROBNICATE"), "other", undefined],
  [response("486 Busy Here", "7 INVITE"), "INVITE", "486"],
  [response("100 Trying", "1 OPTIONS"), "OPTIONS", "100"],
  [response("499 Whatever", "1 BYE"), "BYE", "4xx"],
  [response("200 OK", "1 FROBNICATE"), "other", "200"],
];
for (const [text, method, status] of table)
  test(`${text.split("\r\n", 1)} is counted as ${method} ${status ?? ""}, both ways`, () => {
    const bytes = Buffer.from(text);
    const message = parse(bytes);
    assert.ok(!isMalformed(message));
    const [sent, received] = told((counted) => {
      counted.sent(bytes);
      counted.received(message);
    });
    const said = status === undefined ? { type: "request", method } : { type: "response", method, status };
    assert.deepEqual(
      [sent, received],
      [
        { ...said, direction: "out" },
        { ...said, direction: "in" },
      ],
    );
  });

test("nobody counts: nothing is made", () => {
  assert.equal(meter({}), undefined);
});
