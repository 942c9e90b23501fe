// Whether a package of the product has a known hole: `npm audit`, judged. Run by .ci/run and `npm run audit`. A registry that has no
// advisories, or no network, is said and is no failure; a grave one is, unless `excused` names it with a reason and a last day, so
// that a commit which has nothing to do with it can go in meanwhile. Tools are looked at too, and only told.

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

type Advisory = { readonly name: string; readonly severity: string; readonly title: string; readonly url: string };

/** What `npm audit --json` prints, as far as it is read here. */
export type Report = {
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (Advisory | string)[] }>>;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
};

type Hole = Omit<Advisory, "url"> & { readonly id: string };
export type Excuses = Readonly<Record<string, { readonly why: string; readonly until: string }>>;

/** Advisory (GHSA-…) -> why it does no harm here, and the day after which it does: `{ why, until: "2027-01-31" }`. */
const excused: Excuses = {};

const grave = new Set(["high", "critical"]);

/** Each once. */
function holesIn(vulnerabilities: NonNullable<Report["vulnerabilities"]>): readonly Hole[] {
  const found = new Map<string, Hole>();
  for (const { via } of Object.values(vulnerabilities))
    for (const advisory of via) {
      // A name alone: by way of another package, which has a row of its own.
      if (typeof advisory === "string") continue;
      const { name, severity, title, url } = advisory;
      const id = url.split("/").at(-1) ?? url;
      found.set(id, { id, name, severity, title });
    }
  return [...found.values()];
}

/** `report`: what npm printed; null or an error of its own: nobody was asked. */
export function judge(report: Report | null, today: string, excuses: Excuses = excused) {
  if (!report?.vulnerabilities) {
    const why = report?.message ?? report?.error?.summary ?? "npm gave no report";
    return { code: 0, asked: false, lines: [`not audited: ${why.split("\n")[0]}`] };
  }
  const all = holesIn(report.vulnerabilities);
  const excuse = ({ id }: Hole) => {
    const found = excuses[id];
    return found && found.until >= today ? found : undefined;
  };
  const lines = all.map((hole) => {
    const { id, name, severity, title } = hole;
    const excused = excuse(hole);
    return `${excused ? `excused, ${excused.why}: ` : ""}${severity}: ${name}: ${title} (${id})`;
  });
  const bad = all.some((hole) => grave.has(hole.severity) && !excuse(hole));
  return { code: bad ? 1 : 0, asked: true, lines: lines.length > 0 ? lines : ["no package has a known hole"] };
}

/** One look, not minutes of them: the registry's absence is no reason to wait. */
const once = ["--json", "--fetch-retries=0", "--fetch-timeout=20000"];
/** For all of it. */
const PATIENCE_MS = 60_000;

async function reportOf(...more: readonly string[]): Promise<Report | null> {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const child = spawn(npm, ["audit", ...once, ...more], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdio: ["ignore", "pipe", "ignore"],
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  child.on("error", () => {});
  try {
    return JSON.parse(await text(child.stdout)) as Report;
  } catch {
    return null;
  }
}

/** Resolves with 1 when a package of the product has a grave hole that nothing excuses, else with 0. */
export async function audit(): Promise<number> {
  const today = new Date().toISOString().slice(0, 10);
  process.stdout.write("\n== known holes in packages\n");
  const product = judge(await reportOf("--omit=dev"), today);
  for (const each of product.lines) process.stdout.write(`${each}\n`);
  if (!product.asked) return product.code;
  const tools = judge(await reportOf(), today).lines.filter((each) => !product.lines.includes(each));
  for (const each of tools) process.stdout.write(`tools: ${each}\n`);
  return product.code;
}
