// The certificate of the HTTPS face: made at the first start into SEATWAY_DATA/tls, used again after. An operator may put
// his own key.pem and cert.pem there.

import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { type Clock, dateAt } from "./base/clock.ts";

export type Certificate = {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the certificate, as browsers show it: AA:BB:… */
  readonly fingerprint: string;
};

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** `names`: host names and addresses that it stands for. `problem`: one line that names the setting. */
export async function openCertificate(
  folder: string,
  names: readonly string[],
  clock: Clock,
): Promise<Certificate | { readonly problem: string }> {
  const at = join(folder, "tls");
  const paths = { key: join(at, "key.pem"), cert: join(at, "cert.pem") };
  try {
    const found = await read(paths);
    if (found) return describe(found, paths.cert, clock);
    const made = await make(names, clock);
    await mkdir(at, { recursive: true, mode: 0o700 });
    await writeFile(paths.key, made.key, { mode: 0o600 });
    await writeFile(paths.cert, made.cert, { mode: 0o644 });
    return describe(made, paths.cert, clock);
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    return { problem: `SEATWAY_DATA=${folder}: cannot use the certificate in ${at} (${reason})` };
  }
}

type Pem = { readonly key: string; readonly cert: string };

/** null: neither file is there. One without the other is an operator's slip: nothing of his is written over. */
async function read(paths: Pem): Promise<Pem | null> {
  const [key, cert] = [await readOptional(paths.key), await readOptional(paths.cert)];
  if (key !== null && cert !== null) return { key, cert };
  if (key === null && cert === null) return null;
  throw new Error(`${key === null ? "key.pem" : "cert.pem"} is missing`);
}

async function readOptional(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "ENOENT") return null;
    throw fault;
  }
}

function describe(pem: Pem, path: string, clock: Clock): Certificate | { readonly problem: string } {
  const certificate = new X509Certificate(pem.cert);
  if (!certificate.checkPrivateKey(createPrivateKey(pem.key))) throw new Error("key.pem is not the key of cert.pem");
  if (certificate.validToDate <= dateAt(clock.now())) {
    return { problem: `SEATWAY_DATA: ${path} has expired on ${certificate.validTo}; remove it to have a new one made` };
  }
  return { ...pem, fingerprint: certificate.fingerprint256 };
}

async function make(names: readonly string[], clock: Clock): Promise<Pem> {
  const altNames = names.map((name) =>
    isIP(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
  );
  // Needed at the first start only, and 20 MB of the process when loaded.
  const { generate } = await import("selfsigned");
  const pems = await generate([{ name: "commonName", value: "Seatway" }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: dateAt(clock.now()),
    notAfterDate: dateAt(clock.now() + 2 * YEAR_MS),
    extensions: [{ name: "subjectAltName", altNames }],
  });
  return { key: pems.private, cert: pems.cert };
}
