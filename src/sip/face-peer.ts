// Part of face.ts: where the other side of a SIP message is, how we meet it over TLS, and what we prove ourselves with.

export type Transport = "udp" | "tcp" | "tls" | "ws" | "wss";

/** A remote (or local) socket address. IPv6 addresses without brackets. */
export type Peer = {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  /** The name in a URI by which `address` was found; over TLS the peer's certificate must carry it (RFC 5922 §7.1). */
  readonly serverName?: string;
  /** TCP, TLS: the far end of a connection that the peer has opened. Nobody listens there once it is gone. */
  readonly accepted?: true;
};

/** How we meet one TLS peer: what we show when asked for a certificate, and whom we believe. PEM texts. */
export type TlsIdentity = {
  readonly key?: string;
  readonly cert?: string;
  /** CAs that may have signed the peer's certificate; absent: those that the system knows. */
  readonly ca?: string;
};

export type TlsOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM; `cert` with the chain behind it. */
  readonly key: string;
  readonly cert: string;
  /** By the name of the peer as its requests have it (`serverName`, else `address`). */
  readonly identities?: ReadonlyMap<string, TlsIdentity>;
};

export type Credentials = {
  readonly username: string;
  readonly password: string;
  /** Other accounts, for the realms of the challenges that they name. */
  readonly realms?: readonly { readonly realm: string; readonly username: string; readonly password: string }[];
};
