// Part of face.ts: registrations (RFC 3261 §10), the phones' at us and ours at a trunk.

import type { Credentials, Peer } from "./face-peer.ts";

/** Where a request came from. */
export type Origin = {
  /** The last hop: responses go there. */
  readonly source: Peer;
  /** The first address that is no proxy of ours. */
  readonly address: string;
};

export type ContactBinding = {
  /** The contact URI as it stood between the angle brackets. */
  readonly uri: string;
  /** Seconds asked for (Contact expires parameter, else Expires header, else 3600); 0 removes. */
  readonly expiresS: number;
  readonly q: number;
  /** `+sip.instance`, which device: a URN in angle brackets. */
  readonly instance?: string;
  /** RFC 5626: which device, and which of its flows; both or neither. */
  readonly outbound?: { readonly instance: string; readonly regId: number };
};

/** A registered contact, the flow to it, and the Route values on the way, topmost first. */
export type DevicePlace = { readonly uri: string; readonly peer: Peer; readonly route: readonly string[] };

export type RegisterRequest = {
  /** User part of the To URI: the address of record. */
  readonly user: string;
  /** `*` = remove all (RFC 3261 §10.2.2); [] = query. */
  readonly contacts: readonly ContactBinding[] | "*";
  readonly sipCallId: string;
  readonly cseq: number;
  /** Where the request came from: requests to the phone go there. */
  readonly source: Peer;
  /** Path (RFC 3327): Route values for requests to the phone, topmost first; [] = it registered directly. */
  readonly path: readonly string[];
  /** The phone wants GRUUs (RFC 5627). */
  readonly gruu?: true;
};

export type RegisterAnswer =
  | {
      readonly status: 200;
      /** `temporary`: a name for the device of this contact that tells nobody whose it is (RFC 5627 §3.1.2). */
      readonly bindings: readonly (Omit<ContactBinding, "q"> & { readonly temporary?: string })[];
    }
  | { readonly status: 403 | 404 | 423 | 500; readonly minExpiresS?: number };

/** We as a registering client (trunks that want it, and the simulated phones). */
export type Account = {
  readonly user: string;
  /** A place, or a URI that RFC 3263 leads from. */
  readonly registrar: Peer | string;
  readonly domain: string;
  readonly credentials: Credentials;
  readonly expiresS: number;
  /** Asks the registrar to reach us by the flow that we registered over (RFC 5626), which is then kept alive, and for a GRUU. */
  readonly outbound?: true;
};

export type AccountState =
  /** `gruu`: a URI of ours that the registrar's domain leads to us by (RFC 5627). */
  | { readonly name: "registered"; readonly expiresS: number; readonly gruu?: string }
  | { readonly name: "refused"; readonly status: number; readonly reason: string };
