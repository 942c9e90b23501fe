// The certificate of the HTTPS and SIP over TLS faces, signed by a CA of this gateway's own, so that phones and browsers have
// one thing to trust for good. Both made at the first start into SEATWAY_DATA/tls, used again after. An operator may put his
// own key.pem and cert.pem there; acme.ts puts those of a public authority there.

import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { basename, join, resolve } from "node:path";
import type { generate } from "selfsigned";
import { type Clock, dateAt } from "./base/clock.ts";
import { reasonOf } from "./store/reason.ts";
import { makeFolder } from "./store/sqlite.ts";

export type Certificate = {
  readonly key: string;
  /** With the chain behind it. */
  readonly cert: string;
  /** SHA-256 of the certificate, as browsers show it: AA:BB:… */
  readonly fingerprint: string;
};

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
const CA_YEARS = 10;
/** Some systems accept no server certificate of more than 825 days, whoever has signed it. */
const SERVER_YEARS = 2;

const CA_NAME = "Seatway CA";

/** Signed by a gateway's own CA. */
export const isSelfMade = ({ issuer }: X509Certificate): boolean => issuer.startsWith(`CN=${CA_NAME} `);

/**
 * `names`: host names and addresses that it stands for. `renewed`: a new one is ordered as soon as the faces stand, so one that has
 * expired is no reason not to start. `problem`: one line that names the setting.
 */
export async function openCertificate(
  folder: string,
  names: readonly string[],
  clock: Clock,
  renewed = false,
): Promise<Certificate | { readonly problem: string }> {
  const at = join(folder, "tls");
  const paths = { key: join(at, "key.pem"), cert: join(at, "cert.pem") };
  try {
    await makeFolder(resolve(folder));
  } catch (fault) {
    return { problem: `SEATWAY_DATA=${folder}: allowed is a folder that can be written (${reasonOf(fault)})` };
  }
  try {
    const found = await read(paths);
    if (found) return renewed ? fitting(found) : describe(found, paths.cert, clock);
    await mkdir(at, { recursive: true, mode: 0o700 });
    const ca = await openCa({ key: join(at, "ca-key.pem"), cert: join(at, "ca.pem") }, clock);
    const made = await makeServer(names, ca, clock);
    await write(paths, made);
    return describe(made, paths.cert, clock);
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    return { problem: `SEATWAY_DATA=${folder}: cannot use the certificate in ${at} (${reason})` };
  }
}

/** What lies there now, as it was put there since the start. */
export async function readCertificate(
  folder: string,
  clock: Clock,
): Promise<Certificate | { readonly problem: string }> {
  const at = join(folder, "tls");
  try {
    const found = await read({ key: join(at, "key.pem"), cert: join(at, "cert.pem") });
    return found
      ? describe(found, join(at, "cert.pem"), clock)
      : { problem: `${at}: key.pem and cert.pem are missing` };
  } catch (fault) {
    return {
      problem: `cannot use the certificate in ${at} (${fault instanceof Error ? fault.message : String(fault)})`,
    };
  }
}

export type Pem = { readonly key: string; readonly cert: string };

/** null: neither file is there. One without the other is an operator's slip: nothing of his is written over. */
async function read(paths: Pem): Promise<Pem | null> {
  await finish(paths);
  const [key, cert] = [await readOptional(paths.key), await readOptional(paths.cert)];
  if (key !== null && cert !== null) return { key, cert };
  if (key === null && cert === null) return null;
  throw new Error(`${basename(key === null ? paths.key : paths.cert)} is missing`);
}

async function readOptional(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "ENOENT") return null;
    throw fault;
  }
}

/** The key is there before the certificate that makes it known. */
async function write(paths: Pem, { key, cert }: Pem): Promise<void> {
  await writeFile(paths.key, key, { mode: 0o600 });
  await writeFile(paths.cert, cert, { mode: 0o644 });
}

/** A pair that is written over another: the process may end between two files, so a whole new pair lies beside the old one first. */
const beside = ({ key, cert }: Pem): Pem => ({ key: `${key}.next`, cert: `${cert}.next` });

/** A pair that lies beside in whole takes its place; its certificate came last, and goes last. */
async function finish(paths: Pem): Promise<void> {
  const next = beside(paths);
  if ((await readOptional(next.cert)) === null) return;
  if ((await readOptional(next.key)) !== null) await rename(next.key, paths.key);
  await rename(next.cert, paths.cert);
}

/** In the place of the one that lies there, when it is one. Rejects when it cannot be written. */
export async function replaceCertificate(
  folder: string,
  pem: Pem,
  clock: Clock,
): Promise<Certificate | { readonly problem: string }> {
  const at = join(folder, "tls");
  const paths = { key: join(at, "key.pem"), cert: join(at, "cert.pem") };
  const judged = describe(pem, "the new certificate", clock);
  if ("problem" in judged) return judged;
  const next = beside(paths);
  await writeFile(next.key, pem.key, { mode: 0o600 });
  await writeFile(`${next.cert}.part`, pem.cert, { mode: 0o644 });
  await rename(`${next.cert}.part`, next.cert);
  await finish(paths);
  return judged;
}

function fitting(pem: Pem): Certificate {
  const certificate = new X509Certificate(pem.cert);
  if (!certificate.checkPrivateKey(createPrivateKey(pem.key))) throw new Error("key.pem is not the key of cert.pem");
  return { ...pem, fingerprint: certificate.fingerprint256 };
}

function describe(pem: Pem, path: string, clock: Clock): Certificate | { readonly problem: string } {
  const described = fitting(pem);
  const certificate = new X509Certificate(pem.cert);
  if (certificate.validToDate <= dateAt(clock.now())) {
    return {
      problem: `SEATWAY_DATA: ${path} has expired on ${certificate.validTo}; remove it and key.pem to have new ones made`,
    };
  }
  return described;
}

/** The CA outlives the server certificates that it signs: whoever trusts it need not be visited again. */
async function openCa(paths: Pem, clock: Clock): Promise<Pem> {
  const found = await read(paths);
  if (found) return found;
  const made = await make(CA_YEARS, clock, {
    // A name of its own for each, or a browser that knows two of them cannot tell which one has signed.
    commonName: `${CA_NAME} ${randomUUID().slice(0, 8)}`,
    extensions: [
      { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  await write(paths, made);
  return made;
}

async function makeServer(names: readonly string[], ca: Pem, clock: Clock): Promise<Pem> {
  const altNames = names.map((name) =>
    isIP(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
  );
  const { key, cert } = await make(SERVER_YEARS, clock, {
    commonName: "Seatway",
    ca,
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      // A trunk may ask us for a certificate too.
      { name: "extKeyUsage", serverAuth: true, clientAuth: true },
      { name: "subjectAltName", altNames },
    ],
  });
  return { key, cert: `${cert.trimEnd()}\n${ca.cert}` };
}

type Extension = NonNullable<NonNullable<Parameters<typeof generate>[1]>["extensions"]>[number];
type Subject = { readonly commonName: string; readonly extensions: Extension[]; readonly ca?: Pem };

async function make(years: number, clock: Clock, { commonName, extensions, ca }: Subject): Promise<Pem> {
  // Needed at the first start only, and 20 MB of the process when loaded.
  const selfsigned = await import("selfsigned");
  const pems = await selfsigned.generate([{ name: "commonName", value: commonName }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: dateAt(clock.now()),
    notAfterDate: dateAt(clock.now() + years * YEAR_MS),
    extensions,
    ...(ca ? { ca } : {}),
  });
  return { key: pems.private, cert: pems.cert };
}
