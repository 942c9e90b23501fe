// Pages of other origins: the answer to a preflight and the headers of a reply (Fetch Standard, "CORS protocol").
// Only listed origins, named one by one: a wildcard would let any page act with the cookie of wire.md 11.

import type { HeaderList } from "./reply.ts";

const none: HeaderList = [];

export type Cors = {
  /** Headers that let a page of this origin read the reply; none for an origin that is not listed. */
  reply(origin: string | undefined): HeaderList;
  /** Headers of the answer to OPTIONS. `methods`: those of the path. */
  preflight(origin: string | undefined, methods: readonly string[]): HeaderList;
};

export function cors(origins: readonly string[]): Cors {
  // Made once, so that a reply only looks them up.
  const replies = new Map<string, HeaderList>();
  for (const origin of origins) {
    const allow = ["Access-Control-Allow-Origin", origin, "Access-Control-Allow-Credentials", "true"];
    replies.set(origin, [...allow, "Access-Control-Expose-Headers", "Set-GUID, Guid", "Vary", "Origin"]);
  }
  // Caches must not hand the reply for one origin to another, also when this one is not listed.
  const unlisted: HeaderList = origins.length > 0 ? ["Vary", "Origin"] : none;
  const reply = (origin: string | undefined): HeaderList => replies.get(origin ?? "") ?? unlisted;
  return {
    reply,
    preflight(origin, methods) {
      if (origin === undefined || !replies.has(origin)) return unlisted;
      return [
        ...reply(origin),
        "Access-Control-Allow-Methods",
        methods.join(", "),
        "Access-Control-Allow-Headers",
        "guid, content-type, accept, x-requested-with, cache-control, pragma",
        "Access-Control-Max-Age",
        "600",
      ];
    },
  };
}
