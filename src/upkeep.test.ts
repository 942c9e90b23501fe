// The programs that look after a gateway's data, as they are run.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { systemClock } from "./base/clock.ts";
import { silentLog } from "./base/log.ts";
import { hashPassword } from "./base/password.ts";
import { parseSite } from "./site-file.ts";
import { openSqlite } from "./store/sqlite.ts";

const folder = await mkdtemp(join(tmpdir(), "seatway-upkeep-"));
after(() => rm(folder, { recursive: true, force: true }));
const cli = fileURLToPath(new URL("../bin/cli.mjs", import.meta.url));
const hash = await hashPassword("first");

async function seatway(...argv: string[]) {
  const environment = {
    ...process.env,
    SEATWAY_CONFIG: join(folder, "seatway.yaml"),
    SEATWAY_DATA: join(folder, "data"),
  };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", cli, ...argv], { env: environment });
  const printed = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed.err += text;
  });
  const [code] = await once(child, "close");
  return { code, ...printed };
}

const file = `# Ours.
agents:
  - { id: 101, name: Agent 101, password: "" } # at the door
  - id: 102
    name: Agent 102
    password: "${hash}"
skills: [{ id: 25, name: voice }]
phones: [{ number: "0040", password: hush }]
callers: [40038]
defaultCaller: 40038
defaultSkill: 25
`;

const audit = { at: 1, face: "mml", peer: "x", what: "x", before: "", after: "" };

test("the site with what was changed while running, its comments kept; backup, restore", async () => {
  assert.match((await seatway("backup", join(folder, "x"))).err, /^seatway: SEATWAY_CONFIG=.*there is no such file\n$/);
  await writeFile(join(folder, "seatway.yaml"), file);
  const store = await openSqlite({ folder: join(folder, "data"), clock: systemClock, log: silentLog });
  assert.ok(!("problem" in store));
  await store.changeParameter("P978", 1, audit);
  const own = await hashPassword("own");
  await store.keepPassword({ agent: "101", hash: own, insteadOf: "" }, audit);
  // Agent 102's was written anew in the file since he has changed it: the file's holds.
  await store.keepPassword({ agent: "102", hash: own, insteadOf: "" }, audit);
  await store.close();

  const { code, out } = await seatway("site", "export");
  assert.equal(code, 0);
  assert.ok(out.startsWith("# Ours.\n") && out.includes("# at the door"));
  const read = parseSite("out.yaml", out);
  assert.ok(!("problems" in read));
  assert.deepEqual(
    [read.site.agents.map(({ password }) => password), read.site.parameters, read.site.phones[0]?.number],
    [[own, hash], { P978: 1 }, "0040"],
  );
  const target = join(folder, "exported.yaml");
  assert.equal((await seatway("site", "export", target)).code, 0);
  assert.equal(await readFile(target, "utf8"), out);
  assert.equal((await stat(target)).mode & 0o077, 0);
  assert.deepEqual(await seatway("site", "export", target), {
    ...{
      code: 1,
      out: "",
      err: `seatway: site export ${target}: there is such a file already, and it is not written over\n`,
    },
  });
  for (const order of [["site", "export"], ["backup"], ["restore"]]) {
    const { code: refused, err } = await seatway(...order, "/nowhere/x");
    assert.deepEqual([refused, err], [1, `seatway: ${order.join(" ")} /nowhere/x: there is no such file or folder\n`]);
  }

  const kept = join(folder, "kept.backup");
  assert.match((await seatway("backup", kept)).out, /^\d+ rows in .*kept\.backup;/);
  assert.match((await seatway("restore", kept)).err, /it holds data already, --replace would remove it\n$/);
  assert.deepEqual(
    [(await seatway("restore", kept, "--replace")).code, (await seatway("site", "export")).out],
    [0, out],
  );
  for (const wrong of [["backup"], ["restore", kept, "--force"], ["site"], ["site", "import", "x"]])
    assert.equal((await seatway(...wrong)).code, 2, wrong.join(" "));
});
