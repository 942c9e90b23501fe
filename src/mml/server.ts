// The MML console's TCP port. Loopback only: there is no sign-in, so whoever reaches the port is an operator. The peer
// address of a change goes into the audit table.

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { By } from "../runtime/parameters.ts";
import { fail } from "./commands.ts";
import { dismiss, type Limits, serveConnection } from "./connection.ts";
import { type ConsoleOptions, mmlConsole } from "./console.ts";

export type MmlOptions = ConsoleOptions & {
  /** 0 takes a free one; whoever reads the settings decides what 0 means there. */
  readonly port: number;
  readonly limits?: Partial<Limits>;
};

export type Mml = {
  /** The port in use. */
  readonly port: number;
  /** Runs one command without a connection; the answer is the whole report. */
  runMml(line: string, by: By): Promise<string>;
  /** Ends every connection. */
  close(): Promise<void>;
};

/** As docs/parameters.md tells. */
const usual: Limits = { commandBytes: 1024, perSecond: 20, idleMs: 300_000, connections: 8 };

/** Opens the port. `problem`: one line that names the setting. */
export async function openMml({ port, limits, ...options }: MmlOptions): Promise<Mml | { readonly problem: string }> {
  const { clock, log } = options;
  const bounds: Limits = { ...usual, ...limits };
  const console = mmlConsole(options);
  const sockets = new Set<Socket>();
  // Half open: `echo 'LST SFP:;' | nc` ends its side before the report is out.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    if (sockets.size <= bounds.connections) return serveConnection(socket, { console, clock, log, limits: bounds });
    socket.on("error", (fault) => log.debug({ fault: fault.message }, "mml connection"));
    return dismiss(socket, clock, console.report("", fail("limit", `${bounds.connections} connections at most`)));
  });
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch (fault) {
    if (!(fault instanceof Error && "code" in fault)) throw fault;
    return { problem: `SEATWAY_MML_PORT=${port}: allowed is a port that is free on 127.0.0.1 (${fault.code})` };
  }
  server.on("error", (fault) => log.error({ fault: fault.message }, "mml port"));
  return {
    port: (server.address() as AddressInfo).port,
    runMml: console.run,
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
