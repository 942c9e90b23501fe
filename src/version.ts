// The version of the product, as its package says it: package.json lies above this file in a checkout and in the package alike.

import { readFile } from "node:fs/promises";

export async function productVersion(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
