// A caller who puts what he likes into every header of his INVITE: SIP by hand over UDP, from the address of a trunk. No media of his own.

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { lineOf, message, SDP_TYPE } from "../support/dialog-by-hand.ts";
import { until } from "../support/until.ts";

export type Stranger = {
  /** Calls until the gateway says something; `text` stands wherever a text may stand. */
  call(number: string, text: string): Promise<void>;
  /** Resolves when he has been answered. */
  answered(): Promise<void>;
  close(): Promise<void>;
};

/** `peer`: the gateway's SIP port. */
export async function openStranger(peer: number): Promise<Stranger> {
  const socket = createSocket("udp4");
  const heard: string[] = [];
  socket.on("message", (bytes) => heard.push(bytes.toString("utf8")));
  socket.bind(0, "127.0.0.1");
  // A test that fails does not wait for him.
  socket.unref();
  await once(socket, "listening");
  const { port } = socket.address();
  let invite: readonly string[] = [];
  const send = (text: string): void => socket.send(text, peer, "127.0.0.1");
  const request = (method: string, to: string): string =>
    message([
      `${method} sip:8101@127.0.0.1:${peer} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK-${method}-${heard.length}`,
      ...invite.slice(0, 2),
      `To: ${to}`,
      `CSeq: ${method === "ACK" ? 1 : 2} ${method}`,
      "Max-Forwards: 70",
    ]);
  const final = (): string | undefined => heard.find((text) => text.startsWith("SIP/2.0 200") && /CSeq: 1 /.test(text));
  return {
    async call(number, text) {
      const quoted = `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
      invite = [`From: ${quoted} <sip:${encodeURIComponent(text)}@127.0.0.1>;tag=s`, `Call-ID: stranger-${port}`];
      const sdp = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        `s=${text}`,
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        "m=audio 9 RTP/AVP 0",
      ];
      const first = message(
        [
          `INVITE sip:${number}@127.0.0.1:${peer} SIP/2.0`,
          `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK-first`,
          ...invite,
          `To: ${quoted} <sip:${number}@127.0.0.1>`,
          "CSeq: 1 INVITE",
          "Max-Forwards: 70",
          `Contact: ${quoted} <sip:s@127.0.0.1:${port}>`,
          `Subject: ${text}`,
          `User-Agent: ${text}`,
          `P-Asserted-Identity: ${quoted} <sip:${encodeURIComponent(text)}@127.0.0.1>`,
          `X-Data: ${text}`,
          SDP_TYPE,
        ],
        `${sdp.join("\r\n")}\r\n`,
      );
      let looks = 0;
      await until("a word of the gateway", () => {
        if (looks++ % 20 === 0 && heard.length === 0) send(first);
        return heard.length > 0 || null;
      });
    },
    async answered() {
      const answer = await until("the answer", () => final() ?? null);
      send(request("ACK", lineOf(answer, "To")));
    },
    async close() {
      const answer = final();
      if (answer) send(request("BYE", lineOf(answer, "To")));
      await until("the end of the call", () => !answer || heard.some((text) => /CSeq: 2 BYE/.test(text)) || null);
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}
