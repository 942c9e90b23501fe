// Pages of other origins: the answer to a preflight and the headers of a reply (Fetch Standard, "CORS protocol").
// Listed origins are named one by one, since their pages may send the cookie of wire.md 11. `*` lets any page call, but
// never with cookies: its script has to know the Guid.

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
  const anybody = origins.includes("*");
  const exposed = [
    "Access-Control-Expose-Headers",
    "Set-GUID, Guid, Trace-Id, Event-Id, RateLimit, RateLimit-Policy, Retry-After, Idempotency-Replayed, Next-Page",
  ];
  for (const origin of origins) {
    const allow = ["Access-Control-Allow-Origin", origin, "Access-Control-Allow-Credentials", "true"];
    replies.set(origin, [...allow, ...exposed, "Vary", "Origin"]);
  }
  const open: HeaderList = ["Access-Control-Allow-Origin", "*", ...exposed];
  // Caches must not hand the reply for one origin to another, also when this one is not listed.
  const unlisted: HeaderList = origins.length > 0 ? ["Vary", "Origin"] : none;
  const reply = (origin: string | undefined): HeaderList => (anybody ? open : (replies.get(origin ?? "") ?? unlisted));
  return {
    reply,
    preflight(origin, methods) {
      if (origin === undefined || !(anybody || replies.has(origin))) return unlisted;
      return [
        ...reply(origin),
        "Access-Control-Allow-Methods",
        methods.join(", "),
        "Access-Control-Allow-Headers",
        "guid, content-type, accept, x-requested-with, cache-control, pragma, last-event-id, traceparent, idempotency-key",
        "Access-Control-Max-Age",
        "600",
      ];
    },
  };
}
