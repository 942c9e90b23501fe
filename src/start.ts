// Builds the gateway from settings and site, and takes it down again in the opposite order. Run by main.ts.

import { readFile } from "node:fs/promises";
import type { AcmeKeeper } from "./acme.ts";
import type { Demo, Listening } from "./banner.ts";
import { systemClock } from "./base/clock.ts";
import { openPrecedence } from "./base/precedence.ts";
import { openCertificate } from "./certificate.ts";
import type { Site } from "./core/site.ts";
import { demoText, editedDemo, editsOf, storedEdit, type Whose } from "./demo-edits.ts";
import type { Ground } from "./ground.ts";
import type { HttpFace } from "./http/server.ts";
import { livingSite } from "./living-site.ts";
import { pinoLog } from "./pino-log.ts";
import { must } from "./problem.ts";
import { type Environment, readSite } from "./read-site.ts";
import { openAudit } from "./runtime/audit.ts";
import { openCallArchive } from "./runtime/call-archive.ts";
import { openEvidence } from "./runtime/evidence/evidence.ts";
import type { RunningGateway } from "./runtime/gateway.ts";
import { continuedClock } from "./runtime/journal/continued-clock.ts";
import { openMetrics } from "./runtime/metrics/metrics.ts";
import type { Reloader } from "./runtime/operator/face.ts";
import { openParameterDesk } from "./runtime/parameters.ts";
import { checkAgainstSite, type Settings, unknownSettings } from "./settings.ts";
import { editedText } from "./site-edits.ts";
import { keepAcme } from "./start-acme.ts";
import { type DemoTown, openDemo } from "./start-demo.ts";
import { openFaces } from "./start-faces.ts";
import { keepJournal } from "./start-journal.ts";
import { openOperator } from "./start-operator.ts";
import { keepReloading } from "./start-reload.ts";
import { openShell } from "./start-shell.ts";
import { openSiteDesk, type SiteSource } from "./start-site.ts";
import { openStore } from "./store/open.ts";
import type { SiteEditRow } from "./store/ports.ts";

export type Running = {
  readonly listening: Listening;
  readonly demo: Demo | null;
  readonly gateway: RunningGateway;
  /** Reads site file and certificate anew. Never rejects. */
  readonly reload: Reloader["reload"];
  /** Resolves with the reason when a part without which the gateway is of no use has ended. */
  readonly broken: Promise<string>;
  /** Lets calls go on for SEATWAY_DRAIN_MS at most, ends them with their events, then every part. Safe to repeat. */
  stop(): Promise<void>;
};

export async function start(environment: Environment): Promise<Running> {
  const closing: Ground["closing"] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= takeDown(closing);
    return stopping;
  };
  try {
    return { ...(await build(environment, closing)), stop };
  } catch (fault) {
    // Why it does not start is what has to be told, whatever goes wrong after.
    await stop().catch(() => {});
    throw fault;
  }
}

/** A part that cannot be closed does not keep the others from it: the fault comes when all had their turn. */
async function takeDown(closing: Ground["closing"]): Promise<void> {
  const faults: unknown[] = [];
  for (const close of closing.toReversed()) {
    try {
      await close();
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, faults.map(String).join("; "));
}

async function build(environment: Environment, closing: Ground["closing"]): Promise<Omit<Running, "stop">> {
  const begun = systemClock.monotonic();
  const { own: asWritten, settings, inForce, path } = await readSite(environment);
  const log = pinoLog(settings.logLevel);
  for (const unknown of unknownSettings(environment)) log.warn({ name: unknown }, "not a setting");
  const ground = await lay(settings, { log, closing, setLogLevel: log.setLevel });
  const whose: Whose = asWritten ? "file" : "demo";
  const atStart = editsOf(whose, await ground.store.siteEdits());
  const own = asWritten && (await editedSite(ground, { environment, path, edits: atStart }));
  const demo = own ? null : await openDemo(ground);
  const living = livingSite(own ?? changedDemo(ground, demo as DemoTown, atStart));
  const { site } = living;
  must(checkAgainstSite(settings, site) ?? {});
  const parameters = await openParameterDesk({ ...ground, site: site.parameters });
  const shell = await openShell(ground, { site, demo, parameters });
  const { gateway } = shell;
  // Once more after the faces: whoever came back while they were closing.
  closing.push(() => gateway.shutDown());
  const control = demo ? `http://127.0.0.1:${demo.sim.controlPort}` : undefined;
  const archive = openCallArchive({ store: ground.store, site });
  const trunks = shell.sip ? shell.trunkDesk : undefined;
  let http: HttpFace | undefined;
  let acme: AcmeKeeper | null = null;
  const reloader: Reloader = keepReloading(ground, {
    ...shell,
    ...{ living, inForce, environment },
    demo: demo && (() => editedDemo(demo.site, siteEntries.inForce()).site),
    edits: () => siteEntries.inForce(),
    http: () => http,
    // Who has mended what kept a certificate away need not wait.
    asked: () => acme?.now(),
  });
  const siteEntries = openSiteDesk({
    ...{ clock: ground.clock, log, atStart, reloader },
    source: demo ? demoSource(demo) : fileSource(path),
    keep: (row, line) => ground.store.keepSiteEdit(storedEdit(whose, row), line),
  });
  const operator = await openOperator(ground, {
    ...shell,
    site,
    parameters,
    trunks,
    archive,
    control,
    reloader,
    siteEntries,
  });
  const faces = await openFaces(ground, { ...shell, parameters, site, archive, operator }, (face) => {
    http = face;
  });
  acme = await keepAcme(ground, reloader);
  closing.push(() => gateway.drain(ground.settings.drainMs));
  return {
    gateway,
    reload: reloader.reload,
    demo: demo && control !== undefined ? { phones: site.phones, control } : null,
    broken: demo ? demo.sim.died : new Promise<string>(() => {}),
    listening: { ...faces, site: own ? path : "demo site", readyMs: systemClock.monotonic() - begun },
  };
}

/** With what operators have changed of it; what does not fit the file any more is said, and left out. */
async function editedSite({ log }: Ground, { environment, path, edits }: Edits): Promise<Site | null> {
  for (const { edit, why } of editedText(await readFile(path, "utf8"), edits).left)
    log.warn({ kind: edit.kind, key: edit.key, why }, "a change of the site does not fit its file any more");
  return (await readSite(environment, edits)).own;
}

/** The same of the demo site. */
function changedDemo({ log }: Ground, demo: DemoTown, edits: readonly SiteEditRow[]): Site {
  const { site, left } = editedDemo(demo.site, edits);
  for (const { edit, why } of left)
    log.warn({ kind: edit.kind, key: edit.key, why }, "a change of the demo site does not fit it any more");
  return site;
}

const fileSource = (path: string): SiteSource => ({
  text: () => readFile(path, "utf8"),
  admitted: (_kind, _key, fields) => fields,
});

function demoSource({ site }: DemoTown): SiteSource {
  const { text, admitted } = demoText(site);
  return { text: async () => text, admitted };
}

type Edits = {
  readonly environment: Environment;
  /** Of the site file. */
  readonly path: string;
  readonly edits: readonly SiteEditRow[];
};

async function lay(
  settings: Settings,
  { log, closing, setLogLevel }: Pick<Ground, "log" | "closing" | "setLogLevel">,
): Promise<Ground> {
  const evidence = openEvidence({ clock: systemClock, bytes: settings.evidenceMib * 2 ** 20 });
  const certificate = await certificateFor(settings);
  const { data: folder, databaseUrl: url, nodeName: node } = settings;
  const store = must(await openStore({ folder, url, clock: systemClock, log, node }));
  closing.push(() => store.close());
  const base = {
    settings,
    log,
    setLogLevel,
    evidence,
    certificate,
    store,
    metrics: openMetrics(),
    closing,
    precedence: openPrecedence(systemClock),
  };
  const journal = await keepJournal({ ...base, clock: systemClock });
  const clock = continuedClock({ clock: systemClock, log, journal });
  closing.push(() => clock.close());
  return { ...base, clock, audit: openAudit({ store, clock, log }), journal };
}

/** It names every address under which we can be reached. */
async function certificateFor(settings: Settings) {
  const { httpsPort, sipPort, sipsPort, data, host, advertise } = settings;
  if (httpsPort === 0 && (sipPort === 0 || sipsPort === 0)) return null;
  const names = [...new Set(["localhost", "127.0.0.1", host, advertise])];
  return must(await openCertificate(data, names, systemClock, settings.acmeDomains.length > 0));
}
