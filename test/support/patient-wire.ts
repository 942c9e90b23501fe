// A wire to a port of this machine whose program may be away for a while: who connects meanwhile waits until it is back. A phone that is
// refused tries again after half a minute and more (libre), so that a test would hang on when its REGISTER happens to be due.

import { EventEmitter, once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export type PatientWire = {
  readonly port: number;
  /** Resolves with the next one who has to wait. */
  waiting(): Promise<unknown>;
  close(): void;
};

const AGAIN_MS = 25;

export async function openPatientWire(to: number): Promise<PatientWire> {
  const open = new Set<Socket>();
  const refused = new EventEmitter();
  const server = createServer((near) => {
    open.add(near);
    near.on("error", () => {});
    near.on("close", () => open.delete(near));
    void reach(near, to, () => refused.emit("refused"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    waiting: () => once(refused, "refused"),
    close() {
      server.close();
      for (const near of open) near.destroy();
    },
  };
}

async function reach(near: Socket, to: number, refused: () => void): Promise<void> {
  while (!near.destroyed) {
    const far = connect(to, "127.0.0.1");
    try {
      await once(far, "connect");
    } catch {
      refused();
      await delay(AGAIN_MS);
      continue;
    }
    far.on("error", () => {});
    far.on("close", () => near.destroy());
    near.on("close", () => far.destroy());
    near.pipe(far).pipe(near);
    if (near.destroyed) far.destroy();
    return;
  }
}
