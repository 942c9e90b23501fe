// Chromium without a window, and pages in it that run a CommonJS package of npm.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { type Browser, chromium } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A fake microphone that asks nobody, and loopback addresses in the open. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
  // Ports that a browser refuses because old protocols live there; a test takes any free one.
  "--explicitly-allowed-ports=5060,5061,6000,6566,6665,6666,6667,6668,6669,6679,6697,10080",
  "--autoplay-policy=no-user-gesture-required",
  "--allow-loopback-in-peer-connection",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** `more`: further flags; they rank over those above. */
export function openBrowser(more: readonly string[] = []): Promise<Browser> {
  const executablePath = places.find((path) => existsSync(path));
  if (!executablePath) throw new Error(`no chromium at ${places.join(", ")}`);
  return chromium.launch({ executablePath, args: [...flags, ...more] });
}

const require = createRequire(import.meta.url);

/** One script that defines `globalThis[name]` as what the package exports: each file a function, found by its path. */
export async function bundle(packageName: string, name: string): Promise<string> {
  const files = new Map<string, string>();
  const entry = require.resolve(packageName);
  await collect(entry, files);
  const modules = [...files].map(([path, source]) => `${JSON.stringify(path)}:${source}`);
  return `(() => {
    const modules = {${modules.join(",\n")}};
    const cache = {};
    const load = (path) => {
      if (!cache[path]) {
        cache[path] = { exports: {} };
        const [names, run] = modules[path];
        run(cache[path], cache[path].exports, (id) => load(names[id]));
      }
      return cache[path].exports;
    };
    globalThis.process ??= { env: {} };
    globalThis[${JSON.stringify(name)}] = load(${JSON.stringify(entry)});
  })();`;
}

async function collect(path: string, files: Map<string, string>): Promise<void> {
  if (files.has(path)) return;
  files.set(path, "");
  const source = await readFile(path, "utf8");
  if (path.endsWith(".json")) {
    files.set(path, `[{}, (module) => { module.exports = ${source}; }]`);
    return;
  }
  const names: Record<string, string> = {};
  const here = createRequire(path);
  for (const [, id = ""] of source.matchAll(/\brequire\(["']([^"']+)["']\)/g)) {
    // A slash behind the name of a package of Node.js means the one from npm.
    const found = here.resolve(id === "events" ? "events/" : browserFile(id, path));
    if (!found.includes("/")) continue;
    names[id] = found;
    await collect(found, files);
  }
  files.set(path, `[${JSON.stringify(names)}, (module, exports, require) => {\n${source}\n}]`);
}

/** What the `browser` field of `debug` says; no other package of these has one that matters. */
const browserFile = (id: string, from: string): string =>
  id === "./node.js" && dirname(from).endsWith("debug/src") ? "./browser.js" : id;
