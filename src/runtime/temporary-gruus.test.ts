import assert from "node:assert/strict";
import { test } from "node:test";
import { TemporaryGruus } from "./temporary-gruus.ts";

const phone = { user: "40001", instance: "<urn:uuid:1>" };
const plain = (found: { user: string; instance: string } | undefined) =>
  found && { user: found.user, instance: found.instance };

test("each name is new, and all of them lead to the device until its Call-ID changes (RFC 5627 §5.2)", () => {
  const names = new TemporaryGruus();
  const [first, second] = [names.mint(phone, "c1"), names.mint(phone, "c1")];
  const other = names.mint({ user: "40002", instance: phone.instance }, "c2");
  assert.equal(new Set([first, second, other]).size, 3);
  assert.deepEqual([plain(names.find(first)), plain(names.find(second))], [phone, phone]);
  const third = names.mint(phone, "c3");
  assert.deepEqual([names.find(first), names.find(second), plain(names.find(third))], [undefined, undefined, phone]);
  assert.equal(names.find(other)?.user, "40002");
  names.forget(phone);
  assert.equal(names.find(third), undefined);
  assert.equal(names.find(first), undefined);
  // Registered once more: the old names stay dead.
  assert.ok(names.find(names.mint(phone, "c1")));
  assert.equal(names.find(first), undefined);
});

test("a name says nothing of its device, and a changed one leads nowhere", () => {
  const names = new TemporaryGruus();
  const name = names.mint(phone, "c1");
  assert.match(name, /^tgruu\.[\w-]{35}$/);
  const other = (char: string) => (char === "A" ? "B" : "A");
  for (let at = 0; at < name.length - 1; at++) {
    const forged = name.slice(0, at) + other(name[at] ?? "") + name.slice(at + 1);
    assert.equal(names.find(forged), undefined, forged);
  }
  for (const stray of ["", "40001", "tgruu.", `${name}A`, new TemporaryGruus().mint(phone, "c1")])
    assert.equal(names.find(stray), undefined, stray);
});
