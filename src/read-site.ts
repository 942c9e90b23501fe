// Site file and settings as every program of ours reads them: the file, then the environment over it. Throws a StartProblem.

import type { Site } from "./core/site.ts";
import { must, StartProblem } from "./problem.ts";
import { readSettings, type SettingInForce, type Settings, settingsInForce, siteFilePath } from "./settings.ts";
import { readSiteFile } from "./site-file.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** `own` null: there is no site file, so it is the demo site. */
export type SiteRead = {
  readonly own: Site | null;
  readonly settings: Settings;
  readonly inForce: readonly SettingInForce[];
  readonly path: string;
};

export async function readSite(environment: Environment): Promise<SiteRead> {
  const { path, asked } = siteFilePath(environment);
  const read = await readSiteFile(path);
  if (read === null && asked) throw new StartProblem(`SEATWAY_CONFIG=${path}: there is no such file`);
  if (read && "unreadable" in read) throw new StartProblem(`SEATWAY_CONFIG=${path}: ${read.unreadable}`);
  const file = read && must(read);
  const settings = must(readSettings(environment, file?.settings));
  return { own: file?.site ?? null, settings, inForce: settingsInForce(environment, file?.settings), path };
}
