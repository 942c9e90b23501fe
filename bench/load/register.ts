// Registers many phones from one port (RFC 3261 §10, digest §22) and leaves the port: the program that takes it next is
// called there. Written apart from src/sip, so that the load does not lean on what it measures.

import { createHash, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

export type Registration = {
  /** UDP port on loopback that the phones have. */
  readonly phonesPort: number;
  readonly registrarPort: number;
  /** Numbers; each is also the user name, with an empty password. */
  readonly phones: readonly string[];
};

/** At a time, so that no datagram is lost in a full buffer. */
const BATCH = 20;
const ATTEMPTS = 5;
const RETRY_MS = 500;

/** Rejects with the number and the status, or with the number alone when nobody answered. */
export async function registerPhones({ phonesPort, registrarPort, phones }: Registration): Promise<void> {
  const socket = createSocket("udp4");
  socket.bind(phonesPort, "127.0.0.1");
  await once(socket, "listening");
  const line = openLine(socket, { phonesPort, registrarPort });
  try {
    for (let at = 0; at < phones.length; at += BATCH) {
      await Promise.all(phones.slice(at, at + BATCH).map((phone) => registerPhone(line, phone)));
    }
  } finally {
    socket.close();
    await once(socket, "close");
  }
}

type Line = (phone: string, cseq: number, authorization?: string) => Promise<string>;

/** Requests out, responses in, matched by Call-ID and CSeq. */
function openLine(socket: Socket, ports: Omit<Registration, "phones">): Line {
  const waiting = new Map<string, (response: string) => void>();
  const run = randomBytes(6).toString("hex");
  socket.on("message", (bytes) => {
    const text = bytes.toString("latin1");
    const key = `${/^Call-ID: *(\S+)/im.exec(text)?.[1]} ${/^CSeq: *(\d+)/im.exec(text)?.[1]}`;
    if (text.startsWith("SIP/2.0 1")) return;
    waiting.get(key)?.(text);
    waiting.delete(key);
  });
  return async (phone, cseq, authorization) => {
    const callId = `${run}-${phone}`;
    const request = registerText({ phone, cseq, callId, ...ports, ...(authorization ? { authorization } : {}) });
    const answer = new Promise<string>((resolve) => waiting.set(`${callId} ${cseq}`, resolve));
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      socket.send(request, ports.registrarPort, "127.0.0.1");
      const given = await Promise.race([answer, sleep(RETRY_MS, undefined, { ref: false })]);
      if (given !== undefined) return given;
    }
    throw new Error(`REGISTER of ${phone}: nobody answered`);
  };
}

async function registerPhone(line: Line, phone: string): Promise<void> {
  const first = await line(phone, 1);
  const last = first.startsWith("SIP/2.0 401") ? await line(phone, 2, authorizationFor(phone, first)) : first;
  if (!last.startsWith("SIP/2.0 200")) throw new Error(`REGISTER of ${phone}: ${last.slice(0, last.indexOf("\r\n"))}`);
}

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** RFC 2617 §3.2.2 with qop=auth, from the MD5 challenge among those of the response. */
function authorizationFor(phone: string, response: string): string {
  const challenges = response.split("\r\n").filter((line) => /^WWW-Authenticate:/i.test(line));
  const challenge = challenges.find((line) => !/algorithm="?SHA/i.test(line)) ?? "";
  const value = (name: string): string => new RegExp(`[ ,]${name}="([^"]*)"`, "i").exec(challenge)?.[1] ?? "";
  const [realm, nonce, opaque] = [value("realm"), value("nonce"), value("opaque")];
  const uri = "sip:127.0.0.1";
  const cnonce = randomBytes(8).toString("hex");
  const digest = md5(`${md5(`${phone}:${realm}:`)}:${nonce}:00000001:${cnonce}:auth:${md5(`REGISTER:${uri}`)}`);
  const tail = opaque ? `, opaque="${opaque}"` : "";
  return `Digest username="${phone}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${digest}", algorithm=MD5, cnonce="${cnonce}", qop=auth, nc=00000001${tail}`;
}

type RegisterFields = Omit<Registration, "phones"> & {
  readonly phone: string;
  readonly cseq: number;
  readonly callId: string;
  readonly authorization?: string;
};

const registerText = ({ phone, cseq, callId, phonesPort, authorization }: RegisterFields): string =>
  [
    "REGISTER sip:127.0.0.1 SIP/2.0",
    `Via: SIP/2.0/UDP 127.0.0.1:${phonesPort};branch=z9hG4bK${callId}-${cseq};rport`,
    "Max-Forwards: 70",
    `From: <sip:${phone}@127.0.0.1>;tag=${callId}`,
    `To: <sip:${phone}@127.0.0.1>`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
    `Contact: <sip:${phone}@127.0.0.1:${phonesPort}>`,
    "Expires: 3600",
    ...(authorization ? [`Authorization: ${authorization}`] : []),
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
