// The certificate of a CA that a setting names. Run by start-shell.ts and start-faces.ts.

import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { named } from "./problem.ts";

/** Read and checked at start, so that a wrong file does not mean "nobody is trusted". */
export async function readCa(setting: string, path: string): Promise<string> {
  return named(
    `${setting}=${path}`,
    readFile(path, "utf8").then((pem) => new X509Certificate(pem).toString()),
  );
}
