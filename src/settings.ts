// The settings in force: read once, by start.ts, the environment over the site file over the default of the table
// (settings/table.ts), and checked against each other (settings/rules.ts); and as docs/settings.md and the console show them.

import type { Setting } from "./setting.ts";
import { together } from "./settings/rules.ts";
import { type Problem, type Settings, settingRows, settingsTable, wrong } from "./settings/table.ts";

export { checkAgainstSite, checkExposure, isLoopback, isWildcard, pollHoldMs } from "./settings/rules.ts";
export { isSecret, type Problem, type Settings, settingsTable } from "./settings/table.ts";

type Texts = Readonly<Record<string, string | undefined>>;

const names: ReadonlySet<string> = new Set(settingRows.map((row) => row.name));

/** An empty variable in the environment counts as absent, as in most shells' `NAME= command`. */
const given = (environment: Texts, name: string): string | undefined => environment[name] || undefined;

/**
 * Reads every setting: environment over `fromFile` (the site file's `settings:`, names as in the table) over default.
 * The result is frozen. The first wrong value ends it.
 */
export function readSettings(environment: Texts, fromFile: Texts = {}): Settings | Problem {
  for (const [name, value = ""] of Object.entries(fromFile)) {
    const allowed = fileSettingAllows(name, value);
    if (allowed) return wrong(name, value, allowed);
  }
  const read: Record<string, unknown> = {};
  for (const [key, row] of Object.entries<Setting<unknown>>(settingsTable)) {
    const source = given(environment, row.name) ?? fromFile[row.name] ?? row.fallback;
    const value = row.read(source);
    if (value === undefined) return wrong(row.name, source, row.allowed);
    read[key] = value;
  }
  // Each key of the table was read by its own row, so the record has the table's shape.
  const settings = read as Settings;
  const clash = together(settings);
  if (clash) return clash;
  return Object.freeze({ ...settings, advertise: settings.advertise || settings.host });
}

/** A row of the site file's `settings:`: undefined when it may stand there, else what is allowed. */
export function fileSettingAllows(name: string, value: string): string | undefined {
  const row = settingRows.find((each) => each.name === name);
  if (!row) return "a name of docs/settings.md";
  // It says where the file is, so the file cannot say it.
  if (name === settingsTable.config.name) return "SEATWAY_CONFIG in the environment only";
  return row.read(value) === undefined ? row.allowed : undefined;
}

/** Every setting with its value as text and where that comes from; a secret one has none. */
export const settingsInForce = (environment: Texts, fromFile: Texts = {}): readonly SettingInForce[] =>
  settingRows.map(({ name, fallback, allowed, meaning, secret = false }) => {
    const here = given(environment, name);
    const source = here !== undefined ? "environment" : fromFile[name] !== undefined ? "site" : "default";
    const value = here ?? fromFile[name] ?? fallback;
    return { name, fallback, allowed, meaning, source, value: secret ? "" : value, secret: secret && value !== "" };
  });

export type SettingInForce = Pick<Setting<unknown>, "name" | "fallback" | "allowed" | "meaning"> & {
  readonly source: "environment" | "site" | "default";
  readonly value: string;
  /** It has a value, which is not shown. */
  readonly secret: boolean;
};

/** Where the site file is, before anything else can be read. `asked`: it was named, so it has to be there. */
export function siteFilePath(environment: Texts): { readonly path: string; readonly asked: boolean } {
  const asked = given(environment, settingsTable.config.name);
  return { path: asked ?? settingsTable.config.fallback, asked: asked !== undefined };
}

/** Variables that begin with `SEATWAY_` and are no setting: most likely a slip of the pen, worth a warning at start. */
export const unknownSettings = (environment: Texts): readonly string[] =>
  Object.keys(environment).filter((name) => name.startsWith("SEATWAY_") && !names.has(name));

/** The table of docs/settings.md. */
export function settingsMarkdown(): string {
  const cell = (value: string): string => value.replaceAll("|", "\\|");
  const lines = settingRows.map(
    (row) =>
      `| \`${row.name}\` | ${row.fallback === "" ? "" : `\`${row.fallback}\``} | ${cell(row.allowed)} | ${cell(row.meaning)} |`,
  );
  return ["| Name | Default | Allowed | Meaning |", "|---|---|---|---|", ...lines].join("\n");
}
