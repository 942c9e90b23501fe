// Where an authority looks whether a name is ours: HTTP-01 (RFC 8555 §8.3) on a port of its own, since port 80 of the name has to lead
// there and the REST face over plain HTTP stands on loopback. It tells what an order has put there, and nothing else.

import { once } from "node:events";
import { createServer } from "node:http";

export type Door = {
  /** What is told at the token's path until it is taken away (null). */
  answer(token: string, text: string | null): void;
  close(): Promise<void>;
};

const PATH = "/.well-known/acme-challenge/";
/** An authority asks once from a few places; nobody else has anything to ask. */
const MOST_CONNECTIONS = 100;

/** Rejects as `listen` does. */
export async function openDoor({ host, port }: { readonly host: string; readonly port: number }): Promise<Door> {
  const answers = new Map<string, string>();
  const server = createServer(
    { headersTimeout: 5000, requestTimeout: 5000, keepAliveTimeout: 1000 },
    (request, response) => {
      const [path = ""] = (request.url ?? "").split("?");
      const found = path.startsWith(PATH) ? answers.get(path.slice(PATH.length)) : undefined;
      response.writeHead(found === undefined ? 404 : 200, {
        "Content-Type": "text/plain",
        "Cache-Control": "no-store",
      });
      response.end(request.method === "HEAD" ? "" : (found ?? "Nothing but ACME challenges here.\n"));
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  const listening = once(server, "listening");
  server.listen(port, host);
  await listening;
  // A connection that cannot be accepted is no reason to end calls.
  server.on("error", () => {});
  return {
    answer(token, text) {
      if (text === null) answers.delete(token);
      else answers.set(token, text);
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
