import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword, isStoredPassword, verifyPassword } from "./password.ts";

test("a hashed password is verified, any other is not", async () => {
  const stored = await hashPassword("Grüße 1");
  assert.match(stored, /^scrypt\$16384\$8\$1\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+$/);
  assert.equal(isStoredPassword(stored), true);
  assert.equal(await verifyPassword("Grüße 1", stored), true);
  assert.equal(await verifyPassword("Grüße 1".normalize("NFD"), stored), true);
  assert.equal(await verifyPassword("Grüße 2", stored), false);
  assert.equal(await verifyPassword("", stored), false);
  assert.notEqual(await hashPassword("Grüße 1"), stored);
});

test("RFC 7914 §12: a known vector", async () => {
  const stored = `scrypt$16384$8$1$${Buffer.from("SodiumChloride").toString("base64")}$`;
  const expected = Buffer.from(
    "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
    "hex",
  );
  assert.equal(await verifyPassword("pleaseletmein", stored + expected.toString("base64")), true);
  assert.equal(await verifyPassword("pleaseletmein", stored + expected.fill(0, 63).toString("base64")), false);
});

test("an empty stored password fits only an empty one; an unknown agent fits none", async () => {
  assert.equal(await verifyPassword("", ""), true);
  assert.equal(await verifyPassword("x", ""), false);
  assert.equal(await verifyPassword("", undefined), false);
  assert.equal(await verifyPassword("x", undefined), false);
});

test("an unknown agent costs about what a wrong password costs", async () => {
  const stored = await hashPassword("right");
  const cost = async (against: string | undefined): Promise<number> => {
    const runs: number[] = [];
    for (let run = 0; run < 5; run++) {
      const start = performance.now();
      await verifyPassword("wrong", against);
      runs.push(performance.now() - start);
    }
    return Math.min(...runs);
  };
  const [known, unknown] = [await cost(stored), await cost(undefined)];
  assert.ok(unknown > known / 3 && unknown < known * 3, `${known} ms against ${unknown} ms`);
});

test("hashes that are malformed or cost too much are not accepted", () => {
  const tail = `${"A".repeat(22)}==$${"A".repeat(43)}=`;
  assert.equal(isStoredPassword(`scrypt$16384$8$1$${tail}`), true);
  assert.equal(isStoredPassword(""), true);
  for (const head of [
    "bcrypt$16384$8$1",
    "scrypt$16385$8$1",
    "scrypt$0$8$1",
    "scrypt$1048576$8$1",
    "scrypt$16384$0$1",
    "scrypt$16384$8$9",
    "scrypt$16384$8",
  ])
    assert.equal(isStoredPassword(`${head}$${tail}`), false, head);
  assert.equal(isStoredPassword("secret"), false);
});
