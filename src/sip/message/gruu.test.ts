import assert from "node:assert/strict";
import { test } from "node:test";
import { gruuOf, publicGruu, temporaryGruu } from "./gruu.ts";
import { isMalformed } from "./syntax.ts";
import { parseUri } from "./uri.ts";

const aor = (text: string) => {
  const uri = parseUri(text);
  assert.ok(!isMalformed(uri));
  return uri;
};

test("what is written is read again: the user, and the device as it names itself (RFC 5627 §3.1)", () => {
  const uuid = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
  const written = publicGruu(aor("sip:40%231@seatway.test:5070;x=1"), `<${uuid}>`);
  assert.equal(written, `sip:40%231@seatway.test:5070;gr=${uuid}`);
  assert.deepEqual(gruuOf(written), { user: "40#1", instance: uuid });
  const odd = publicGruu(aor("sips:1@[::1]"), "<urn:x:a;b=c>");
  assert.equal(odd, "sips:1@[::1];gr=urn:x:a%3Bb%3Dc");
  assert.deepEqual(gruuOf(odd), { user: "1", instance: "urn:x:a;b=c" });
  const temporary = temporaryGruu(aor("sip:1@h"), "tgruu.a-_");
  assert.equal(temporary, "sip:tgruu.a-_@h;gr");
  assert.deepEqual(gruuOf(temporary), { user: "tgruu.a-_" });
});

test("what is no GRUU", () => {
  for (const uri of ["sip:1@h", "sip:1@h;grid=x", "sip:1;gr@h", "tel:1;gr", "sip:1@h?x=;gr", ";gr"])
    assert.equal(gruuOf(uri), undefined, uri);
});
