// What operators have changed of the site, laid over the text of its file.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Edit, editedText, editOf, entriesOf, followed, problemsOf } from "./site-edits.ts";
import { parseSite } from "./site-file.ts";
import type { SiteEditRow } from "./store/ports.ts";

const file = `# Ours.
agents:
  - { id: 101, name: Agent 101, password: "", skills: [25] } # at the door
skills:
  - id: 25
    name: voice
    queue: { maxWaiting: 5 } # short
phones: [{ number: "0040", password: hush }]
callers: [40038]
defaultCaller: 40038
defaultSkill: 25
`;

const row = (kind: SiteEditRow["kind"], key: string, edit: Edit): SiteEditRow => ({
  kind,
  key,
  edit: JSON.stringify(edit),
});
const fields = (kind: SiteEditRow["kind"], key: string, given: Extract<Edit, { whole: boolean }>["fields"]) =>
  row(kind, key, { whole: false, fields: given });

const parsed = (text: string) => {
  const read = parseSite("site.yaml", text);
  assert.ok(!("problems" in read), JSON.stringify(read));
  return read.site;
};

test("without changes the text is the file, byte for byte", () => {
  assert.deepEqual(editedText(file, []), { text: file, left: [] });
});

test("a changed field leaves comments and the other fields; a new entry, a new list, one that is gone", () => {
  const { text, left } = editedText(file, [
    fields("skills", "25", { name: "service" }),
    fields("agents", "101", { name: "0042", caller: "40038", skills: [{ id: 25, level: 7 }] }),
    row("agents", "102", {
      whole: true,
      fields: { id: "102", name: "Agent 102", password: "", rights: ["supervisor"] },
    }),
    row("phones", "0041", { whole: true, fields: { number: "0041", password: "x", srtp: true } }),
    row("numbers", "8000", { whole: true, fields: { pattern: "8000", to: { skill: 25 }, priority: 3 } }),
    row("phones", "0040", { gone: true }),
  ]);
  assert.deepEqual(left, []);
  assert.ok(text.startsWith("# Ours.\n") && text.includes("# at the door") && text.includes("# short"), text);
  const site = parsed(text);
  assert.deepEqual(
    site.agents.map(({ id, name, skills, levels, caller, rights }) => ({ id, name, skills, levels, caller, rights })),
    [
      { id: "101", name: "0042", skills: [25], levels: { 25: 7 }, caller: "40038", rights: ["agent"] },
      { id: "102", name: "Agent 102", skills: [], levels: undefined, caller: undefined, rights: ["supervisor"] },
    ],
  );
  assert.deepEqual([site.skills[0]?.name, site.skills[0]?.queue], ["service", { maxWaiting: 5 }]);
  assert.deepEqual(site.phones, [{ number: "0041", password: "x", srtp: true }]);
  assert.deepEqual(site.numbers, [{ pattern: "8000", to: { skill: 25 }, priority: 3 }]);
});

test("null takes a field away; an entry that is whole keeps nothing of the one before", () => {
  const without = parsed(editedText(file, [fields("skills", "25", { queue: null })]).text);
  assert.equal(without.skills[0]?.queue, undefined);
  const anew = row("skills", "25", { whole: true, fields: { id: "25", name: "anew" } });
  assert.deepEqual(parsed(editedText(file, [anew]).text).skills, [{ id: 25, name: "anew", mediaType: 5 }]);
});

test("changes one after the other are one: the later field counts, an end or a new beginning alone", () => {
  const first: Edit = { whole: true, fields: { id: "102", name: "Agent 102" } };
  assert.deepEqual(followed(first, { whole: false, fields: { name: "Rob", caller: null } }), {
    whole: true,
    fields: { id: "102", name: "Rob", caller: null },
  });
  assert.deepEqual(followed(first, { gone: true }), { gone: true });
  assert.deepEqual(followed({ gone: true }, first), first);
  assert.deepEqual(editOf(row("agents", "102", first)), first);
});

const broken: readonly (readonly [what: string, edit: SiteEditRow, problem: RegExp])[] = [
  ["a field's own rule", fields("agents", "101", { name: "" }), /^name: .*1 to 64 characters expected$/],
  [
    "a rule between entries",
    fields("agents", "101", { caller: "40099" }),
    /^caller: 40099 is not one of the site's callers$/,
  ],
  ["a part of a field", fields("agents", "101", { skills: [99] }), /^skills: 99 is not a skill of this site$/],
  ["who is still named", row("skills", "25", { gone: true }), /^agents\[0\]\.skills: 25 is not a skill of this site$/],
  ["a field that must be", row("phones", "9", { whole: true, fields: { number: "9" } }), /^password: is missing$/],
  ["text that YAML would read as more", fields("agents", "101", { name: "a\nrights: [administrator]" }), /^name: /],
];

for (const [what, edit, problem] of broken) {
  test(`refused with field and rule: ${what}`, () => {
    const [first = ""] = problemsOf(file, [edit], edit);
    assert.match(first, problem);
  });
}

test("what does not fit the file any more is left out, with why; the rest holds", () => {
  const edits = [fields("agents", "101", { skills: [26] }), fields("agents", "101", { name: "Agent 101 north" })];
  const [skills, name] = edits as [SiteEditRow, SiteEditRow];
  const { text, left } = editedText(file, [skills, { ...name, key: "101" }]);
  assert.deepEqual(left, [{ edit: skills, why: "agents[0].skills: 26 is not a skill of this site" }]);
  assert.equal(parsed(text).agents[0]?.name, "Agent 101 north");
});

test("entries by their keys, scalars as they stand", () => {
  assert.deepEqual([...entriesOf(file, "phones")], [["0040", { number: "0040", password: "hush" }]]);
  assert.deepEqual([...entriesOf(file, "trunks")], []);
});
