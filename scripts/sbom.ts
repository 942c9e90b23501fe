// The bill of materials of the product: every package that is installed with it, from the lock file, as CycloneDX 1.6. The same lock file
// gives the same bytes: no time and no random number stand in it.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

export type LockEntry = {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
export type Lock = { readonly packages: Readonly<Record<string, LockEntry>> };
export type Manifest = Pick<LockEntry, "dependencies" | "optionalDependencies"> & {
  readonly name: string;
  readonly version: string;
  readonly license: string;
};

const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));

/** What is installed with the product, by its place in node_modules. */
const installed = ({ packages }: Lock) =>
  Object.entries(packages).filter(([path, { dev }]) => path !== "" && dev !== true);

const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

/** A package URL (purl-spec, npm): the scope's `@` is written %40. */
const purlOf = (name: string, version: string): string => `pkg:npm/${name.replace("@", "%40")}@${version}`;

/** Subresource integrity (`sha512-` and base64) as CycloneDX has it. */
function hashesOf(integrity = "") {
  const [algorithm, digest = ""] = integrity.split("-", 2);
  return algorithm === "sha512" ? [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }] : [];
}

/** An SPDX id, or an expression of several. */
const licensesOf = (license?: string) => {
  if (!license) return [];
  return /\s/.test(license) ? [{ expression: license }] : [{ license: { id: license } }];
};

/** The place that `name` is found at from a package at `path`, as Node.js looks: outwards. */
function placeOf(packages: Lock["packages"], path: string, name: string): string | undefined {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const place = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (packages[place]) return place;
    if (at === "") return undefined;
  }
}

type Needs = Pick<LockEntry, "dependencies" | "optionalDependencies">;

/** Their package URLs, sorted; what is not installed (for another system) is left out. */
function dependenciesOf({ packages }: Lock, path: string, { dependencies, optionalDependencies }: Needs): string[] {
  const refs = Object.keys({ ...dependencies, ...optionalDependencies }).flatMap((name) => {
    const place = placeOf(packages, path, name);
    const entry = place === undefined ? undefined : packages[place];
    return entry ? [purlOf(name, entry.version)] : [];
  });
  return [...new Set(refs)].sort();
}

const refOf = (path: string, { version }: LockEntry): string => purlOf(nameOf(path), version);

export function billOfMaterials(manifest: Manifest, lock: Lock) {
  const found = new Map(installed(lock).map(([path, entry]) => [refOf(path, entry), { path, entry }]));
  const own = purlOf(manifest.name, manifest.version);
  const parts = [...found].sort(([one], [other]) => (one < other ? -1 : 1));
  const components = parts.map(([ref, { path, entry }]) => ({
    ...{ type: "library", "bom-ref": ref, name: nameOf(path), version: entry.version, purl: ref },
    ...{ scope: entry.optional ? "optional" : "required", hashes: hashesOf(entry.integrity) },
    licenses: licensesOf(entry.license),
  }));
  const dependencies = [
    { ref: own, dependsOn: dependenciesOf(lock, "", manifest) },
    ...parts.map(([ref, { path, entry }]) => ({ ref, dependsOn: dependenciesOf(lock, path, entry) })),
  ];
  const body = {
    metadata: {
      component: {
        ...{ type: "application", "bom-ref": own, name: manifest.name, version: manifest.version, purl: own },
        licenses: licensesOf(manifest.license),
      },
    },
    components,
    dependencies,
  };
  return {
    ...{ $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", bomFormat: "CycloneDX", specVersion: "1.6" },
    ...{ serialNumber: `urn:uuid:${nameBasedUuid(JSON.stringify(body))}`, version: 1 },
    ...body,
  };
}

/** Of the content alone (RFC 9562 §5.8, version 8). */
function nameBasedUuid(text: string): string {
  const hash = createHash("sha256").update(text).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function writeBill(path: string): void {
  const bill = billOfMaterials(read("package.json"), read("package-lock.json"));
  writeFileSync(path, `${JSON.stringify(bill, null, 1)}\n`);
}
