// DNS as the resolver sees it: a port, with a twin in the tests. The real one asks the servers of the machine, and for
// addresses also its hosts file, which DNS does not know.

import { lookup, Resolver } from "node:dns/promises";

/** RFC 3403 §4.1. */
export type Naptr = {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly replacement: string;
};

/** RFC 2782. `name` "" or ".": the service is not offered here. */
export type Srv = {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly name: string;
};

/** `ttlS` undefined when the source does not say. */
export type Address = { readonly address: string; readonly ttlS?: number };

/** Each answers [] when there is no such record, and rejects when nobody could be asked. */
export type NameServer = {
  naptr(name: string): Promise<readonly Naptr[]>;
  srv(name: string): Promise<readonly Srv[]>;
  /** A and AAAA. */
  addresses(name: string): Promise<readonly Address[]>;
};

/** A call waits for this: two tries of two seconds. */
const PATIENCE = { timeout: 2_000, tries: 2 };
/** No record; a server that does not know the type; no server at all, where the hosts file may still know the name. */
const NOTHING = new Set(["ENOTFOUND", "ENODATA", "ENOTIMP", "EFORMERR", "ECONNREFUSED"]);

/** No record is an answer; silence or a broken server is a fault. */
async function orNone<Entry>(asked: Promise<readonly Entry[]>): Promise<readonly Entry[]> {
  try {
    return await asked;
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && NOTHING.has(String(fault.code))) return [];
    throw fault;
  }
}

export function systemNames(): NameServer {
  const resolver = new Resolver(PATIENCE);
  return {
    naptr: (name) => orNone(resolver.resolveNaptr(name)),
    srv: (name) => orNone(resolver.resolveSrv(name)),
    async addresses(name) {
      const answers = await Promise.allSettled([
        resolver.resolve4(name, { ttl: true }),
        resolver.resolve6(name, { ttl: true }),
      ]);
      const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
      if (found.length > 0) return found.map(({ address, ttl }) => ({ address, ttlS: ttl }));
      return orNone(lookup(name, { all: true }));
    },
  };
}
