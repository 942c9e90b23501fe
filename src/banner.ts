// What a start prints: where the gateway listens, and with the demo site what it takes to place a first call.

import type { SitePhone } from "./core/site.ts";

export type Listening = {
  readonly https: string | null;
  readonly http: string | null;
  readonly sip: string | null;
  readonly rtp: string;
  readonly mml: string | null;
  readonly fingerprint: string | null;
  /** What is served: "demo site" or the site file's name. */
  readonly site: string;
  readonly readyMs: number;
};

export type Demo = { readonly phones: readonly SitePhone[]; readonly control: string };

const off = "off";

export function banner(listening: Listening, demo: Demo | null): string {
  const rows: (readonly [string, string])[] = [
    ["HTTPS", listening.https ?? off],
    ...(listening.fingerprint ? ([["", `certificate SHA-256 ${listening.fingerprint}`]] as const) : []),
    ["HTTP", listening.http ?? off],
    ["SIP", listening.sip ?? off],
    ["RTP", listening.rtp],
    ["MML", listening.mml ?? off],
    ["Site", listening.site],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(6)} ${value}`);
  const title = `Seatway is ready (${(listening.readyMs / 1000).toFixed(1)} s)`;
  return [title, "", ...lines, ...(demo ? demoLines(demo, listening) : []), ""].join("\n");
}

function demoLines({ phones, control }: Demo, { http, https }: Listening): string[] {
  const first = phones.map(({ number, password }) => `    ${number}  ${password}`);
  const origin = http ?? https;
  const url = http && http !== "http://127.0.0.1:8000" ? ` --url ${http}` : "";
  return [
    `  Phones ${control}`,
    "",
    "  Agents 101-120, empty passwords. Demo phones (SIP account and password):",
    ...first,
    "",
    "  To copy and paste: a callout, and a call from outside to whoever is free in skill 25:",
    `    npx seatway callout --agent 101 --phone 40001 --called 40040${url}`,
    `    curl -X POST ${control}/parties/40040/call -H 'Content-Type: application/json' -d '{"to":"8000"}'`,
    ...(origin ? ["", "  In the browser:", ...pages(origin)] : []),
  ];
}

const pages = (origin: string): readonly string[] =>
  [
    ["/", "the agent's desk: 101, no password; phone 40001 with its password from above"],
    ["/console", "the operator's console: 120, no password"],
    ["/watch", "requests, events and SIP messages as they come"],
    ["/api", "the interface for programs"],
  ].map(([path, what]) => `    ${`${origin}${path}`.padEnd(origin.length + 9)} ${what}`);
