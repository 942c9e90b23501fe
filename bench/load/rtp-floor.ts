// The floor under every relay that is written for Node.js: sockets that pass datagrams on unread, as a process of its own. Told the
// ports of the streams by rtp-relays.ts, tells those that it has for them.

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import process from "node:process";

const host = "127.0.0.1";

async function open(): Promise<Socket> {
  // As our plane has it: without a lookup of its own each packet would go through the resolver.
  const socket = createSocket({ type: "udp4", lookup: (address, _options, found) => found(null, address, 4) });
  // Nothing is looked up, so it may listen at once.
  const listening = once(socket, "listening");
  socket.bind(0, host);
  await listening;
  return socket;
}

process.on("disconnect", () => process.exit());
const [theirs] = (await once(process, "message")) as [readonly number[]];
const sockets: Socket[] = [];
for (const _ of theirs) sockets.push(await open());
for (const [stream, socket] of sockets.entries()) {
  const other = stream ^ 1;
  socket.on("message", (packet) => sockets[other]?.send(packet, theirs[other] ?? 0, host));
}
process.send?.(sockets.map((socket) => socket.address().port));
