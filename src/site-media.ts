// `media:` of the site file: which engine relays, and where it is.

import { isIP } from "node:net";
import type { SiteMedia } from "./core/site.ts";
import {
  defaulted,
  type Find,
  listOf,
  mapping,
  oneOf,
  optional,
  type Read,
  required,
  text,
  whole,
} from "./site-yaml.ts";

/** rtpengine's own rule for names of interfaces, and names that fit a log. */
const name = text(/^[\w.-]{1,64}$/, "1 to 64 of letters, digits and . _ -");
const address = text((value) => isIP(value) !== 0, "an IP address");

const instance = mapping({
  name: required(name),
  host: required(address),
  port: required(whole(1, 65_535)),
  inside: optional(name),
  outside: optional(name),
});

export const mediaForm = mapping({
  engine: required(oneOf("builtin", "rtpengine")),
  probeMs: optional(whole(200, 600_000)),
  digitPort: optional(whole(1, 65_535)),
  instances: defaulted<SiteMedia["instances"]>([], listOf(instance)),
}) satisfies Read<SiteMedia>;

/** Rules between the keys. */
export function checkMedia({ engine, instances, probeMs, digitPort }: SiteMedia, find: Find): void {
  if (engine === "rtpengine" && instances.length === 0) find(["media", "instances"], "rtpengine needs one at least");
  const given = { instances: instances.length > 0, probeMs: probeMs !== undefined, digitPort: digitPort !== undefined };
  for (const [key, there] of Object.entries(given))
    if (engine === "builtin" && there) find(["media", key], "only with engine: rtpengine");
  const names = new Set<string>();
  const places = new Set<string>();
  for (const [index, { name: own, host, port, inside, outside }] of instances.entries()) {
    const path = ["media", "instances", index];
    if (names.has(own)) find([...path, "name"], `${own} stands here twice`);
    if (places.has(`${host} ${port}`)) find([...path, "port"], `${host} port ${port} stands here twice`);
    if ((inside === undefined) !== (outside === undefined)) find(path, "inside and outside belong together");
    names.add(own);
    places.add(`${host} ${port}`);
  }
}
