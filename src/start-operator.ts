// The operator's side, put together from parts that exist anyway. Run by start.ts.

import type { Site } from "./core/site.ts";
import type { Ground } from "./ground.ts";
import { mmlConsole } from "./mml/console.ts";
import type { CallArchive } from "./runtime/call-archive.ts";
import type { RunningGateway } from "./runtime/gateway.ts";
import { directoryOf, phonesOf, usersOf } from "./runtime/operator/directory.ts";
import type { OperatorDesk, Reloader, SiteDesk } from "./runtime/operator/face.ts";
import { openOperatorRecordings } from "./runtime/operator/recording-shelf.ts";
import { openSimulation } from "./runtime/operator/simulation.ts";
import { openSupervision } from "./runtime/operator/supervision.ts";
import { openTimelineDesk } from "./runtime/operator/timeline.ts";
import type { ParameterDesk } from "./runtime/parameters.ts";
import type { Passwords } from "./runtime/passwords.ts";
import type { RecordingIndex } from "./runtime/recording-index.ts";
import type { Registrar } from "./runtime/registrar.ts";
import type { TrunkDesk } from "./runtime/trunk-doctor.ts";
import { recordingsFolder } from "./start-records.ts";
import { productVersion } from "./version.ts";

export type OperatorParts = {
  readonly gateway: RunningGateway;
  readonly site: Site;
  readonly parameters: ParameterDesk;
  readonly trunks: TrunkDesk | undefined;
  readonly registrar: Pick<Registrar, "bindings">;
  readonly passwords: Pick<Passwords, "has">;
  readonly index: Pick<RecordingIndex, "find">;
  readonly archive: CallArchive;
  readonly reloader: Reloader;
  readonly siteEntries: SiteDesk;
  /** Where the simulation listens; undefined: no demo site. */
  readonly control: string | undefined;
};

export async function openOperator(ground: Ground, parts: OperatorParts): Promise<OperatorDesk> {
  const { settings, clock, log, store, audit, evidence } = ground;
  const { gateway, site, parameters, archive, control } = parts;
  const console = mmlConsole({ desk: parameters, clock, log, nodeName: settings.nodeName });
  const { agents } = gateway.reads;
  return {
    signIns: gateway.operators,
    board: gateway.board,
    node: { name: settings.nodeName, version: await productVersion(), vdn: site.vdn.name },
    signOutAgent: gateway.signOutAgent,
    supervision: openSupervision(gateway),
    directory: () => directoryOf(site),
    phones: () => phonesOf(site, { contacts: parts.registrar.bindings, agents }),
    trunks: parts.trunks,
    parameters,
    mml: console.run,
    audit,
    auditRows: (limit) => store.audit(limit),
    recordings: openOperatorRecordings({ index: parts.index, folder: recordingsFolder(settings) }),
    timelines: openTimelineDesk({
      ...{ evidence, archive },
      gateway: { address: settings.advertise, port: settings.sipPort },
    }),
    reloader: parts.reloader,
    siteEntries: parts.siteEntries,
    settings: parts.reloader.settings,
    users: () =>
      usersOf(site, {
        hasPassword: parts.passwords.has,
        signedIn: (agent) => (gateway.reads.agent(agent)?.state ?? 2) !== 2,
      }),
    simulation: control === undefined ? undefined : openSimulation(control),
  };
}
