// The images of deploy/, built from their files as they are on bases made here, for a machine that reaches Debian's packages and the npm
// registry but no registry of containers: a bare Debian by mmdebstrap, Node.js and npm on it, Debian's PostgreSQL in place of
// the official image. node scripts/images.ts FOLDER leaves them in FOLDER for own-docker.ts; as root.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Docker, startDocker } from "./own-docker.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A build needs the network, and the engine has no bridge. */
const overHost = ["--network", "host"];

/** What the files begin with. */
const bases = { debian: "debian:12-slim", node: "node:24-bookworm-slim", postgres: "postgres:17-bookworm" };

const nodeFile = `FROM ${bases.debian}
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
COPY usr /usr/
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
CMD ["node"]
`;

const postgresFile = `FROM ${bases.debian}
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends postgresql \\
    && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/
COPY entrypoint /usr/local/bin/
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["entrypoint"]
`;

/** What the official image does with the variables of compose.yaml; like that one it trusts 127.0.0.1 when nothing else is said. */
const postgresEntrypoint = `#!/bin/sh
set -eu
export PGDATA=/var/lib/postgresql/data
if [ "$(id -u)" = 0 ]; then
  install -d -o postgres -g postgres -m 0700 "$PGDATA" /var/run/postgresql
  exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  echo "$POSTGRES_PASSWORD" > /tmp/password
  initdb --username="$POSTGRES_USER" --pwfile=/tmp/password \${POSTGRES_INITDB_ARGS-}
  rm /tmp/password
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl -o "-c listen_addresses=''" -w start
  createdb --username="$POSTGRES_USER" --maintenance-db=postgres "$POSTGRES_DB"
  pg_ctl -m fast -w stop
fi
exec postgres "$@"
`;

type Program = readonly [program: string, ...args: string[]];

function run([program, ...args]: Program, cwd?: string): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, args, { maxBuffer: 2 ** 30, ...(cwd ? { cwd } : {}) });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error ?? stderr}`);
  return stdout;
}

/** A folder with what a build copies; gone after it. */
function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "seatway-base-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(docker: Docker, tag: string, folder: string, file: string): void {
  writeFileSync(join(folder, "Dockerfile"), file);
  docker.run(["build", ...overHost, "--tag", tag, folder]);
}

function debian(docker: Docker): void {
  inFolder((folder) => {
    const archive = join(folder, "debian.tar");
    run(["mmdebstrap", "--variant=minbase", "bookworm", archive]);
    docker.run(["import", "--change", 'CMD ["bash"]', archive, bases.debian]);
  });
}

/** Our own Node.js, and the npm that its line brings. */
function node(docker: Docker): void {
  inFolder((folder) => {
    const local = join(folder, "usr", "local");
    const modules = join(local, "lib", "node_modules");
    for (const path of [join(local, "bin"), join(local, "etc"), modules]) mkdirSync(path, { recursive: true });
    copyFileSync(process.execPath, join(local, "bin", "node"));
    const archive = run(["npm", "pack", "--silent", "npm@11"], folder).toString().trim();
    run(["tar", "-xzf", archive], folder);
    rmSync(join(folder, archive));
    cpSync(join(folder, "package"), join(modules, "npm"), { recursive: true });
    // Where the way to the registry has a certificate of its own, npm in the image has to know it.
    const authorities = process.env["NODE_EXTRA_CA_CERTS"];
    if (authorities) {
      copyFileSync(authorities, join(local, "etc", "ca.pem"));
      writeFileSync(join(local, "etc", "npmrc"), "cafile=/usr/local/etc/ca.pem\n");
    }
    build(docker, bases.node, folder, nodeFile);
  });
}

function postgres(docker: Docker): void {
  inFolder((folder) => {
    writeFileSync(join(folder, "entrypoint"), postgresEntrypoint);
    chmodSync(join(folder, "entrypoint"), 0o755);
    build(docker, bases.postgres, folder, postgresFile);
  });
}

/** deploy/compose.yaml without its name, which Debian 12's docker-compose does not know, and what this engine asks for beside it. */
export function composeFiles(folder: string): readonly string[] {
  const files = [join(folder, "compose.yaml"), join(folder, "here.yaml")] as const;
  writeFileSync(files[0], readFileSync(join(root, "deploy", "compose.yaml"), "utf8").replace(/^name: .*\n/m, ""));
  const network = { build: { network: "host" } };
  // No more files than this machine lets anybody have.
  const most = Number(run(["sh", "-c", "ulimit -Hn"]).toString());
  const gateway = { ...network, ...(most < 65_536 ? { ulimits: { nofile: most } } : {}) };
  // JSON is YAML.
  writeFileSync(files[1], JSON.stringify({ services: { gateway, kamailio: network, rtpengine: network } }));
  const options = ["--project-name", "seatway", "--project-directory", join(root, "deploy")];
  return [...options, ...files.flatMap((file) => ["--file", file]), "--profile", "edge", "--profile", "media"];
}

/** The bases, then the image of the gateway as docs/deploy.md has it built, `seatway`, then all of the compose file. */
export async function buildImages(folder: string, say: (line: string) => void): Promise<void> {
  const docker = await startDocker(folder);
  try {
    for (const [name, make] of Object.entries({ debian, node, postgres })) {
      say(`base ${name}`);
      make(docker);
    }
    say("deploy/Dockerfile");
    docker.run(["build", ...overHost, "--file", "deploy/Dockerfile", "--tag", "seatway", "."], { cwd: root });
    say("deploy/compose.yaml");
    const env = { SEATWAY_FOLDER: folder, SEATWAY_HOST: "127.0.0.1", POSTGRES_PASSWORD: "unused" };
    docker.compose([...composeFiles(folder), "build"], { env });
  } finally {
    await docker.stop();
  }
}

const [, program, folder] = process.argv;
if (program === fileURLToPath(import.meta.url)) {
  if (!folder) throw new Error("node scripts/images.ts FOLDER");
  mkdirSync(folder, { recursive: true });
  await buildImages(folder, (line) => process.stdout.write(`${line}\n`));
}
