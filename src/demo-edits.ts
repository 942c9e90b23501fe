// The demo site under the hands of operators: a text like that of a site file, over which their changes are laid. They are rows of the
// store beside those of a site file, and never come into one: who has tried the forms on the demo begins his own site without them.

import { randomBytes } from "node:crypto";
import { stringify } from "yaml";
import { refuse } from "./base/step.ts";
import type { SiteKind, SiteValue } from "./contract/site-edit.ts";
import type { Site } from "./core/site.ts";
import { demoPhones, demoSite } from "./demo-site.ts";
import type { Refused } from "./runtime/face.ts";
import { editedText } from "./site-edits.ts";
import { parseSite } from "./site-file.ts";
import type { SiteEditRow, StoredSiteEdit } from "./store/ports.ts";

const mark = "demo.";

export type Whose = "demo" | "file";

/** Of all that the store has. */
export const editsOf = (whose: Whose, stored: readonly StoredSiteEdit[]): readonly SiteEditRow[] =>
  stored
    .filter(({ kind }) => kind.startsWith(mark) === (whose === "demo"))
    .map((row) => ({ ...row, kind: row.kind.replace(mark, "") as SiteKind }));

export const storedEdit = (whose: Whose, row: SiteEditRow): StoredSiteEdit =>
  whose === "file" ? row : { ...row, kind: `${mark}${row.kind}` };

type Fields = Readonly<Record<string, SiteValue | null>>;

/** Where the simulation listens, and what its phones register with: new at each start, so nothing that could be kept. */
const own = { trunks: ["host", "port", "transport"], phones: ["password"] } as const;

export type DemoText = {
  readonly text: string;
  /** Without what is the simulation's own and stays; refused when that would be another one. */
  admitted(kind: SiteKind, key: string, fields: Fields): Fields | Refused;
};

/** `demo`: as it is before any change. */
export function demoText(demo: Site): DemoText {
  const entryOf = (kind: SiteKind, key: string): Readonly<Record<string, unknown>> | undefined => {
    if (kind === "trunks") return demo.trunks.find(({ name }) => name === key);
    return kind === "phones" ? demo.phones.find(({ number }) => number === key) : undefined;
  };
  return {
    text: stringify(demo),
    admitted(kind, key, fields) {
      const entry = entryOf(kind, key);
      if (!entry || (kind !== "trunks" && kind !== "phones")) return fields;
      const names: readonly string[] = own[kind];
      const other = names.find((name) => fields[name] !== undefined && `${fields[name]}` !== `${entry[name]}`);
      if (other !== undefined)
        return refuse("000-002", `${other}: of ${key} it is the simulation's, and new at each start`);
      return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
    },
  };
}

/** With what operators have changed of it; `left`: what does not fit any more, since the demo site is another one in this version. */
export function editedDemo(demo: Site, edits: readonly SiteEditRow[]) {
  const { text, left } = editedText(stringify(demo), edits);
  const read = parseSite("demo site", text);
  return { site: "problems" in read ? demo : read.site, left };
}

/** The demo site as the beginning of a site file of one's own. */
export function demoFile(): string {
  const site = demoSite(demoPhones(randomBytes), { host: "127.0.0.1", port: 5070, transport: "udp" });
  return `${about}${stringify(site)}`;
}

const about = `# The demo site, with what was changed in it. A gateway with a site file simulates nothing: let phones register with the
# accounts below, and write your carrier's address into the trunk. Agents without a password may sign in from this machine alone.
`;
