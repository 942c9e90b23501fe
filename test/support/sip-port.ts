// Ports for the programs that the peer tests start: they must be told one, and cannot tell which one they took.
// Below the system's own range (32,768 and up), so that no outgoing connection sits on one in the meantime.

import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

const address = "127.0.0.1";
const [first, last] = [26_000, 29_990];
/** One test file runs in one process: what it was given once it is not given again. */
const given = new Set<number>();

async function isFree(port: number): Promise<boolean> {
  const udp = createSocket("udp4");
  const tcp = createServer();
  try {
    udp.bind(port, address);
    await once(udp, "listening");
    tcp.listen(port, address);
    await once(tcp, "listening");
    return true;
  } catch {
    return false;
  } finally {
    udp.close();
    tcp.close();
  }
}

/** A port free on UDP and TCP, and the one after it (baresip takes that for TLS). */
export async function freeSipPort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = 2 * randomInt(first / 2, last / 2);
    if (given.has(port)) continue;
    given.add(port);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Error(`no free port between ${first} and ${last}`);
}
