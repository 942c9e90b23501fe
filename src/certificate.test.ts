// The certificate's files: made once, used again, and never written over when an operator put something there.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { systemClock, virtualClock } from "./base/clock.ts";
import { isSelfMade, openCertificate, readCertificate, replaceCertificate } from "./certificate.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "seatway-certificate-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

async function made(path: string) {
  const certificate = await openCertificate(path, ["localhost", "127.0.0.1"], systemClock);
  assert.ok("key" in certificate, JSON.stringify(certificate));
  return certificate;
}

async function problemOf(path: string, clock = systemClock): Promise<string> {
  const certificate = await openCertificate(path, ["localhost"], clock);
  assert.ok("problem" in certificate);
  return certificate.problem;
}

test("made at the first start, the same at the next", async (t) => {
  const path = await folder(t);
  assert.deepEqual(await made(path), await made(path));
});

test("a folder that cannot be made is one line that says so, and at once", async (t) => {
  const path = await folder(t);
  const file = join(path, "a-file");
  await writeFile(file, "");
  for (const [wrong, code] of [
    [file, "ENOTDIR"],
    [join(file, "data"), "ENOTDIR"],
    ["/proc/seatway/data", "ENOENT"],
  ] as const)
    assert.equal(await problemOf(wrong), `SEATWAY_DATA=${wrong}: allowed is a folder that can be written (${code})`);
});

test("signed by a CA of its own, which signs the next one too", async (t) => {
  const path = await folder(t);
  const first = await made(path);
  const ca = new X509Certificate(await readFile(join(path, "tls", "ca.pem"), "utf8"));
  await rm(join(path, "tls", "key.pem"));
  await rm(join(path, "tls", "cert.pem"));
  const second = await made(path);
  assert.notEqual(first.fingerprint, second.fingerprint);
  for (const { cert } of [first, second]) {
    const leaf = new X509Certificate(cert);
    assert.ok(ca.ca && !leaf.ca && leaf.verify(ca.publicKey) && leaf.checkIP("127.0.0.1"));
  }
  assert.equal((await stat(join(path, "tls", "ca-key.pem"))).mode & 0o777, 0o600);
});

test("half a pair is a problem, and the half that is there stays as it is", async (t) => {
  const [path, other] = [await folder(t), await folder(t)];
  const { key, cert } = await made(other);
  for (const [name, text, missing] of [
    ["key.pem", key, "cert.pem"],
    ["cert.pem", cert, "key.pem"],
  ] as const) {
    await rm(join(path, "tls"), { recursive: true, force: true });
    await mkdir(join(path, "tls"));
    await writeFile(join(path, "tls", name), text);
    const problem = await problemOf(path);
    assert.ok(problem.startsWith(`SEATWAY_DATA=${path}: `) && problem.includes(`${missing} is missing`), problem);
    assert.equal(await readFile(join(path, "tls", name), "utf8"), text);
  }
});

test("a key of another certificate, and no PEM at all, are one line that names the setting", async (t) => {
  const [path, other] = [await folder(t), await folder(t)];
  await made(path);
  await writeFile(join(path, "tls", "key.pem"), (await made(other)).key);
  assert.match(await problemOf(path), /^SEATWAY_DATA=.*key\.pem is not the key of cert\.pem/);
  await writeFile(join(path, "tls", "cert.pem"), "no certificate");
  assert.match(await problemOf(path), /^SEATWAY_DATA=[^\n]*PEM[^\n]*$/);
});

test("an expired certificate says how to have a new one", async (t) => {
  const path = await folder(t);
  await made(path);
  const later = virtualClock(systemClock.now() + 3 * 365 * 24 * 3_600_000);
  assert.match(await problemOf(path, later), /^SEATWAY_DATA: .*has expired/);
  // Where a new one is ordered once the gateway runs, it runs.
  assert.ok("key" in (await openCertificate(path, ["localhost"], later, true)));
});

test("a new pair takes the place of the old one; a pair that does not fit, or has expired, does not", async (t) => {
  const [path, other] = [await folder(t), await folder(t)];
  const [old, next] = [await made(path), await made(other)];
  await assert.rejects(replaceCertificate(path, { key: old.key, cert: next.cert }, systemClock), /is not the key of/);
  const later = virtualClock(systemClock.now() + 3 * 365 * 24 * 3_600_000);
  assert.ok("problem" in (await replaceCertificate(path, next, later)));
  assert.deepEqual(await made(path), old);
  assert.deepEqual(await replaceCertificate(path, next, systemClock), next);
  assert.deepEqual(await readCertificate(path, systemClock), next);
  assert.equal((await stat(join(path, "tls", "key.pem"))).mode & 0o777, 0o600);
  assert.deepEqual((await readdir(join(path, "tls"))).toSorted(), ["ca-key.pem", "ca.pem", "cert.pem", "key.pem"]);
  assert.ok(isSelfMade(new X509Certificate(next.cert)));
});

test("a process that ended between the two files leaves a pair all the same", async (t) => {
  const [path, other] = [await folder(t), await folder(t)];
  const [old, next] = [await made(path), await made(other)];
  const at = join(path, "tls");
  // Before the certificate is there in whole, nothing has happened.
  await writeFile(join(at, "key.pem.next"), next.key);
  await writeFile(join(at, "cert.pem.next.part"), next.cert.slice(0, 99));
  assert.deepEqual(await made(path), old);
  await rename(join(at, "key.pem.next"), join(at, "key.pem"));
  await writeFile(join(at, "cert.pem.next"), next.cert);
  assert.deepEqual(await made(path), next);
});
