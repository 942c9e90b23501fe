// External account binding (RFC 8555 §7.3.4): the id and the HMAC key by which an authority knows whose a new ACME account is. Read at
// start, so that a wrong file is told then.

import { readFile } from "node:fs/promises";
import { named, StartProblem } from "./problem.ts";
import { isBase64Url } from "./setting.ts";
import type { Settings } from "./settings.ts";

export type Binding = {
  readonly keyId: string;
  /** base64url. */
  readonly key: string;
};

type Given = Pick<Settings, "acmeEabKeyId" | "acmeEabKey" | "acmeEabKeyFile">;

/** null: none is set. Throws StartProblem; the content of the file is never told. */
export async function readBinding({ acmeEabKeyId: keyId, acmeEabKey, acmeEabKeyFile }: Given): Promise<Binding | null> {
  if (keyId === "") return null;
  if (acmeEabKey !== "") return { keyId, key: acmeEabKey };
  const setting = `SEATWAY_ACME_EAB_KEY_FILE=${acmeEabKeyFile}`;
  const key = (await named(setting, readFile(acmeEabKeyFile, "utf8"))).trim();
  if (!isBase64Url(key))
    throw new StartProblem(`${setting}: allowed is a file with the key alone, in base64url (letters, digits, - and _)`);
  return { keyId, key };
}
