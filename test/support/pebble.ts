// Pebble, the ACME server (RFC 8555) that Let's Encrypt tests its own clients with, from Debian's package: an authority whose rules are
// the real one's, with nonces that it refuses now and then. A folder of its own, ended with the test.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateBy, makeCa } from "./certificates.ts";
import { freePort } from "./started-gateway.ts";
import { until } from "./until.ts";

export type Pebble = {
  /** Its directory, over HTTPS. */
  readonly directory: string;
  /** PEM file of the CA to be trusted there. */
  readonly ca: string;
  /** What it logged. */
  log(): string;
  stop(): Promise<void>;
};

export type PebbleOptions = {
  /** Where it looks instead of port 80. */
  readonly httpPort: number;
  /** Keys in base64url by their ids: accounts have to be bound to one of them (RFC 8555 §7.3.4). Absent: to nothing. */
  readonly keys?: Readonly<Record<string, string>>;
};

export async function startPebble({ httpPort, keys }: PebbleOptions): Promise<Pebble> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-pebble-"));
  const at = (name: string): string => join(folder, name);
  const ca = await makeCa("an authority's own");
  const own = await certificateBy(ca, "localhost");
  const [port, management] = [await freePort(), await freePort()];
  await writeFile(at("ca.pem"), ca.cert);
  await writeFile(at("cert.pem"), own.cert);
  await writeFile(at("key.pem"), own.key);
  const config = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    ...(keys && { externalAccountBindingRequired: true, externalAccountMACKeys: keys }),
    ...{ certificate: at("cert.pem"), privateKey: at("key.pem"), httpPort, tlsPort: 1, ocspResponderURL: "" },
  };
  await writeFile(at("pebble.json"), JSON.stringify({ pebble: config }));
  const child = spawn("pebble", ["-config", at("pebble.json"), "-strict"], {
    env: { ...process.env, PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "20" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill("SIGTERM");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until("Pebble to listen", () => {
      if (child.exitCode !== null) throw new Error(`pebble ended with ${child.exitCode}:\n${printed}`);
      return /ACME directory available at/.test(printed) || null;
    });
  } catch (fault) {
    await stop();
    throw fault;
  }
  return { directory: `https://127.0.0.1:${port}/dir`, ca: at("ca.pem"), log: () => printed, stop };
}
