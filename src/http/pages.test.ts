// The pages of web/ as a browser gets them, from a build of their own: headers, nonces, compression, and what stands in their place.

import assert from "node:assert/strict";
import { request } from "node:http";
import test, { before } from "node:test";
import { gunzipSync } from "node:zlib";
import { open } from "./gateway-twin.test.ts";

type Got = { readonly status: number; readonly headers: Readonly<Record<string, unknown>>; readonly body: Buffer };

function get(port: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** The build of this checkout; plain JavaScript, since `npm start` runs it before anything else. */
before(async () => {
  const { ensureWeb, webFolder } = (await import(new URL("../../bin/web.mjs", import.meta.url).href)) as {
    ensureWeb(node: string): void;
    webFolder: string;
  };
  ensureWeb(process.execPath);
  assert.ok(webFolder.endsWith("dist"));
});

test("a page: a nonce of its own in each reply, nothing inline, a frame only where it may be", async (t) => {
  const { port } = await open(t);
  const nonces = new Set<string>();
  for (const path of ["/", "/console", "/console/agents", "/"]) {
    const { status, headers, body } = await get(port, path);
    const policy = String(headers["content-security-policy"]);
    const nonce = /'nonce-([\w+/=]+)'/.exec(policy)?.[1] ?? "";
    assert.equal(status, 200, path);
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.match(policy, /^default-src 'none'; script-src 'self' 'nonce-/);
    assert.match(policy, /frame-ancestors 'self' https:\/\/crm\.example\.org$/);
    assert.doesNotMatch(policy, /unsafe/);
    const html = body.toString();
    assert.ok(html.includes(`nonce="${nonce}"`) && !html.includes("__NONCE__"));
    assert.doesNotMatch(html, /\sstyle=|\son\w+=|<script(?![^>]*src=)/);
    nonces.add(nonce);
  }
  assert.equal(nonces.size, 4);
});

test("a file: kept for ever, compressed for who takes it, known again by its tag", async (t) => {
  const { port } = await open(t);
  const html = (await get(port, "/")).body.toString();
  const path = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? "";
  const plain = await get(port, path);
  assert.deepEqual(
    [plain.status, plain.headers["content-type"], plain.headers["content-encoding"]],
    [200, "text/javascript; charset=utf-8", undefined],
  );
  assert.equal(plain.headers["cache-control"], "public, max-age=31536000, immutable");
  const packed = await get(port, path, { "Accept-Encoding": "br, gzip" });
  assert.equal(packed.headers["content-encoding"], "gzip");
  assert.deepEqual(gunzipSync(packed.body), plain.body);
  assert.notEqual(packed.headers["etag"], plain.headers["etag"]);
  const again = await get(port, path, { "If-None-Match": String(plain.headers["etag"]) });
  assert.deepEqual([again.status, again.body.length], [304, 0]);
});

test("no path leads out of the folder", async (t) => {
  const { port } = await open(t);
  for (const path of ["..%2Findex.html", "%2e%2e%2fpackage.json", "nothing.js", "stamp.txt", ".js", "a.js%00.css"]) {
    const { status } = await get(port, `/assets/${path}`);
    assert.ok(status === 404, `${path}: ${status}`);
  }
});

test("what a desk loads first is at most 250 kB as it crosses the network", async (t) => {
  const { port } = await open(t);
  const html = (await get(port, "/")).body.toString();
  const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
  assert.ok(files.length > 3);
  const sizes = await Promise.all(
    files.map(async (path) => (await get(port, path, { "Accept-Encoding": "gzip" })).body.length),
  );
  const total = sizes.reduce((sum, size) => sum + size, html.length);
  t.diagnostic(`${(total / 1000).toFixed(1)} kB`);
  assert.ok(total <= 250_000, `${total} bytes`);
});
