// `seatway doctor`: what stands between this machine and calls, and what to do about it. Settings and site file are those of `seatway
// serve`; a gateway may run meanwhile. Exit code 0 when nothing is bad, 1 when something is, 2 for wrong usage.

import { lookAtAcme } from "./doctor-acme.ts";
import { lookAtBuffers } from "./doctor-buffers.ts";
import {
  type Finding,
  lookAtAddresses,
  lookAtCertificate,
  lookAtClock,
  lookAtDisk,
  lookAtLimits,
  lookAtPorts,
  lookAtTrunks,
  type Patient,
} from "./doctor-checks.ts";
import { StartProblem } from "./problem.ts";
import { readSite } from "./read-site.ts";
import { unknownSettings } from "./settings.ts";

const PATIENCE_MS = 2000;

/** Somebody answers as a gateway does at the port of plain HTTP. */
async function runs(httpPort: number): Promise<boolean> {
  if (httpPort === 0) return false;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const reply = await fetch(`http://127.0.0.1:${httpPort}/healthz`, { signal }).catch(() => undefined);
  return (await reply?.text().catch(() => "")) === '{"status":"alive"}';
}

async function examine(): Promise<readonly Finding[]> {
  try {
    const { own, settings } = await readSite(process.env);
    const patient: Patient = { settings, site: own ?? null, running: await runs(settings.httpPort) };
    const unknown = unknownSettings(process.env).map((name): Finding => {
      return { what: "settings", state: "look", said: `${name} is no setting`, advice: "docs/settings.md lists them" };
    });
    const served = own ? `${own.agents.length} agents, ${own.phones.length} phones` : "the demo site";
    const looks = [
      lookAtPorts,
      lookAtAddresses,
      lookAtCertificate,
      lookAtAcme,
      lookAtClock,
      lookAtDisk,
      lookAtLimits,
      lookAtBuffers,
      lookAtTrunks,
    ];
    const found = await Promise.all(looks.map((look) => look(patient)));
    const gateway = patient.running ? "a gateway runs" : "no gateway runs";
    return [{ what: "settings", state: "ok", said: `${served}; ${gateway}` }, ...unknown, ...found.flat()];
  } catch (fault) {
    if (!(fault instanceof StartProblem)) throw fault;
    const advice = "docs/settings.md and docs/site.md say what is allowed";
    return [{ what: "settings", state: "bad", said: fault.message, advice }];
  }
}

const marks = { ok: "ok  ", look: "look", bad: "BAD " } as const;

if (process.argv.length > 2) {
  process.stderr.write(
    "seatway doctor takes no arguments: its settings come from the environment (docs/settings.md)\n",
  );
  process.exitCode = 2;
} else {
  const findings = await examine();
  for (const { what, state, said, advice } of findings) {
    process.stdout.write(`${marks[state]}  ${what.padEnd(11)}  ${said}\n`);
    if (advice) process.stdout.write(`${" ".repeat(19)}-> ${advice}\n`);
  }
  process.exitCode = findings.some(({ state }) => state === "bad") ? 1 : 0;
}
