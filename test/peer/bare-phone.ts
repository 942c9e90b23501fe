// The least of a phone: a UDP socket that registers by digest and then counts what comes to its port. It answers nothing.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { freeSipPort } from "../support/sip-port.ts";
import { until } from "../support/until.ts";
import { password } from "./site.ts";

export type BarePhone = {
  readonly port: number;
  /** Messages that were not replies to its own, in order. */
  readonly requests: readonly string[];
  /** Closes the socket; the binding stays. Safe to repeat. */
  stop(): Promise<void>;
};

export type BarePhoneOptions = {
  readonly number: string;
  /** The gateway's SIP port. */
  readonly registrar: number;
  readonly port?: number;
  /** Which of the challenges it answers (RFC 8760 §2.4); default MD5. */
  readonly algorithm?: Algorithm;
};

type Algorithm = keyof typeof HASHES;
const HASHES = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" };

/** Registered for ten minutes, or a failure with the status that refused it. */
export async function startBarePhone(options: BarePhoneOptions): Promise<BarePhone> {
  const { number, registrar, algorithm = "MD5" } = options;
  const port = options.port ?? (await freeSipPort());
  const socket = createSocket("udp4");
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
  let closed: Promise<void> | undefined;
  const requests: string[] = [];
  const replies: string[] = [];
  socket.on("message", (bytes) => {
    const text = bytes.toString("utf8");
    (text.startsWith("SIP/2.0 ") ? replies : requests).push(text);
  });
  const callId = randomUUID();
  const ask = async (cseq: number, authorization?: string): Promise<string> => {
    const request = registerRequest({ number, port, callId, cseq, ...(authorization ? { authorization } : {}) });
    socket.send(request, registrar, "127.0.0.1");
    return until(`the reply to REGISTER ${cseq}`, () => replies.find((text) => isFinal(text, cseq)) ?? null);
  };
  const challenges = (await ask(1)).match(/^WWW-Authenticate: Digest .*$/gim) ?? [];
  const challenge = challenges.find((line) => line.includes(`algorithm=${algorithm}`));
  assert.ok(challenge, `no challenge for ${algorithm}`);
  const reply = await ask(2, credentials(challenge, { username: number, algorithm }));
  assert.match(reply, /^SIP\/2\.0 200 /);
  return {
    port,
    requests,
    stop() {
      closed ??= close(socket);
      return closed;
    },
  };
}

async function close(socket: Socket): Promise<void> {
  const gone = once(socket, "close");
  socket.close();
  await gone;
}

const isFinal = (text: string, cseq: number): boolean =>
  !text.startsWith("SIP/2.0 1") && new RegExp(`^CSeq: ${cseq} `, "im").test(text);

type Request = {
  readonly number: string;
  readonly port: number;
  readonly callId: string;
  readonly cseq: number;
  readonly authorization?: string;
};

function registerRequest({ number, port, callId, cseq, authorization }: Request): string {
  return [
    "REGISTER sip:127.0.0.1 SIP/2.0",
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${randomUUID()};rport`,
    "Max-Forwards: 70",
    `From: <sip:${number}@127.0.0.1>;tag=${callId}`,
    `To: <sip:${number}@127.0.0.1>`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
    `Contact: <sip:${number}@127.0.0.1:${port}>`,
    "Expires: 600",
    ...(authorization ? [`Authorization: ${authorization}`] : []),
    "Content-Length: 0",
    "\r\n",
  ].join("\r\n");
}

/** RFC 7616 §3.4 with qop=auth. */
function credentials(challenge: string, { username, algorithm }: { username: string; algorithm: Algorithm }): string {
  const value = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const hash = (...parts: readonly string[]): string =>
    createHash(HASHES[algorithm]).update(parts.join(":")).digest("hex");
  const [realm, nonce, cnonce, uri] = [value("realm"), value("nonce"), randomUUID(), "sip:127.0.0.1"];
  const response = hash(hash(username, realm, password), nonce, "00000001", cnonce, "auth", hash("REGISTER", uri));
  return (
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ` +
    `algorithm=${algorithm}, qop=auth, nc=00000001, cnonce="${cnonce}"`
  );
}
