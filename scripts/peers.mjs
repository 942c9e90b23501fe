// The real programs that the peer tests talk to: which are missing, and installing them where we may.

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, globSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Refused } from "../bin/runtime.mjs";

/** Program -> the Debian packages that bring it. */
const peers = {
  baresip: ["baresip-core", "baresip-ffmpeg"],
  sipp: ["sip-tester"],
  sox: ["sox"],
  tshark: ["tshark"],
  "espeak-ng": ["espeak-ng"],
  chromium: ["chromium"],
  kamailio: ["kamailio", "kamailio-tls-modules", "kamailio-outbound-modules"],
  rtpengine: ["rtpengine-daemon"],
  postgres: ["postgresql"],
  strace: ["strace"],
  pebble: ["pebble"],
  prometheus: ["prometheus"],
};

/** What the long test of the images needs beside them: an engine, which it runs for itself, and what makes a bare Debian. */
const builders = { dockerd: ["docker.io"], "docker-compose": ["docker-compose"], mmdebstrap: ["mmdebstrap"] };

/** Packages that bring services of the system: they are neither started nor started at the next boot. */
const services = {
  kamailio: ["kamailio"],
  "rtpengine-daemon": ["rtpengine-daemon"],
  postgresql: ["postgresql"],
  prometheus: ["prometheus"],
  "docker.io": ["docker.service", "docker.socket", "containerd.service"],
};

function onPath(program) {
  // Servers lie where only root looks, PostgreSQL's programs by their version.
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", ...globSync("/usr/lib/postgresql/*/bin")];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const missingOf = (wanted) => Object.keys(wanted).filter((program) => !onPath(program));

function aptGet(args) {
  const { status } = spawnSync("apt-get", ["-q", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return status === 0;
}

const mayInstall = () => process.getuid?.() === 0 && onPath("apt-get");

function installPackages(packages) {
  process.stdout.write(`\n== installing system packages: ${packages.join(" ")}\n`);
  // A failed update is no end: the lists may be good enough.
  aptGet(["update"]);
  withoutServices(() => aptGet(["install", "-y", "--no-install-recommends", ...packages]));
  const units = packages.flatMap((name) => services[name] ?? []);
  if (units.length > 0 && onPath("systemctl"))
    spawnSync("systemctl", ["--quiet", "disable", ...units], { stdio: "ignore" });
}

/** Debian asks this program whether a service of a new package may start: 101 is no. One that is there already stays. */
const policy = "/usr/sbin/policy-rc.d";

function withoutServices(work) {
  const own = !existsSync(policy);
  if (own) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    work();
  } finally {
    if (own) rmSync(policy, { force: true });
  }
}

/**
 * Sees to the peers and returns the names of those that stay missing, which is said aloud.
 * Throws Refused under CI=true, where no test may be left out.
 */
export const preparePeers = () => prepare(peers);

/** Likewise, for the long test of the images, whose phones are baresip. */
export const prepareBuilders = () => prepare({ ...builders, baresip: peers.baresip });

function prepare(wanted) {
  const packagesOf = (programs) => programs.flatMap((program) => wanted[program]);
  const absent = missingOf(wanted);
  if (absent.length > 0 && mayInstall()) installPackages(packagesOf(absent));
  const missing = missingOf(wanted);
  if (missing.length === 0) return missing;
  const names = missing.join(", ");
  const packages = packagesOf(missing).join(" ");
  const advice = `on Debian or Ubuntu: apt-get install ${packages}`;
  if (process.env.CI === "true")
    throw new Refused(`CI=true and programs of the peer tests are missing: ${names} (${advice})`);
  process.stdout.write(`\n== left out: the tests that need ${names} (${advice})\n`);
  return missing;
}

/** The Debian package with a font for Chinese: without one, pictures of the pages have boxes in its place. */
const chineseFont = "fonts-noto-cjk";

const hasChineseFont = () => spawnSync("fc-list", [":lang=zh"], { encoding: "utf8" }).stdout?.trim() !== "";

/** Chromium and a font for Chinese, installed where we may; throws Refused when there is no Chromium. */
export function prepareScreens() {
  const absent = [...(onPath("chromium") ? [] : peers.chromium), ...(hasChineseFont() ? [] : [chineseFont])];
  if (absent.length > 0 && mayInstall()) installPackages(absent);
  if (!onPath("chromium")) throw new Refused(`no chromium: on Debian or Ubuntu: apt-get install ${absent.join(" ")}`);
  if (!hasChineseFont())
    process.stdout.write(`\n== no font for Chinese: its pictures have boxes (apt-get install ${chineseFont})\n`);
}
