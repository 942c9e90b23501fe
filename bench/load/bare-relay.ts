// The floor under every SIP program written for Node.js: the same messages through sockets of Node.js and nothing else. What
// comes from the callee goes to the caller, everything else to the callee, unread; each INVITE is answered with a 100 of the
// usual size, so that as many messages go out as a user agent or a stateful proxy sends. Forked by two-leg-run.ts.

import { once } from "node:events";
import type { Socket } from "node:net";
import process from "node:process";
import type { SubjectMessage, SubjectOrder } from "./b2bua.ts";
import type { Ends } from "./two-leg-messages.ts";
import { dial, listen, openUdp, type Pem } from "./two-leg-wire.ts";

/** The first letter of INVITE. */
const I = 73;
const TRYING = Buffer.from(
  `SIP/2.0 100 Trying\r\nCall-ID: of-no-call\r\nX: ${"x".repeat(220)}\r\nContent-Length: 0\r\n\r\n`,
);

async function relayDatagrams({ callerPort, calleePort }: Ends): Promise<number> {
  const socket = await openUdp();
  socket.on("message", (bytes, { port }) => {
    if (bytes[0] === I) socket.send(TRYING, callerPort, "127.0.0.1");
    socket.send(bytes, port === calleePort ? callerPort : calleePort, "127.0.0.1");
  });
  return socket.address().port;
}

async function relayStreams({ transport, calleePort }: Ends, pem: Pem): Promise<number> {
  const callee = await dial(transport, pem, calleePort);
  let caller: Socket | undefined;
  callee.on("data", (bytes) => caller?.write(bytes));
  const [, port] = await listen(transport, pem, (socket) => {
    socket.setNoDelay(true);
    caller = socket;
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      if (bytes[0] === I) socket.write(TRYING);
      callee.write(bytes);
    });
  });
  return port;
}

const tell = (message: SubjectMessage): void => void process.send?.(message);

if (process.send) {
  const [{ ends, pem }] = (await once(process, "message")) as [SubjectOrder];
  tell({ port: await (ends.transport === "udp" ? relayDatagrams(ends) : relayStreams(ends, pem)) });
  process.on("disconnect", () => process.exit());
}
