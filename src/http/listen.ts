// A port with many doors. Node.js accepts one connection from a listening socket in a turn of the event loop. After a restart every agent
// connects in the same moment, and turns are long then: behind one door most of them would stand until they give up, and those for whom the
// line is too long would knock again after seconds. Sockets that share the port (SO_REUSEPORT) are looked at in the same turn, and each
// has a line of its own.

import { once } from "node:events";
import type { Server } from "node:http";
import { Server as TlsServer } from "node:https";
import { type AddressInfo, createServer, type ListenOptions, type Server as NetServer } from "node:net";

/** Who has the port, beside the server that serves it. */
export type Doors = {
  /** Nobody comes in any more. Resolves when all who came in by them have gone. */
  close(): Promise<void>;
};

const DOORS = 16;
/** In each line; the system takes its own limit (net.core.somaxconn) if that is lower. */
const BACKLOG = 4_096;

/** The server listens when this resolves. Rejects with the error of the socket; nothing listens then. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<Doors> {
  if (port !== 0) await free({ host, port });
  const shared = { host, backlog: BACKLOG, reusePort: true };
  const isShared = await begun(server, { ...shared, port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOTSUP" || error.code === "ENOPROTOOPT")
      return begun(server, { host, port, backlog: BACKLOG }).then(() => false);
    throw error;
  });
  const { port: bound } = server.address() as AddressInfo;
  const doors = isShared ? Array.from({ length: DOORS - 1 }, () => doorTo(server)) : [];
  const close = async (): Promise<void> => void (await Promise.all(doors.map(closed)));
  try {
    for (const door of doors) {
      await begun(door, { ...shared, port: bound });
      door.on("error", (error) => server.emit("error", error));
    }
  } catch (error) {
    await Promise.all([close(), closed(server)]);
    throw error;
  }
  return { close };
}

/** Another gateway of the same user would share it, too: asked for alone, it is refused. */
async function free(place: { host: string; port: number }): Promise<void> {
  const alone = createServer();
  await begun(alone, place);
  await closed(alone);
}

/** Its connections are the server's, set up as the server's own are. */
const doorTo = (server: Server): NetServer =>
  createServer({ allowHalfOpen: !(server instanceof TlsServer), noDelay: true }, (socket) =>
    server.emit("connection", socket),
  );

async function begun(server: NetServer, options: ListenOptions): Promise<true> {
  server.listen(options);
  await once(server, "listening");
  return true;
}

async function closed(server: NetServer): Promise<void> {
  if (server.listening) await new Promise((resolve) => server.close(resolve));
}
