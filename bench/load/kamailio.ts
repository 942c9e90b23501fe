// Kamailio as a stateful proxy (tm) that stays in the path (rr), one worker: what the same call costs in C. It relays and
// nothing else: no accounting, no database, no registrar.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SubjectOrder } from "./b2bua.ts";
import { dial, openUdp } from "./two-leg-wire.ts";

export const hasKamailio = (): boolean => spawnSync("kamailio", ["-v"], { stdio: "ignore" }).status === 0;

export type Running = { readonly pid: number; readonly port: number; stop(): Promise<void> };

/** `folder` takes its files. Rejects when it does not come up. */
export async function startKamailio({ ends, pem }: SubjectOrder, folder: string): Promise<Running> {
  const port = await freePort();
  const file = (name: string): string => join(folder, name);
  await writeFile(file("key.pem"), pem.key);
  await writeFile(file("cert.pem"), pem.cert);
  await writeFile(file("kamailio.cfg"), configuration({ port, ...ends, key: file("key.pem"), cert: file("cert.pem") }));
  const child = spawn(
    "kamailio",
    ["-f", file("kamailio.cfg"), "-DD", "-E", "-Y", folder, "-m", "1024", "-M", "32", "-b", "4194304"],
    {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const exited = once(child, "exit");
  const up = ends.transport === "udp" ? sleep(1_500) : taken(() => dial(ends.transport, pem, port));
  try {
    await Promise.race([up, exited.then(() => Promise.reject(new Error("it ended")))]);
  } catch (error) {
    child.kill("SIGTERM");
    throw new Error(`kamailio did not start: ${said}`, { cause: error });
  }
  return {
    pid: child.pid ?? 0,
    port,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const socket = await openUdp();
  const { port } = socket.address();
  socket.close();
  return port;
}

async function taken(connect: () => Promise<{ destroy(): void }>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = await connect().catch(() => undefined);
    if (socket) {
      socket.destroy();
      return;
    }
    await sleep(50);
  }
  throw new Error("kamailio takes no connection");
}

type Settings = SubjectOrder["ends"] & { readonly port: number; readonly key: string; readonly cert: string };

const certificateLines = (key: string, cert: string): string =>
  ['"tls_method", "TLSv1.2+"', `"private_key", "${key}"`, `"certificate", "${cert}"`]
    .map((setting) => `modparam("tls", ${setting})`)
    .join("\n");

const configuration = ({ transport, port, calleePort, key, cert }: Settings): string => `#!KAMAILIO
debug=0
log_stderror=yes
children=1
tcp_children=1
disable_tcp=${transport === "udp" ? "yes" : "no"}
${transport === "tls" ? "enable_tls=yes" : ""}
auto_aliases=no
dns=no
rev_dns=no
listen=${transport}:127.0.0.1:${port}
${["pv", "tm", "sl", "rr", "siputils", "maxfwd", ...(transport === "tls" ? ["tls"] : [])]
  .map((name) => `loadmodule "${name}.so"`)
  .join("\n")}
${transport === "tls" ? certificateLines(key, cert) : ""}
request_route {
  if (!mf_process_maxfwd_header("10")) exit;
  if (has_totag()) {
    loose_route();
    t_relay();
    exit;
  }
  record_route();
  $du = "sip:127.0.0.1:${calleePort};transport=${transport}";
  t_relay();
}
`;
