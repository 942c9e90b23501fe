// What the certificate's keeper (acme.ts) leaves in SEATWAY_DATA/acme: the key of the account, and how its last order went, which
// `seatway doctor` reads too. Nobody else may read either (0600).

import { generateKeyPairSync } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How the last order went. */
export type AcmeState = {
  /** ms since the epoch. */
  readonly at: number;
  /** Empty: there is a certificate. */
  readonly reason: string;
  /** Orders in a row that brought none. */
  readonly failures: number;
};

const acmeFolder = (data: string): string => join(data, "acme");

/** Whole or not at all. */
async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  await writeFile(`${path}.new`, text, { mode });
  await rename(`${path}.new`, path);
}

const readText = (path: string): Promise<string | null> =>
  readFile(path, "utf8").catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === "ENOENT") return null;
    throw fault;
  });

/** null: no order yet, or nothing that can be read. */
export async function readState(data: string): Promise<AcmeState | null> {
  try {
    const { at, reason, failures } = JSON.parse((await readText(join(acmeFolder(data), "state.json"))) ?? "null");
    return Number.isFinite(at) && Number.isInteger(failures) && typeof reason === "string"
      ? { at, reason, failures }
      : null;
  } catch {
    return null;
  }
}

export async function writeState(data: string, state: AcmeState): Promise<void> {
  await mkdir(acmeFolder(data), { recursive: true, mode: 0o700 });
  await writeWhole(join(acmeFolder(data), "state.json"), `${JSON.stringify(state)}\n`, 0o600);
}

/** PEM: for an account, or for a certificate. */
export const newKey = (): string =>
  generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** The account's key, made and kept by the first order. */
export async function accountKey(data: string): Promise<string> {
  const path = join(acmeFolder(data), "account-key.pem");
  const found = await readText(path);
  if (found !== null) return found;
  await mkdir(acmeFolder(data), { recursive: true, mode: 0o700 });
  const made = newKey();
  await writeWhole(path, made, 0o600);
  return made;
}
