// The least of a stranger: a UDP socket at an address of its own that asks one request after the other.

import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { deadlineMs, until } from "../support/until.ts";

export type BareCaller = {
  /**
   * The final response to a request without a body, sent every half second until something comes. `start`: method and URI;
   * `viaExtra`: more parameters of its Via. `patienceMs`: for who does other things before the answer can come.
   */
  ask(
    start: string,
    headers: readonly string[],
    more?: { readonly viaExtra?: string; readonly patienceMs?: number },
  ): Promise<string>;
  close(): Promise<void>;
};

/** `peer`: the port of 127.0.0.1 that it asks. */
export async function startBareCaller({ address, peer }: { address: string; peer: number }): Promise<BareCaller> {
  const socket = createSocket("udp4");
  const replies: string[] = [];
  socket.on("message", (bytes) => replies.push(bytes.toString("utf8")));
  socket.bind(0, address);
  await once(socket, "listening");
  const { port } = socket.address();
  const send = (text: string): void => socket.send(text, peer, "127.0.0.1");
  return {
    async ask(start, headers, { viaExtra = "", patienceMs = deadlineMs } = {}) {
      const [method = ""] = start.split(" ");
      const callId = randomUUID();
      const via = `Via: SIP/2.0/UDP ${address}:${port};branch=z9hG4bK${callId}${viaExtra}`;
      const head = (name: string, to: string): string[] => [
        `${start.replace(method, name)} SIP/2.0`,
        via,
        "Max-Forwards: 70",
        "From: <sip:40001@127.0.0.1>;tag=a",
        `To: ${to}`,
        `Call-ID: ${callId}`,
        `CSeq: 1 ${name}`,
      ];
      const to = "<sip:40001@127.0.0.1>";
      const request = [...head(method, to), ...headers, "Content-Length: 0", "\r\n"].join("\r\n");
      const ours = (): string[] => replies.filter((text) => text.includes(callId));
      let looks = 0;
      const answered = (): string | null => {
        if (looks++ % 20 === 0 && ours().length === 0) send(request);
        return ours().find((text) => !text.startsWith("SIP/2.0 1")) ?? null;
      };
      const final = await until(`the answer to ${start}`, answered, patienceMs);
      const answeredTo = /^To: (.*)\r$/m.exec(final)?.[1] ?? to;
      if (method === "INVITE") send([...head("ACK", answeredTo), "Content-Length: 0", "\r\n"].join("\r\n"));
      return final;
    },
    async close() {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}
