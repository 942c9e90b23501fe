// `seatway conformance` as people run it: every row holds at our gateway; behind a proxy that changes two things, exactly their rows break.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort, startGateway } from "./support/started-gateway.ts";

const cli = fileURLToPath(new URL("../bin/cli.mjs", import.meta.url));
const gateway = await startGateway({ settings: { AGENT_POLL_WAIT_TIMES: "1" } });
after(() => gateway.stop());

async function conformance(...options: readonly string[]) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", cli, "conformance", ...options]);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, out, err };
}

/** What other gateways may do: a charset behind the type of one reply, another code for one refusal. */
async function spoilt(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((asked, reply) => {
    const { method, headers, url: path } = asked;
    const on = request(gateway.url + path, { method, headers }, (came) => {
      void text(came).then((body) => {
        const type = path?.endsWith("/agentstatus") ? "application/json; charset=utf-8" : "application/json";
        const raw = came.rawHeaders.flatMap((each, at, all) =>
          at % 2 === 1 || /^(content-(type|length)|connection|keep-alive|date)$/i.test(each)
            ? []
            : [each, all[at + 1] ?? ""],
        );
        const changed = body.replace('"200-017"', '"200-013"');
        reply.writeHead(came.statusCode ?? 0, [
          ...raw,
          "Content-Type",
          type,
          "Content-Length",
          `${Buffer.byteLength(changed)}`,
        ]);
        reply.end(changed);
      });
    });
    asked.pipe(on);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

test("every row holds at our gateway, also as JSON; behind a proxy that changes two things their rows break", async () => {
  const file = join(gateway.data, "conformance.json");
  const proxy = await spoilt();
  const [ours, theirs] = await Promise.all([
    conformance("--url", gateway.url, "--agent", "101", "--phone", "40001", "--called", "40040", "--json", file),
    conformance("--url", proxy.url, "--agent", "102", "--phone", "40002", "--called", "40040"),
  ]);
  proxy.close();
  assert.equal(ours.code, 0, ours.out + ours.err);
  const [, rows, hold] = /^(\d+) rows, (\d+) hold, 0 do not$/m.exec(ours.out) ?? [];
  assert.equal(rows, hold);
  const written = JSON.parse(await readFile(file, "utf8")) as { rows: { row: string; holds: boolean }[] };
  assert.equal(written.rows.length, Number(rows));
  assert.ok(written.rows.every(({ holds }) => holds));

  assert.equal(theirs.code, 12, theirs.out + theirs.err);
  const broken = [...theirs.out.matchAll(/^BROKEN {2}(.*?) {2,}/gm)].map(([, row]) => row);
  assert.deepEqual(broken, ["wire 28", "wire 2"], theirs.out);
  assert.match(theirs.out, /-> "200-013" in place of "200-017"/);
});

test("nobody there is exit 13, wrong usage 2", async () => {
  const port = await freePort();
  await assert.rejects(once(connect(port, "127.0.0.1"), "connect"));
  const options = ["--agent", "101", "--phone", "40001", "--called", "40040"];
  const [nobody, wrong] = await Promise.all([
    conformance("--url", `http://127.0.0.1:${port}`, ...options),
    conformance("--agent", "101"),
  ]);
  assert.deepEqual([nobody.code, wrong.code], [13, 2], nobody.err);
});
