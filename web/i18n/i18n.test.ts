// Both languages have the same words with the same values in braces, and the pages ask for no word that is not there. The compiler
// knows the keys that stand in the code; this knows the values in braces and the files.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";

const web = resolve(import.meta.dirname, "..");
type Tree = { readonly [key: string]: string | Tree };

/** A namespace's module: its words are the one thing that it exports. */
const words = async (file: string): Promise<Tree> => Object.values(await import(join(web, file)))[0] as Tree;

const flat = (tree: Tree, before = ""): readonly (readonly [key: string, text: string])[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[before + key, value] as const] : flat(value, `${before}${key}.`),
  );

const values = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name ?? "").sort();

/** Chinese has no plural: `_one` stands beside `_other` in both, so that keys can be compared. */
const pairs = [
  ["i18n/en/shell.ts", "i18n/zh/shell.ts"],
  ["i18n/en/desk.ts", "i18n/zh/desk.ts"],
  ["console/words/en.ts", "console/words/zh.ts"],
] as const;

describe("words", () => {
  for (const [english, chinese] of pairs) {
    it(`${english} and ${chinese} say the same`, async () => {
      const [en, zh] = [new Map(flat(await words(english))), new Map(flat(await words(chinese)))];
      assert.deepEqual([...zh.keys()].sort(), [...en.keys()].sort());
      for (const [key, text] of en) {
        assert.deepEqual(values(zh.get(key) ?? ""), values(text), key);
        assert.notEqual((zh.get(key) ?? "").trim(), "", key);
      }
    });
  }

  it("times and numbers are written in the reader's own kind of the language, on every page", () => {
    const files = globSync("**/*.{ts,tsx}", { cwd: web, exclude: ["dist/**", "**/*.test.ts"] });
    const plain = files.flatMap((file) => {
      const text = readFileSync(join(web, file), "utf8");
      const found = text.match(/Intl\.\w+\((?!localeOf\()[^)]*|\.toLocale\w*String\([^)]*/g) ?? [];
      return found.map((line) => `${file}: ${line}`);
    });
    assert.deepEqual(plain, []);
  });

  it("no sentence stands in the pages themselves", () => {
    const files = globSync("**/*.tsx", { cwd: web, exclude: ["dist/**"] });
    assert.ok(files.length > 0);
    const spoken = files.flatMap((file) => {
      const text = readFileSync(join(web, file), "utf8");
      return [...text.matchAll(/(?:aria-label|title|placeholder|label)="([^"]*[a-z][^"]*)"/g)].map(
        ([, found]) => `${file}: ${found}`,
      );
    });
    assert.deepEqual(spoken, []);
  });
});
