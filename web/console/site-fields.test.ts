// From the site file's form to texts on a page and back.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { SiteKind, SiteValue } from "../../src/contract/site-edit.ts";
import { draftOf, fieldOfRefusal, fieldsOf, isWrong, siteForms } from "./site-fields.ts";

const entries: readonly (readonly [SiteKind, Readonly<Record<string, SiteValue>>])[] = [
  [
    "agents",
    {
      id: "101",
      name: "Agent 101",
      skills: ["25", { id: "26", level: "5" }],
      rights: ["agent", "supervisor"],
      caller: "40038",
    },
  ],
  ["skills", { id: "25", name: "voice", record: true, detect: ["progress", "answer"] }],
  ["phones", { number: "40001", srtp: true }],
  ["numbers", { pattern: "80xx.", to: { agent: "101" }, priority: "3" }],
  [
    "trunks",
    {
      name: "carrier",
      host: "sip.example",
      port: "5060",
      transport: "udp",
      patterns: ["4xxxx", "00."],
      priority: "1",
      channels: "30",
    },
  ],
];

for (const [kind, fields] of entries) {
  test(`${kind}: what the file has comes back, and nothing in it is wrong`, () => {
    const draft = draftOf(kind, fields);
    assert.deepEqual(
      siteForms[kind].filter((form) => isWrong(draft, form)),
      [],
    );
    const back = Object.fromEntries(
      Object.entries(fieldsOf(kind, draft)).filter(([name, value]) => value !== null && name !== "password"),
    );
    assert.deepEqual(back, fields);
  });
}

const wrong: readonly (readonly [SiteKind, string, string])[] = [
  ["agents", "id", "0101"],
  ["agents", "name", ""],
  ["agents", "skills", "25;26"],
  ["agents", "caller", "+49"],
  ["skills", "id", "x"],
  ["phones", "number", "abc"],
  ["phones", "password", "ü"],
  ["numbers", "pattern", "8a"],
  ["numbers", "where", ""],
  ["trunks", "host", "two words"],
  ["trunks", "port", "sip"],
  ["trunks", "patterns", ""],
  ["trunks", "priority", "-1"],
];

for (const [kind, name, value] of wrong) {
  test(`${kind}: ${name} "${value}" is wrong`, () => {
    const form = siteForms[kind].find((field) => field.name === name);
    assert.ok(form);
    assert.ok(isWrong({ [name]: value }, form));
  });
}

test("an account of a trunk stays as it is without a new password, and goes with its name", () => {
  const trunk = { name: "c", host: "h", patterns: ["9."], credentials: { username: "u", password: "" } };
  const draft = draftOf("trunks", trunk);
  assert.ok(!("credentials" in fieldsOf("trunks", draft)));
  assert.deepEqual(fieldsOf("trunks", { ...draft, password: "p" })["credentials"], { username: "u", password: "p" });
  assert.equal(fieldsOf("trunks", { ...draft, username: "" })["credentials"], null);
});

test("a refusal stands at the field that it names", () => {
  assert.equal(fieldOfRefusal("agents", "caller: 1 is not one of the site's callers"), "caller");
  assert.equal(fieldOfRefusal("numbers", "to.skill: 9 is not a skill"), "where");
  assert.equal(fieldOfRefusal("skills", "agents[0].skills: 25 is not a skill"), undefined);
});
