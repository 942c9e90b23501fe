// The DTLS handshake of one leg as server (RFC 5764), by werift, loaded when the first one begins. werift takes the client's
// word for its certificate: that the client has its key (CertificateVerify, RFC 5246 §7.4.8) and that it is the one of the SDP
// (RFC 8122 §5) is proven here. A message comes once; else a second ClientKeyExchange would change keys that are proven already.

import { verify, X509Certificate } from "node:crypto";
import type { BrowserTerms, Protection } from "../sdp/terms.ts";
import { fingerprintOf } from "./identity.ts";

type Werift = typeof import("werift");
type Server = InstanceType<Werift["DtlsServer"]>;

/** RFC 5246 §7.4. */
const types = { clientHello: 1, certificate: 11, certificateVerify: 15, clientKeyExchange: 16, finished: 20 };
const once: readonly number[] = [types.certificate, types.certificateVerify, types.clientKeyExchange];
/** ecdsa_secp256r1_sha256 and rsa_pkcs1_sha256 (RFC 5246 §7.4.1.4.1). */
const signatures: readonly number[] = [0x0403, 0x0401];
/** SRTP_AEAD_AES_128_GCM (RFC 7714 §14.2) before SRTP_AES128_CM_HMAC_SHA1_80 (RFC 5764 §4.1.2): the longer tag first. */
const profiles = [
  { id: 7, suite: "AEAD_AES_128_GCM", saltLength: 12 },
  { id: 1, suite: "AES_CM_128_HMAC_SHA1_80", saltLength: 14 },
] as const;
/** Datagrams kept while werift is being loaded. */
const maxWaiting = 8;

export type HandshakeOptions = {
  readonly terms: BrowserTerms;
  readonly send: (packet: Buffer) => void;
  /** Once, when the peer is proven. */
  readonly done: (keys: Protection) => void;
  readonly fault: (reason: string) => void;
};

export class Handshake {
  readonly #options: HandshakeOptions;
  #receive: ((packet: Buffer) => void) | null = null;
  #waiting: Buffer[] = [];
  #state: "open" | "done" | "closed" = "open";

  constructor(options: HandshakeOptions) {
    this.#options = options;
    import("werift").then(
      (werift) => this.#start(werift),
      (error: unknown) => options.fault(`DTLS: ${String(error)}`),
    );
  }

  receive(packet: Buffer): void {
    if (this.#receive) this.#receive(packet);
    else if (this.#waiting.length < maxWaiting) this.#waiting.push(packet);
  }

  close(): void {
    this.#state = "closed";
    this.#receive = () => {};
    this.#waiting = [];
  }

  #start(werift: Werift): void {
    if (this.#state === "closed") return;
    const { cert, key } = this.#options.terms.identity;
    const transport = {
      type: "udp",
      address: { address: "", family: "", port: 0 },
      closed: false,
      onData: (_packet: Buffer) => {},
      send: async (packet: Buffer) => {
        if (this.#state !== "closed") this.#options.send(packet);
      },
      close: async () => {},
    };
    const server = new werift.DtlsServer({
      transport,
      cert,
      key,
      signatureHash: { hash: 4, signature: 3 },
      srtpProfiles: profiles.map(({ id }) => id),
      certificateRequest: true,
      extendedMasterSecret: true,
    });
    this.#guard(server);
    server.onConnect.subscribe(() => this.#finish(server));
    server.onError.subscribe((error) => this.#options.fault(`DTLS: ${String(error)}`));
    this.#receive = (packet) => transport.onData(packet);
    for (const packet of this.#waiting.splice(0)) this.#receive(packet);
  }

  /** No renegotiation, and no message of the proof a second time. */
  #guard(server: Server): void {
    const inner = server.onHandleHandshakes;
    const seen = new Set<number>();
    server.onHandleHandshakes = async (messages) => {
      const fresh = messages.filter(({ msg_type: type }) => {
        if (type === types.clientHello) return this.#state === "open";
        if (once.includes(type) && seen.has(type)) return false;
        seen.add(type);
        return true;
      });
      if (fresh.length > 0) await inner(fresh);
    };
  }

  #finish(server: Server): void {
    if (this.#state !== "open") return;
    const { terms, done, fault } = this.#options;
    const profile = profiles.find(({ id }) => id === server.srtp.srtpProfile);
    if (!profile || !isProven(server, terms.fingerprint)) {
      this.close();
      return fault("DTLS: the peer's certificate is not the one of its SDP");
    }
    this.#state = "done";
    const keys = server.extractSessionKeys(16, profile.saltLength);
    done({
      suite: profile.suite,
      ours: Buffer.concat([keys.localKey, keys.localSalt]).toString("base64"),
      theirs: Buffer.concat([keys.remoteKey, keys.remoteSalt]).toString("base64"),
    });
  }
}

/** Whether the client has signed the handshake up to here with the key of the certificate that the SDP names. */
function isProven(server: Server, fingerprint: string): boolean {
  const messages = server.dtls.sortedHandshakeCache;
  const at = messages.findIndex(({ msg_type: type }) => type === types.certificateVerify);
  // Flight 5 is the client's (RFC 6347 §4.2.4); the server has sent a certificate, too.
  const certificate = server.dtls.handshakeCache[5]?.data.find(({ msg_type: type }) => type === types.certificate);
  const proof = messages[at]?.fragment;
  const der = certificate && firstCertificate(certificate.fragment);
  if (!proof || proof.length < 4 || !der || fingerprintOf(der) !== fingerprint) return false;
  if (!signatures.includes(proof.readUInt16BE(0))) return false;
  const transcript = Buffer.concat(messages.slice(0, at).map((message) => message.serialize()));
  return verify("sha256", transcript, new X509Certificate(der).publicKey, proof.subarray(4));
}

/** RFC 5246 §7.4.2: the length of the list, then the length of each certificate. */
function firstCertificate(message: Buffer): Buffer | null {
  if (message.length < 6) return null;
  const length = message.readUIntBE(3, 3);
  return message.length >= 6 + length ? message.subarray(6, 6 + length) : null;
}
