// The images of deploy/, built here and run: `npm run test:long -- images`; some five minutes, as root on Debian. They are built over this
// machine's network; they run, and are asked, in one of their own, where every port of theirs is free.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildImages } from "../../scripts/images.ts";
import { without } from "../peer/missing.ts";

const skip = without("dockerd", "docker-compose", "mmdebstrap", "baresip");
const inside = fileURLToPath(new URL("images-inside.ts", import.meta.url));

test("the images are built from their files, and run as the compose file has it", { skip }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "seatway-images-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await buildImages(folder, (line) => t.diagnostic(line));
  const alone = ["--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
  const program = [process.execPath, "--disable-warning=ExperimentalWarning", inside, folder];
  // Its results are read by people here, not by the runner.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn("unshare", [...alone, ...program], { env, stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(child, "close");
  assert.equal(code, 0, said);
});
