// What `seatway doctor` says of the room that the system gives to datagrams that wait: SIP comes in bursts, and what finds no room is lost
// without a word to anybody.

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Finding } from "./doctor-checks.ts";
import { RECEIVE_BUFFER } from "./sip/face.ts";

/** `given`: bytes that the system gives to a socket which asks for as much as ours does; `lost`: datagrams since its start, for want of room. */
export type Room = { readonly given: number; readonly lost: number };

/** What a message of SIP takes there with all that the kernel keeps of it, bytes. */
const MESSAGE = 2_304;

export const lookAtBuffers = async (): Promise<readonly Finding[]> => [
  judgeBuffers({ given: await givenBuffer(), lost: lostIn(await readFile("/proc/net/snmp", "utf8").catch(() => "")) }),
];

export function judgeBuffers({ given, lost }: Room): Finding {
  const what = "buffers";
  const said = `room for ${Math.floor(given / MESSAGE)} SIP messages that wait${lost > 0 ? `; ${lost} datagrams were lost on this machine since its start for want of room` : ""}`;
  // Linux gives twice what is asked for, the other half being its own.
  if (given < RECEIVE_BUFFER) {
    const advice = `sysctl -w net.core.rmem_max=${RECEIVE_BUFFER}, and the same line in a file of /etc/sysctl.d; a gateway that runs has it after a restart`;
    return { what, state: "look", said, advice };
  }
  if (lost === 0) return { what, state: "ok", said };
  return {
    what,
    state: "look",
    said,
    advice: "does the number grow (nstat -az UdpRcvbufErrors)? Then the machine is short of a core",
  };
}

/** RcvbufErrors of all UDP sockets; 0: the system does not say. */
export function lostIn(snmp: string): number {
  const [names, values] = snmp
    .split("\n")
    .filter((line) => line.startsWith("Udp: "))
    .map((line) => line.split(" "));
  return Number(values?.[names?.indexOf("RcvbufErrors") ?? -1] ?? 0);
}

async function givenBuffer(): Promise<number> {
  const socket = createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const given = socket.getRecvBufferSize();
  socket.close();
  return given;
}
