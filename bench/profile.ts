// npm run bench profile -- FILE.cpuprofile… [--rows 40]: where the CPU time of a profile went, by function with file and line.
// `self` is the function alone, `total` with all it called. Idle time is left out of both. Profiles: --profile of a benchmark.

import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

type Frame = { readonly functionName: string; readonly url: string; readonly lineNumber: number };
type Node = { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] };
/** The format that Node.js and Chromium write; deltas in microseconds. */
type Profile = {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

type Cost = { selfMs: number; totalMs: number };

const notWork = new Set(["(idle)", "(root)"]);

function place({ functionName, url, lineNumber }: Frame): string {
  const file = url.startsWith("file:") ? relative(process.cwd(), fileURLToPath(url)) : url;
  return `${functionName || "(anonymous)"}${file ? `  ${file}:${lineNumber + 1}` : ""}`;
}

function selfTimes({ samples, timeDeltas }: Profile): Map<number, number> {
  const times = new Map<number, number>();
  for (const [index, id] of samples.entries()) {
    times.set(id, (times.get(id) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  }
  return times;
}

/** Costs by place. A function that calls itself is counted once in its own total. */
function costs(profile: Profile): Map<string, Cost> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const self = selfTimes(profile);
  const found = new Map<string, Cost>();
  const visit = (id: number, above: ReadonlySet<string>): number => {
    const node = nodes.get(id);
    if (!node) return 0;
    const name = place(node.callFrame);
    const selfMs = notWork.has(node.callFrame.functionName) ? 0 : (self.get(id) ?? 0);
    const below = above.has(name) ? above : new Set([...above, name]);
    let totalMs = selfMs;
    for (const child of node.children ?? []) totalMs += visit(child, below);
    const cost = found.get(name) ?? { selfMs: 0, totalMs: 0 };
    found.set(name, {
      selfMs: cost.selfMs + selfMs,
      totalMs: cost.totalMs + (above.has(name) ? 0 : totalMs),
    });
    return totalMs;
  };
  visit(profile.nodes[0]?.id ?? 1, new Set());
  return found;
}

/** The room of src/, the package, or the part of Node.js that a place belongs to; native functions have no file. */
function owner(name: string): string {
  const file = name.split("  ")[1] ?? "native";
  return /^src\/\w+|^.*node_modules\/(?:@[^/]+\/)?[^/]+|^node:[\w/]+|^\w+/.exec(file)?.[0] ?? file;
}

function byOwner(found: Map<string, Cost>): Map<string, Cost> {
  const sums = new Map<string, Cost>();
  for (const [name, { selfMs }] of found) {
    const before = sums.get(owner(name))?.selfMs ?? 0;
    sums.set(owner(name), { selfMs: before + selfMs, totalMs: before + selfMs });
  }
  return sums;
}

function table(found: Map<string, Cost>, by: keyof Cost, rows: number): string {
  const busyMs = [...found.values()].reduce((sum, { selfMs }) => sum + selfMs, 0);
  const share = (ms: number): string => `${((100 * ms) / busyMs).toFixed(1).padStart(5)} %`;
  return [...found]
    .toSorted(([, a], [, b]) => b[by] - a[by])
    .slice(0, rows)
    .map(([name, { selfMs, totalMs }]) => `${share(selfMs)} ${share(totalMs)}  ${name}`)
    .join("\n");
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: "string", default: "40" } },
});
for (const file of positionals) {
  const found = costs(JSON.parse(await readFile(file, "utf8")) as Profile);
  const rows = Number(values.rows) || 40;
  process.stdout.write(`\n${file}\n   self   total  by self\n${table(found, "selfMs", rows)}\n`);
  process.stdout.write(`   self          by owner\n${table(byOwner(found), "selfMs", rows)}\n`);
  process.stdout.write(`   self   total  by total\n${table(found, "totalMs", rows)}\n`);
}
if (positionals.length === 0) {
  process.stderr.write("profile: name at least one .cpuprofile file\n");
  process.exitCode = 2;
}
