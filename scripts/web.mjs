// The pages of web/ as files that the gateway serves: bundled by Vite, each file also compressed, and a stamp of what they were
// made from. Run by `npm start` when the stamp is old (bin/web.mjs), by prepack into dist/web, and by the tests of the pages.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, gzipSync } from "node:zlib";
import { build } from "vite";
import { root } from "../bin/runtime.mjs";
import { nonceMark, stampName, webStamp } from "../bin/web.mjs";

/**
 * React changes seldom: browsers keep it over a new version of our own pages. The component library is left to the bundler, which
 * gives the desk what it uses and the console the rest.
 */
const libraries = [{ name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ }];

/**
 * Builds web/ into this folder, which is emptied first.
 * @throws what Vite found wrong.
 */
export async function buildWeb(folder) {
  const stamp = webStamp();
  await build({
    root: join(root, "web"),
    configFile: false,
    logLevel: "warn",
    html: { cspNonce: nonceMark },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: "es2023",
      // light-dark() as it stands: what older browsers would get in its place needs a scheme that the style sheet names.
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      // Files of their own: a data: URI would need a hole in the policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: { onLog, output: { codeSplitting: { groups: libraries } } },
    },
  });
  compress(join(folder, "assets"));
  writeFileSync(join(folder, stampName), stamp);
}

/** "use client" stands in hundreds of the libraries' files, for servers that draw pages; there is none here. */
const onLog = (level, log, tell) => {
  if (log.code !== "MODULE_LEVEL_DIRECTIVE") tell(level, log);
};

function compress(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: constants.Z_BEST_COMPRESSION }));
  }
}
