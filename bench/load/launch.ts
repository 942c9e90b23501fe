// A gateway as `npm start` runs it (bin/runtime.mjs), in its second start: the certificate is made and compiled code is
// kept, so that neither the compiler nor the type stripper is part of what is measured.

import { fileURLToPath } from "node:url";
import { type StartedGateway, startGateway } from "../../test/support/started-gateway.ts";

/** What bin/runtime.mjs gives every start. */
export const kept = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url)),
  MALLOC_ARENA_MAX: "2",
};
export const nursery = "--max-semi-space-size=8";
/** What src/main.ts gives its threads. */
export const threadNursery = "--max-semi-space-size=2";
const collector = "--expose-gc";

export type LaunchOptions = {
  /** Its data folder. */
  readonly folder: string;
  /** Text of the site file. */
  readonly site: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly nodeOptions?: string;
};

export async function launchGateway(options: LaunchOptions): Promise<StartedGateway> {
  const { folder, site, nodeOptions = "" } = options;
  const settings = { ...kept, ...options.settings, NODE_OPTIONS: `${nursery} ${collector} ${nodeOptions}`.trim() };
  const first = await startGateway({ data: folder, site, settings });
  await first.stop();
  return startGateway({ data: folder, site, settings });
}
