// What crosses between the gateway's process and the simulation's, over the IPC channel. Passwords of the demo phones
// travel here and nowhere else: neither arguments nor environment, which other users of the machine can read.

import type { LogFields } from "../base/log.ts";
import type { Peer } from "../sip/face.ts";

export type SimPhone = { readonly number: string; readonly password: string };

export type SimSetup = {
  /** Loopback address that everything binds. */
  readonly host: string;
  readonly phones: readonly SimPhone[];
  /** Domain of the phones' addresses of record; also the realm-independent part of their From. */
  readonly domain: string;
  /** First (even) and last port of the simulation's own RTP. */
  readonly rtpPorts: readonly [first: number, last: number];
};

/** To the simulation. */
export type SimOrder =
  | { readonly type: "open"; readonly setup: SimSetup }
  | { readonly type: "register"; readonly registrar: Peer }
  | { readonly type: "close" };

export type SimPorts = {
  /** Where the phones are called: the source of their registrations too. */
  readonly phonePort: number;
  /** Where the trunk's parties are called. */
  readonly trunkPort: number;
  readonly controlPort: number;
};

/** From the simulation. */
export type SimReport =
  | ({ readonly type: "opened" } & SimPorts)
  | { readonly type: "failed"; readonly reason: string }
  | {
      readonly type: "log";
      readonly level: "debug" | "info" | "warn" | "error";
      readonly fields: LogFields;
      readonly message: string;
    };
