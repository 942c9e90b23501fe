// A certificate by ACME from Pebble: refused while the name leads elsewhere, and the old one goes on; then ordered, kept, and shown by
// HTTPS and by SIP over TLS without a restart.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { connect } from "node:tls";
import { fileURLToPath } from "node:url";
import { startPebble } from "../support/pebble.ts";
import { freePort, startGateway } from "../support/started-gateway.ts";
import { until } from "../support/until.ts";
import { without } from "./missing.ts";

const cli = fileURLToPath(new URL("../../bin/cli.mjs", import.meta.url));

const site = `
vdn: { id: 1, name: Site }
skills: [{ id: 25, name: voice }]
agents: [{ id: 101, name: agent 101, password: "", skills: [25] }]
phones: [{ number: "40001", password: hush-hush }]
callers: ["40038"]
defaultCaller: "40038"
defaultSkill: 25
trunks: []
`;

/** The certificate that a face shows in a handshake. */
async function shownAt(port: number): Promise<X509Certificate> {
  const socket = connect({ port, host: "127.0.0.1", servername: "localhost", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const shown = socket.getPeerX509Certificate();
  socket.destroy();
  assert.ok(shown);
  return shown;
}

async function doctor(settings: Readonly<Record<string, string>>): Promise<string> {
  const env = { PATH: process.env["PATH"], ...settings };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", cli, "doctor"], { env });
  const [out] = await Promise.all([text(child.stdout), once(child, "close")]);
  return out;
}

const lastOf = async (data: string): Promise<{ readonly reason: string; readonly failures: number } | null> =>
  JSON.parse(await readFile(join(data, "acme", "state.json"), "utf8").catch(() => "null"));

test("refused while the name leads elsewhere, then ordered and shown", { skip: without("pebble") }, async (t) => {
  const [port, elsewhere] = [await freePort(), await freePort()];
  const data = await mkdtemp(join(tmpdir(), "seatway-acme-"));
  const pebble = await startPebble({ httpPort: port });
  const open: { stop(signal?: "SIGKILL"): Promise<unknown> }[] = [pebble];
  t.after(async () => {
    for (const each of open.toReversed()) await each.stop("SIGKILL");
    await rm(data, { recursive: true, force: true });
  });
  const acme = {
    SEATWAY_ACME_DOMAINS: "localhost",
    SEATWAY_ACME_TERMS: "ON",
    SEATWAY_ACME_EMAIL: "operations@example.com",
    SEATWAY_ACME_DIRECTORY: pebble.directory,
    NODE_EXTRA_CA_CERTS: pebble.ca,
  };
  const astray = await startGateway({ data, site, settings: { ...acme, SEATWAY_ACME_PORT: String(elsewhere) } });
  open.push(astray);
  const { ports } = astray;
  const failed = await astray.logged(({ msg }) => String(msg).startsWith("no certificate from the authority"));
  assert.match(String(failed["reason"]), /connection refused|error occurred/i);
  assert.deepEqual([failed["names"], failed["failures"]], ["localhost", 1]);
  assert.match((await shownAt(ports.https)).issuer, /Seatway CA/);
  await until("the failure to be kept", async () => (await lastOf(data))?.failures || null);
  const told = await doctor({
    ...{ ...acme, SEATWAY_DATA: data, SEATWAY_ACME_PORT: String(elsewhere) },
    ...{ SEATWAY_HTTP_PORT: String(ports.http), SEATWAY_HTTPS_PORT: String(ports.https) },
  });
  assert.match(told, /^BAD {3}acme +failed 1 times, last .*\n +-> port 80 of every name has to lead to port/m);
  await astray.stop();

  const gateway = await startGateway({ data, site, ports, settings: { ...acme, SEATWAY_ACME_PORT: String(port) } });
  open.push(gateway);
  const [before] = [await shownAt(ports.https)];
  // A failure is remembered over the start; whoever has mended it asks for a reload.
  process.kill(gateway.pid, "SIGHUP");
  const come = await gateway.logged(({ msg }) => msg === "a certificate has come from the authority");
  for (const face of [ports.https, ports.sips]) {
    const shown = await shownAt(face);
    assert.match(shown.issuer, /Pebble/);
    assert.equal(shown.fingerprint256, come["fingerprint"]);
    assert.notEqual(shown.fingerprint256, before.fingerprint256);
    assert.ok(shown.checkHost("localhost"));
  }
  await until("it to be kept", async () => ((await lastOf(data))?.failures === 0 ? true : null));
  for (const path of ["acme/account-key.pem", "acme/state.json", "tls/key.pem"])
    assert.equal((await stat(join(data, path))).mode & 0o777, 0o600, path);
  const chain = await readFile(join(data, "tls", "cert.pem"), "utf8");
  assert.equal(chain.match(/BEGIN CERTIFICATE/g)?.length, 2, "with the chain behind it");
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404);
  assert.doesNotMatch(astray.log() + gateway.log() + gateway.output(), /PRIVATE KEY/);
});

const orderFailed = ({ msg }: Record<string, unknown>): boolean =>
  String(msg).startsWith("no certificate from the authority");

test("an authority that binds accounts: none without the key or with another one, then one, and the key is told to nobody", {
  skip: without("pebble"),
}, async (t) => {
  const key = Buffer.from("the key that the authority has given to us").toString("base64url");
  const other = Buffer.from("the key that the authority gave somebody").toString("base64url");
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "seatway-acme-"));
  const [data, file] = [join(folder, "data"), join(folder, "eab-key")];
  await mkdir(data);
  const pebble = await startPebble({ httpPort: port, keys: { "kid-1": key } });
  const open: { stop(signal?: "SIGKILL"): Promise<unknown> }[] = [pebble];
  t.after(async () => {
    for (const each of open.toReversed()) await each.stop("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  const acme = {
    ...{ SEATWAY_ACME_DOMAINS: "localhost", SEATWAY_ACME_TERMS: "ON", SEATWAY_ACME_PORT: String(port) },
    ...{ SEATWAY_ACME_DIRECTORY: pebble.directory, NODE_EXTRA_CA_CERTS: pebble.ca },
  };
  const startWith = async (binding: Readonly<Record<string, string>>) => {
    const gateway = await startGateway({ data, site, settings: { ...acme, ...binding } });
    open.push(gateway);
    // A failure is remembered over the start; whoever has mended it asks for a reload.
    process.kill(gateway.pid, "SIGHUP");
    return gateway;
  };

  const unbound = await startWith({});
  assert.match(String((await unbound.logged(orderFailed))["reason"]), /externalAccountBinding/);
  await unbound.stop();
  const wrong = await startWith({ SEATWAY_ACME_EAB_KEY_ID: "kid-1", SEATWAY_ACME_EAB_KEY: other });
  assert.match(String((await wrong.logged(orderFailed))["reason"]), /external account binding/i);
  await wrong.stop();

  await writeFile(file, `${key}\n`, { mode: 0o600 });
  const bound = await startWith({ SEATWAY_ACME_EAB_KEY_ID: "kid-1", SEATWAY_ACME_EAB_KEY_FILE: file });
  await bound.logged(({ msg }) => msg === "a certificate has come from the authority");
  assert.match((await shownAt(bound.ports.https)).issuer, /Pebble/);
  const told = [unbound, wrong, bound].map((gateway) => gateway.log() + gateway.output()).join("\n");
  for (const secret of [key, other]) assert.ok(!told.includes(secret));
});
