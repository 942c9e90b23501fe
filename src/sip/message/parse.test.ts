import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parse, type SipMessage, type SipRequest } from "./parse.ts";
import { type RequestDraft, requestBytes, responseBytes } from "./serialise.ts";
import { fromWire, isMalformed, splitList } from "./syntax.ts";
import { essentials, isUsableResponse, objectToRequest } from "./validate.ts";

const FIXTURES = new URL("../../../test/fixtures/rfc4475/", import.meta.url);

function message(bytes: Buffer): SipMessage {
  const parsed = parse(bytes);
  assert.ok(!isMalformed(parsed), JSON.stringify(parsed));
  return parsed;
}

function request(text: string): SipRequest {
  const parsed = message(Buffer.from(text.replace(/\n/g, "\r\n"), "utf8"));
  assert.equal(parsed.kind, "request");
  return parsed as SipRequest;
}

const INVITE = `INVITE sip:40%231@example.com SIP/2.0
Via: SIP/2.0/UDP pc33.example.com:5066;branch=z9hG4bK776asdhds;rport, SIP/2.0/TCP [2001:db8::9]:5060;branch=z9hG4bKold
Max-Forwards: 70
t: "Desk \\"B\\" <x>" <sip:desk@example.com;user=phone>
From: 前台 <sip:office@example.com>  ;  tag = 1928301774
i: a84b4c76e66710@pc33
CSeq: 314159 INVITE
m: <sip:office@pc33.example.com>
Subject: first
  and second line
Content-Type: application/sdp
Content-Length: 4

v=0
and bytes that nobody asked for`;

describe("parse", () => {
  test("white space around a value goes, the last byte of a letter does not", () => {
    const { headers } = request("OPTIONS sip:a SIP/2.0\nSubject: \t voilà \t\n\n");
    assert.equal(fromWire(headers.get("subject") ?? ""), "voilà");
  });

  test("reads compact names, folded lines, both Via forms, tags with spaces and a body by its length", () => {
    const invite = request(INVITE);
    const { headers } = invite;
    const found = essentials(headers);
    assert.ok(!isMalformed(found));
    assert.equal(found.callId, "a84b4c76e66710@pc33");
    assert.deepEqual(found.cseq, { number: 314159, method: "INVITE" });
    assert.equal(found.via.port, 5066);
    assert.equal(found.via.branch, "z9hG4bK776asdhds");
    assert.equal(found.from.displayName, "前台");
    assert.equal(found.to.displayName, 'Desk "B" <x>');
    assert.equal(headers.get("subject"), "first and second line");
    assert.equal(headers.list("via").length, 2);
    assert.equal(invite.body, "v=0\r");
    assert.equal(objectToRequest(invite, "udp"), undefined);
  });

  const objections: readonly (readonly [name: string, from: string | RegExp, to: string, status: number])[] = [
    ["a version from the future", "SIP/2.0\n", "SIP/7.0\n", 505],
    ["no version", " SIP/2.0\n", " SIP/2\n", 400],
    ["another scheme", "INVITE sip:40%231@example.com", "INVITE urn:service:sos", 416],
    ["a local number without its context", "INVITE sip:40%231@example.com", "INVITE tel:40", 400],
    ["sips without TLS", "INVITE sip:", "INVITE sips:", 416],
    ["an escape that is none", "40%231", "40%2x1", 400],
    ["headers in the Request-URI", "@example.com SIP", "@example.com?Route=x SIP", 400],
    ["CSeq in hexadecimal", "314159 INVITE", "0x10 INVITE", 400],
    ["CSeq with an exponent", "314159 INVITE", "1e5 INVITE", 400],
    ["CSeq with a sign", "314159 INVITE", "+10 INVITE", 400],
    ["CSeq of 2^31", "314159 INVITE", "2147483648 INVITE", 400],
    ["CSeq of another method", "314159 INVITE", "314159 BYE", 400],
    ["two Call-IDs", "Subject: first", "Call-ID: b\nSubject: first", 400],
    ["no From", /From.*\n/, "", 400],
    ["no Via", /Via.*\n/, "", 400],
    ["a Max-Forwards of 256", "Max-Forwards: 70", "Max-Forwards: 256", 400],
    ["a body shorter than promised", "Content-Length: 4", "Content-Length: 400", 400],
    ["a negative length", "Content-Length: 4", "Content-Length: -4", 400],
    ["a line without a colon", "Max-Forwards: 70", "Max-Forwards 70", 400],
    ["a display name whose quotes do not close", '\\"B\\" <x>"', "B", 400],
  ];
  for (const [name, from, to, status] of objections) {
    test(`${name} is answered with ${status}`, () => {
      const changed = INVITE.replace(from, to);
      assert.notEqual(changed, INVITE);
      assert.equal(objectToRequest(request(changed), "udp")?.status, status);
    });
  }

  test("a stream needs Content-Length", () => {
    assert.equal(objectToRequest(request(INVITE.replace(/Content-Length.*\n/, "")), "tcp")?.status, 400);
  });

  test("what is no SIP message is malformed, not an exception", () => {
    for (const text of [
      "",
      "\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "SIP/2.0 99 x\r\n\r\n",
      "SIP/2.0 0200 x\r\n\r\n",
      "OPTIONS sip:a SIP/2.0\r\n",
    ]) {
      assert.ok(isMalformed(parse(Buffer.from(text))), text);
    }
  });
});

// What each message of RFC 4475 comes to on this level: a status to answer with, "fine", "dropped" (a response that nobody
// may use), "no message".
const TORTURE: Readonly<Record<string, string>> = {
  "400":
    "badaspec baddate baddn badinv01 clerr escruri insuf ltgtruri lwsruri lwsstart mcl01 mismatch01 mismatch02 multi01 ncl quotbal scalar02 trws",
  "416": "novelsc unkscm",
  "505": "badvers",
  dropped: "scalarlg",
  "no message": "bigcode test",
};

function verdict(bytes: Buffer): string {
  const parsed = parse(bytes);
  if (isMalformed(parsed)) return "no message";
  if (parsed.kind === "response") return isUsableResponse(parsed) ? "fine" : "dropped";
  return String(objectToRequest(parsed, "udp")?.status ?? "fine");
}

describe("RFC 4475", () => {
  const files = readdirSync(FIXTURES).sort();
  assert.equal(files.length, 50);
  for (const file of files) {
    const name = file.replace(".dat", "");
    const expected = Object.keys(TORTURE).find((key) => TORTURE[key]?.split(" ").includes(name)) ?? "fine";
    test(`${name}: ${expected}`, () => assert.equal(verdict(readFileSync(new URL(file, FIXTURES))), expected));
  }
});

const word = fc.stringMatching(/^[a-zA-Z0-9]{1,12}$/);
const draft: fc.Arbitrary<RequestDraft> = fc.record({
  method: fc.constantFrom("INVITE", "OPTIONS", "BYE"),
  uri: word.map((user) => `sip:${user}@example.com`),
  from: word.map((tag) => `"A, \\"b\\"" <sip:a@example.com>;tag=${tag}`),
  to: word.map((user) => `<sip:${user}@example.com>`),
  callId: word,
  cseq: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  route: fc.array(
    word.map((host) => `<sip:${host};lr>`),
    { maxLength: 3 },
  ),
  extra: word.map((value) => `Subject: ${value}\r\n`),
  body: fc.string({ unit: "grapheme", maxLength: 60 }).filter((text) => text.isWellFormed()),
});

describe("properties", () => {
  test("parse gives back what serialise wrote, and the response echoes it", () => {
    fc.assert(
      fc.property(draft, (sent) => {
        const got = message(requestBytes(sent, "SIP/2.0/UDP a.example.com:5060;branch=z9hG4bKx;rport")) as SipRequest;
        const { headers } = got;
        assert.deepEqual(
          [
            got.method,
            got.uri,
            headers.get("from"),
            headers.get("to"),
            headers.callId(),
            headers.cseq(),
            headers.list("route"),
            got.body,
          ],
          [
            sent.method,
            sent.uri,
            sent.from,
            sent.to,
            sent.callId,
            { number: sent.cseq, method: sent.method },
            sent.route,
            sent.body,
          ],
        );
        assert.equal(objectToRequest(got, "tcp"), undefined);
        const reply = message(responseBytes(got, { status: 200, toTag: "t", body: sent.body }));
        assert.equal(reply.headers.get("via"), headers.get("via"));
        assert.equal(reply.headers.get("to"), `${sent.to};tag=t`);
        assert.equal(reply.body, sent.body);
      }),
      { numRuns: 300 },
    );
  });

  test("mutated bytes never throw", () => {
    const seed = Buffer.from(INVITE.replace(/\n/g, "\r\n"), "utf8");
    const mutation = fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255), fc.constantFrom("set", "cut", "repeat")), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(mutation, (steps) => {
        let bytes = Buffer.from(seed);
        for (const [at, byte, kind] of steps) {
          if (kind === "set") bytes[at % bytes.length] = byte;
          else if (kind === "cut") bytes = bytes.subarray(0, Math.max(1, at));
          else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - byte))]);
        }
        verdict(bytes);
        const parsed = parse(bytes);
        if (!isMalformed(parsed) && parsed.kind === "request") responseBytes(parsed, { status: 400 });
      }),
      { numRuns: 5_000 },
    );
  });

  test("a list is split at commas outside quotes and brackets only", () => {
    assert.deepEqual(splitList('"a,b" <sip:c,d@e>;x="f,g", <sip:h>'), ['"a,b" <sip:c,d@e>;x="f,g"', "<sip:h>"]);
  });
});
