// `seatway records`: pages put together, and exit codes, against a scripted gateway.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { run } from "./cli.ts";

const refusal = '{"message":"agent: a \\"work\\" number","retcode":"000-002"}';
const pages: Readonly<Record<string, readonly string[]>> = {
  json: ['{"records":[{"callId":"1-2"}],"next":"9.1-2"}', '{"records":[{"callId":"1-1"}],"next":null}'],
  csv: ["callId,data\r\n1-2,\r\n", 'callId,data\r\n1-1,"a\r\nb"\r\n'],
};

async function gateway() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://x");
    asked.push(decodeURIComponent(`${searchParams}`));
    const refused = searchParams.get("agent") === "x";
    const page = pages[searchParams.get("format") ?? ""]?.[searchParams.has("after") ? 1 : 0] ?? "";
    const next = searchParams.has("after") ? {} : { "Next-Page": "9.1-2" };
    response.writeHead(refused ? 400 : 200, next).end(refused ? refusal : page);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function ran(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    line: async () => "",
    environment: {},
    interrupt: new AbortController().signal,
  };
  const code = await run(["records", ...argv], io as Parameters<typeof run>[1]);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

test("all pages, the names of the columns once", async () => {
  const { url, asked } = await gateway();
  const csv = await ran("--url", url, "--agent", "101", "--from", "2026-01-31");
  assert.deepEqual(csv, { code: 0, out: 'callId,data\r\n1-2,\n1-1,"a\r\nb"', err: "" });
  assert.deepEqual(asked, [
    "from=2026-01-31&agent=101&format=csv&limit=1000",
    "from=2026-01-31&agent=101&format=csv&limit=1000&after=9.1-2",
  ]);
  const json = await ran("--url", url, "--format", "json");
  assert.equal(json.out, '{"callId":"1-2"}\n{"callId":"1-1"}');
  const few = await ran("--url", url, "--format", "json", "--limit", "5");
  assert.equal(few.out, '{"callId":"1-2"}');
  assert.equal(asked.at(-1), "format=json&limit=5");
});

test("what is refused, and a gateway that is not there", async () => {
  const { url } = await gateway();
  assert.deepEqual(await ran("--url", url, "--agent", "x"), { code: 12, out: "", err: 'agent: a "work" number' });
  assert.equal((await ran("--url", "http://127.0.0.1:1")).code, 13);
  for (const [wrong, told] of [
    [["--format", "xml"], "--format: csv, legs or json"],
    [["--limit", "0"], "--limit: a number from 1"],
    [["--url", "nowhere"], "--url: http://host:port"],
  ] as const) {
    const { code, err } = await ran(...wrong);
    assert.deepEqual([code, err.split("\n")[0]], [2, told]);
  }
});
