import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatNameAddress, parseNameAddress, parseVia } from "./address.ts";
import { isMalformed, parameter } from "./syntax.ts";
import { escapeUser, parseUri } from "./uri.ts";

describe("URI", () => {
  test("reads user, host, port and parameters", () => {
    assert.deepEqual(parseUri("sip:40%231:secret@[2001:db8::1]:5066;transport=tcp;lr?subject=x"), {
      scheme: "sip",
      user: "40#1",
      host: "[2001:db8::1]",
      port: 5066,
      params: ";transport=tcp;lr",
    });
  });

  test("what was read before is read the same, whatever came between", () => {
    const read = (text: string) => ({ text, uri: parseUri(text) });
    const texts = Array.from({ length: 1_500 }, (_, index) => `sip:${index}@example.com`);
    const first = texts.map(read);
    assert.deepEqual(texts.toReversed().map(read).toReversed(), first);
    assert.ok(isMalformed(parseUri("sip:\u524d@example.com")), "a character that is no byte is not taken for another");
  });

  test("; and ? may stand in the user part", () => {
    const uri = parseUri("sip:user;par=u%40example.net@example.com");
    assert.ok(!isMalformed(uri));
    assert.equal(uri.user, "user;par=u@example.net");
    assert.equal(uri.params, "");
  });

  for (const text of [
    "",
    "sip:",
    "sip:@host",
    "sip:a@b:0",
    "sip:a@b:65536",
    "sip:a@b:+1",
    "sip:a@b c",
    "tel:1",
    "sip:a@b<",
    "sip:%zz@b",
    "sip:a@ho%20st",
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.ok(isMalformed(parseUri(text))));
  }

  test("escaping a user part and parsing it gives it back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (user) => {
        fc.pre(user.isWellFormed());
        const uri = parseUri(`sip:${escapeUser(user)}@example.com`);
        assert.ok(!isMalformed(uri));
        assert.equal(uri.user, user);
      }),
    );
  });
});

describe("name-addr", () => {
  test("a display name survives, a line break in it does not", () => {
    const text = formatNameAddress("sip:a@b", 'Wu "W"\r\nInjected: x');
    assert.ok(!/[\r\n]/.test(text));
    const address = parseNameAddress(text);
    assert.ok(!isMalformed(address));
    assert.equal(address.displayName, 'Wu "W"  Injected: x');
  });

  test("without brackets the parameters are the header's", () => {
    const address = parseNameAddress("sip:a@b;tag=1");
    assert.ok(!isMalformed(address));
    assert.equal(address.uri, "sip:a@b");
    assert.equal(parameter(address.params, "tag"), "1");
  });

  for (const text of [
    '"a <sip:b>',
    "<sip:a@b",
    "a b",
    "sip:a@b?x=y",
    "<sip:a@b>;;tag=1",
    '"a" b <sip:c>',
    "< sip:a@b>",
  ]) {
    test(`refuses ${text}`, () => assert.ok(isMalformed(parseNameAddress(text))));
  }
});

describe("Via", () => {
  test("white space may stand around slashes and colon", () => {
    const via = parseVia("SIP  / 2.0 / UDP   192.0.2.2 : 5061 ; branch = z9hG4bK1");
    assert.ok(!isMalformed(via));
    assert.deepEqual([via.transport, via.host, via.port, via.branch], ["UDP", "192.0.2.2", 5061, "z9hG4bK1"]);
  });

  for (const text of [
    "",
    "SIP/2.0/UDP",
    "SIP/3.0/UDP a",
    "HTTP/2.0/UDP a",
    "SIP/2.0/UDP a;;b",
    "SIP/2.0/UDP a:x",
    "SIP/2.0/UDP a;ttl=256",
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.ok(isMalformed(parseVia(text))));
  }
});
