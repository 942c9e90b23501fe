// Site file and settings as every program of ours reads them: the file, then the environment over it. Throws a StartProblem.

import type { Site } from "./core/site.ts";
import { must, StartProblem } from "./problem.ts";
import { readSettings, type SettingInForce, type Settings, settingsInForce, siteFilePath } from "./settings.ts";
import { editedText } from "./site-edits.ts";
import { readSiteFile } from "./site-file.ts";
import type { SiteEditRow } from "./store/ports.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** `own` null: there is no site file, so it is the demo site. */
export type SiteRead = {
  readonly own: Site | null;
  readonly settings: Settings;
  readonly inForce: readonly SettingInForce[];
  readonly path: string;
};

/** `edits`: what operators have changed of it, in the store; those that do not fit the file any more are left out. */
export async function readSite(environment: Environment, edits: readonly SiteEditRow[] = []): Promise<SiteRead> {
  const { path, asked } = siteFilePath(environment);
  const read = await readSiteFile(path, (text) => editedText(text, edits).text);
  if (read === null && asked) throw new StartProblem(`SEATWAY_CONFIG=${path}: there is no such file`);
  if (read && "unreadable" in read) throw new StartProblem(`SEATWAY_CONFIG=${path}: ${read.unreadable}`);
  const file = read && must(read);
  const settings = must(readSettings(environment, file?.settings));
  return { own: file?.site ?? null, settings, inForce: settingsInForce(environment, file?.settings), path };
}
