// deploy/: the unit, the image and the compose file name settings, ports and files that exist, run as nobody special and pin what they
// are made from. systemd-analyze judges the unit where it is there.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { settingsTable } from "../src/settings.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const rows = Object.values(settingsTable);
const known = new Set<string>([...rows.map(({ name }) => name), "SEATWAY_CONFIG", "SEATWAY_FOLDER"]);
const fallback = (name: string): string => rows.find((row) => row.name === name)?.fallback ?? assert.fail(name);

const unit = read("deploy/seatway.service");
const dockerfile = read("deploy/Dockerfile");
const compose = read("deploy/compose.yaml");

test("every setting that they name is one", () => {
  for (const text of [unit, dockerfile, compose, read("docs/deploy.md")]) {
    for (const [name] of text.matchAll(/\bSEATWAY_[A-Z_]+\b/g)) assert.ok(known.has(name), name);
  }
});

test("the unit: systemd finds nothing wrong, and little that it could do beside its work", () => {
  const directives = unit.split("\n").filter((line) => line !== "" && !/^[#[]/.test(line));
  for (const line of directives) assert.match(line, /^[A-Z][A-Za-z]+=/, line);
  if (spawnSync("systemd-analyze", ["--version"]).status !== 0) return;
  const folder = mkdtempSync(join(tmpdir(), "seatway-unit-"));
  try {
    const path = join(folder, "seatway.service");
    // A user that this machine has.
    const { username } = userInfo();
    writeFileSync(path, unit.replace("User=seatway", `User=${username}`).replace("Group=seatway\n", ""));
    const verified = spawnSync("systemd-analyze", ["verify", "--man=no", path], { encoding: "utf8" });
    const about = verified.stderr.split("\n").filter((line) => line.includes("seatway"));
    assert.deepEqual([verified.status, about], [0, []], verified.stderr);
    // 10 is a service that may do all, below 2 systemd calls "OK".
    const judged = spawnSync("systemd-analyze", ["security", "--offline=yes", "--threshold=20", path], {
      encoding: "utf8",
    });
    assert.equal(judged.status, 0, judged.stdout.split("\n").at(-2));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Instructions with their continued lines joined, and without comments. */
const instructions = dockerfile
  .replaceAll(/^#.*\n/gm, "")
  .replaceAll(/\\\n\s*/g, "")
  .split("\n")
  .filter(Boolean)
  .map((line) => ({ word: line.slice(0, line.indexOf(" ")), rest: line.slice(line.indexOf(" ") + 1) }));
const of = (word: string): readonly string[] => instructions.flatMap((each) => (each.word === word ? [each.rest] : []));

test("the image: pinned, not root, its command in exec form, the ports of the settings", () => {
  const words = [
    "FROM",
    "WORKDIR",
    "COPY",
    "RUN",
    "ENV",
    "USER",
    "VOLUME",
    "EXPOSE",
    "HEALTHCHECK",
    "ENTRYPOINT",
    "CMD",
  ];
  for (const { word } of instructions) assert.ok(words.includes(word), word);
  const needed = Number(JSON.parse(read("package.json")).devDependencies["@types/node"].split(".")[0]);
  for (const from of of("FROM")) assert.match(from, new RegExp(`^node:${needed}-[a-z]+-slim( AS build)?$`));
  assert.deepEqual(of("USER"), ["node"]);
  assert.ok(
    instructions.findIndex(({ word }) => word === "USER") > instructions.findLastIndex(({ word }) => word === "RUN"),
  );
  for (const command of [...of("ENTRYPOINT"), ...of("CMD")]) assert.ok(Array.isArray(JSON.parse(command)), command);
  const port = fallback;
  const exposed = [
    `${port("SEATWAY_HTTPS_PORT")}/tcp`,
    `${port("SEATWAY_SIP_PORT")}/udp`,
    `${port("SEATWAY_SIP_PORT")}/tcp`,
  ];
  assert.deepEqual(of("EXPOSE")[0]?.split(" "), [...exposed, `${port("SEATWAY_SIPS_PORT")}/tcp`]);
  assert.ok(
    of("HEALTHCHECK")[0]?.includes(`:\${process.env.SEATWAY_HTTP_PORT || ${port("SEATWAY_HTTP_PORT")}}/readyz`),
  );
  // What git does not keep is not sent to the builder either.
  const ignored = read(".dockerignore").split("\n");
  for (const name of ["data", "dist", ".seatway-test"]) assert.ok(ignored.includes(name), name);
});

type Service = {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly network_mode: string;
  readonly read_only?: boolean;
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
};

test("the compose file: pinned images, volumes and services that it declares, a file that is there", () => {
  const { services, volumes } = parse(compose, { strict: true, uniqueKeys: true }) as {
    readonly services: Readonly<Record<string, Service>>;
    readonly volumes: object;
  };
  // What is no part of the gateway is started when it is asked for.
  const profiles = Object.entries(services).map(([name, { profiles }]) => [name, profiles?.[0]]);
  assert.deepEqual(Object.fromEntries(profiles), {
    ...{ gateway: undefined, database: undefined, kamailio: "edge", rtpengine: "media" },
  });
  for (const [name, service] of Object.entries(services)) {
    assert.equal(service.network_mode, "host", name);
    assert.equal(Boolean(service.image) !== Boolean(service.build), true, name);
    if (service.image) assert.match(service.image, /:\d[\w.-]*$/, name);
    if (service.build) assert.ok(existsSync(join(root, "deploy", service.build.context, service.build.dockerfile)));
    for (const volume of service.volumes ?? []) {
      const [source = ""] = volume.split(":");
      assert.ok(source.startsWith("$") || Object.hasOwn(volumes, source), volume);
    }
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      assert.ok(condition !== "service_healthy" || services[other]?.healthcheck, other);
    }
  }
});

test("the images of Kamailio and rtpengine: Debian's packages, not root; what the documents name", () => {
  const packages = {
    kamailio: "kamailio kamailio-tls-modules kamailio-outbound-modules",
    rtpengine: "rtpengine-daemon",
  };
  for (const [name, installed] of Object.entries(packages)) {
    const text = read(`deploy/${name}.Dockerfile`);
    assert.match(text, /^FROM debian:\d+-slim$/m, name);
    assert.ok(text.includes(`--no-install-recommends ${installed} \\`), name);
    assert.match(text, new RegExp(`^USER ${name}$`, "m"));
  }
  assert.ok(read("docs/kamailio.md").includes(`apt-get install ${packages.kamailio}`));
  // The site file that the page shows for it speaks with this rtpengine.
  const { services } = parse(compose) as { readonly services: Readonly<Record<string, Service>> };
  const options = services["rtpengine"]?.command ?? [];
  const [, digits = ""] = /digitPort: (\d+)/.exec(read("docs/deploy.md")) ?? [];
  const [, control = ""] = /name: one, host: 127\.0\.0\.1, port: (\d+)/.exec(read("docs/deploy.md")) ?? [];
  assert.ok(options.includes(`--dtmf-log-dest=127.0.0.1:${digits}`), digits);
  assert.ok(options.includes(`--listen-ng=127.0.0.1:${control}`), control);
});
