// RFC 4475: every message of the torture collection through the socket of a started endpoint, over the transport that its
// topmost Via names, and the answer that the RFC asks for. Where it leaves a choice we refuse with 400: a message that two
// readers may read in two ways is no ground for a call.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { torture } from "../support/torture.ts";

const FIXTURES = new URL("../fixtures/rfc4475/", import.meta.url);

type Row = readonly [name: string, expected: number | "silence", reason: string, line?: RegExp];

/** 486: the INVITE went through to its user, who is busy. 401: the REGISTER went through to its challenge. */
const rows: readonly Row[] = [
  ["wsinv", 481, "3.1.1.1: white space, folding and compact forms are legal; its To tag names no dialog of ours"],
  ["intmeth", 405, "3.1.1.2: every token may be a method; this one we do not serve", /^Allow: .*INVITE/m],
  ["esc01", 486, "3.1.1.3: an escaped URI in the user part"],
  ["escnull", 401, "3.1.1.4: %00 is an escape like any other"],
  ["esc02", 405, "3.1.1.5: methods have no escapes, RE%47IST%45R is not REGISTER"],
  ["lwsdisp", 200, "3.1.1.6: no space between display name and <"],
  ["longreq", 486, "3.1.1.7: long values are legal"],
  ["dblreq", 401, "3.1.1.8: bytes behind the datagram's message are no second request"],
  ["semiuri", 200, "3.1.1.9: a semicolon in the user part"],
  ["transports", 200, "3.1.1.10: any transport may stand in a Via below"],
  ["mpart01", 405, "3.1.1.11: binary parts in a body; MESSAGE is not served"],
  ["unreason", "silence", "3.1.1.12: a response to no request of ours"],
  ["noreason", "silence", "3.1.1.13: a response to no request of ours"],
  ["badinv01", 400, "3.1.2.1: empty Via parameters and unclosed quotes"],
  ["clerr", 400, "3.1.2.2: Content-Length beyond the datagram"],
  ["ncl", 400, "3.1.2.3: negative Content-Length"],
  ["scalar02", 400, "3.1.2.4: numbers beyond their range"],
  ["scalarlg", "silence", "3.1.2.5: a response with numbers beyond their range"],
  ["quotbal", 400, "3.1.2.6: quotes that do not close"],
  ["ltgtruri", 400, "3.1.2.7: <> around the Request-URI"],
  ["lwsruri", 400, "3.1.2.8: white space in the Request-URI"],
  ["lwsstart", 400, "3.1.2.9: two spaces in the request line"],
  ["trws", 400, "3.1.2.10: spaces behind the request line"],
  ["escruri", 400, "3.1.2.11: escaped headers in the Request-URI"],
  ["baddate", 400, "3.1.2.12: a Date that is not in GMT"],
  ["regbadct", 400, "3.1.2.13: a Contact with ? and no <>"],
  ["badaspec", 400, "3.1.2.14: spaces inside <>"],
  ["baddn", 400, "3.1.2.15: a comma in an unquoted display name"],
  ["badvers", 505, "3.1.2.16: SIP/7.0"],
  ["mismatch01", 400, "3.1.2.17: CSeq of another method"],
  ["mismatch02", 400, "3.1.2.18: the same with an unknown method"],
  ["bigcode", "silence", "3.1.2.19: a status that is no status"],
  ["badbranch", 200, "3.2.1: a branch that is the cookie alone counts as none"],
  ["insuf", 400, "3.3.1: no To, From, Call-ID"],
  ["unkscm", 416, "3.3.2: Request-URI of an unknown scheme"],
  ["novelsc", 416, "3.3.3: Request-URI of a known scheme that is not ours"],
  ["unksm2", 400, "3.3.4: a registrar's To must be a SIP URI"],
  ["bext01", 420, "3.3.5: unknown Require", /^Unsupported: nothingSupportsThis, nothingSupportsThisEither\r$/m],
  ["invut", 415, "3.3.6: a body of an unknown type", /^Accept: application\/sdp/m],
  ["regaut01", 401, "3.3.7: credentials of an unknown scheme are none"],
  ["multi01", 400, "3.3.8: single headers that come twice"],
  ["mcl01", 400, "3.3.9: two Content-Lengths"],
  ["bcast", "silence", "3.3.10: a response whose Via names the broadcast address"],
  ["zeromf", 200, "3.3.11: Max-Forwards 0 stops proxies, and the request is for us"],
  ["cparam01", 401, "3.3.12: an unknown Contact parameter"],
  ["cparam02", 401, "3.3.13: an unknown URI parameter"],
  ["regescrt", 401, "3.3.14: an escaped Route in a Contact URI"],
  ["sdp01", 406, "3.3.15: an Accept that leaves no SDP", /^Accept: application\/sdp/m],
  ["inv2543", 400, "3.4.1: RFC 2543 without Contact: no dialog can be made"],
  ["test", "silence", "in the archive only: no version and no Via, so no SIP and no way back"],
];

/** The transport of the topmost Via. */
function transportOf(bytes: Buffer): "udp" | "tcp" | "tls" {
  const named = /^v(?:ia)?[ \t]*:\s*SIP\s*\/\s*2\.0\s*\/\s*(\w+)/im.exec(bytes.toString("latin1"))?.[1];
  if (named === "TLS") return "tls";
  return named === "TCP" ? "tcp" : "udp";
}

const target = await torture("127.0.0.1");

describe("RFC 4475 through the socket", () => {
  test("the table has each message of the collection once", () => {
    const files = readdirSync(FIXTURES).map((file) => file.replace(".dat", ""));
    assert.deepEqual(rows.map(([name]) => name).toSorted(), files.toSorted());
    assert.equal(rows.length, 50);
  });

  for (const [name, expected, reason, line] of rows) {
    const bytes = readFileSync(new URL(`${name}.dat`, FIXTURES));
    const transport = transportOf(bytes);
    test(`${name} over ${transport}: ${expected}. RFC 4475 §${reason}`, async () => {
      const { lines, answers } = await target.send(bytes, transport);
      const statuses = lines.map((text) => Number(text.split(" ")[1]));
      assert.deepEqual(statuses, expected === "silence" ? [] : [expected], lines.join("\n"));
      if (line) assert.match(answers[0]?.text ?? "", line);
    });
  }

  after(() => assert.deepEqual(target.faults, []));
});
