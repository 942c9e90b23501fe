// The newcomer's hour: every command of docs/start.md and README.md, run as they stand there against one gateway with the demo site. Ports
// and addresses are this test's own; nothing else is changed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildPages } from "./browser/pages.ts";
import { without } from "./peer/missing.ts";
import { freeSipPort } from "./support/sip-port.ts";
import { type StartedGateway, startGateway } from "./support/started-gateway.ts";
import { deadlineMs } from "./support/until.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
let gateway: StartedGateway;
/** Where files that commands write come to lie; `npx` of this checkout stands first on the PATH there. */
let folder: string;
/** Where the newcomer's own phone listens. */
let phonePort: number;

before(async () => {
  phonePort = await freeSipPort();
  await buildPages();
  gateway = await startGateway();
  folder = await mkdtemp(join(tmpdir(), "seatway-newcomer-"));
  // As npx finds the checkout's own command, without asking a registry.
  const npx = `#!/bin/sh\nname=$1; shift\ncase $name in seatway) exec "${process.execPath}" "${root}bin/seatway.mjs" "$@" ;; node) exec "${process.execPath}" "$@" ;; esac\nexit 127\n`;
  await writeFile(join(folder, "npx"), npx, { mode: 0o755 });
});
after(async () => {
  await gateway?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** As it stands there, at this test's addresses. */
const here = (command: string): string =>
  command
    .replaceAll("http://127.0.0.1:8000", gateway.url)
    .replaceAll("http://127.0.0.1:37255", gateway.control)
    .replaceAll("127.0.0.1:5060", `127.0.0.1:${gateway.ports.sip}`)
    .replaceAll("127.0.0.1:5072", `127.0.0.1:${phonePort}`)
    .replaceAll("PASSWORD-OF-40002", () => / 40002 {2}(\S+)/.exec(gateway.output())?.[1] ?? assert.fail("no password"))
    .replaceAll(/npx seatway (callout|records)/g, `npx seatway $1 --url ${gateway.url}`)
    .replaceAll("examples/callout.mjs", `${root}examples/callout.mjs ${gateway.url}`);

/** What it prints; fails when one of the commands does. */
async function bash(script: string): Promise<string> {
  const child = spawn("bash", ["-c", `set -e\n${script}`], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env["PATH"]}`, HOME: folder, SEATWAY_MML_PORT: `${gateway.ports.mml}` },
    timeout: 10 * deadlineMs,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  const [code] = (await once(child, "close")) as [number | null];
  assert.equal(code, 0, `${script}\n${said}`);
  return said;
}

/** Blocks of a document, by their language. */
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, kind, block = ""]) =>
    kind === language ? [block] : [],
  );

const marker = "== the next block ==";

/** One terminal: all blocks, one after the other; what each of them has printed. */
async function inTurn(commands: readonly string[]): Promise<readonly string[]> {
  const said = await bash(commands.map(here).join(`\necho; echo "${marker}"\n`));
  return said.split(`${marker}\n`);
}

test("docs/start.md: each block does what the page promises", async () => {
  const page = read("docs/start.md");
  assert.deepEqual(blocks(page, ""), ["npm start\n"]);
  const noPhone = without("baresip") !== false;
  const commands = blocks(page, "sh");
  assert.equal(commands.length, 11);
  const said = await inTurn(commands.filter((block) => !noPhone || !block.includes("phone/")));
  const [ready = "", callout = "", signIn = "", call = "", over = "", pages = ""] = said;
  const [own = "", program = "", records = "", recorded = ""] = said.slice(-4);
  assert.match(ready, /ready/i);
  assert.match(callout, /AgentEvent_Talking[\s\S]*AgentState_Ready/);
  assert.match(signIn, /Guid: [\da-f-]{36}/);
  assert.match(call.trimEnd().split("\n").at(-1) ?? "", /"eventType":"AgentEvent_Talking"/);
  assert.equal(over.match(/"retcode":"0"/g)?.length, 2, over);
  assert.equal(pages.match(/<title>/g)?.length, 3, pages);
  if (!noPhone) assert.match(own, /AgentEvent_Talking[\s\S]*AgentState_Ready[\s\S]*Call established/);
  assert.match(program, /AgentEvent_Talking[\s\S]*AgentState_Ready/);
  assert.match(records, /40040/);
  assert.match(recorded, /StopRecordDone[\s\S]*"called":"40047"[\s\S]*"calloutnums":"?[1-9]/);
  const sound = await readFile(join(folder, "call.wav"));
  assert.ok(sound.subarray(0, 4).equals(Buffer.from("RIFF")) && sound.length > 50_000, `${sound.length} bytes`);
});

/** What stands behind `$ ` in a block, with the lines that its quotes go on over. */
function typed(block: string): readonly string[] {
  const commands: string[] = [];
  let open = false;
  for (const line of block.split("\n")) {
    if (!open && !line.startsWith("$ ")) continue;
    if (open) commands.push(`${commands.pop()}\n${line}`);
    else commands.push(line.slice(2));
    open = (commands.at(-1)?.split("'").length ?? 1) % 2 === 0;
  }
  return commands;
}

test("README.md: every line behind a prompt, in its order", async () => {
  const commands = blocks(read("README.md"), "").flatMap(typed);
  assert.ok(commands.length >= 8, commands.join("\n"));
  const said = await inTurn(commands);
  const printed = (part: string): string =>
    said[commands.findIndex((command) => command.includes(part))] ?? assert.fail(part);
  assert.match(printed("npx seatway callout"), /AgentEvent_Talking[\s\S]*AgentEvent_Call_Release/);
  assert.match(printed("onlineagent/101 "), /"retcode":"0","result":\{"vdnid":1,"workno":"101"/);
  assert.match(printed("voicecall/101/callout"), /"retcode":"0","result":"\d+-\d+"/);
  assert.match(printed("agentevent/101"), /"eventType":"AgentEvent_Talking"/);
  for (const part of ["voicecall/101/release", "onlineagent/101/logout"]) assert.match(printed(part), /"retcode":"0"/);
  assert.doesNotMatch(printed("parties/40040/call"), /error/);
  const calledIn = said[commands.findLastIndex((command) => command.includes("agentevent/101"))] ?? "";
  const last = calledIn.trimEnd().split("\n").at(-1) ?? "";
  assert.match(last, /"eventType":"AgentEvent_Talking".*"called":"8000"/, calledIn);
  assert.match(printed("onlineagent/101/forcelogout"), /"retcode":"0"/);
});

test("npm start: what it prints to copy and paste runs, and its pages open", async () => {
  const banner = gateway.output();
  const commands = [...banner.matchAll(/^ {4}((?:npx|curl) .*)$/gm)].map(([, command = ""]) => command);
  assert.equal(commands.length, 2, banner);
  const said = await bash(commands.join("\n"));
  assert.match(said, /AgentEvent_Talking[\s\S]*AgentState_Ready[\s\S]*"number":"40040"/);
  const addresses = [...banner.matchAll(/^ {4}(http\S+) {2}/gm)].map(([, address = ""]) => address);
  assert.deepEqual(
    addresses,
    ["/", "/console", "/watch", "/api"].map((path) => `${gateway.url}${path}`),
  );
  for (const address of addresses) assert.equal((await fetch(address)).status, 200, address);
});

/** As GitHub names the headings of a page. */
function anchors(text: string): ReadonlySet<string> {
  const headings = text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm);
  const plain = (heading: string): string => heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  return new Set(
    [...headings].map(([, each = ""]) =>
      plain(each)
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

const pages = ["README.md", ...globSync("docs/*.md", { cwd: root })].map((path) => ({ path, text: read(path) }));

test("every command inline is one of ours, and every path that a page names is there", () => {
  const help = read("src/cli/cli.ts");
  const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: object };
  for (const { path, text } of pages) {
    for (const [, command = ""] of text.matchAll(/npx seatway ([a-z]+)/g))
      assert.ok(help.includes(`seatway ${command}`), `${path}: ${command}`);
    for (const [, name = ""] of text.matchAll(/npm run (?:--silent )?([\w:-]+)/g))
      assert.ok(Object.hasOwn(scripts, name), `${path}: npm run ${name}`);
    for (const [, place = ""] of text.matchAll(/`((?:src|test|bench|scripts|deploy|examples|docs|web)\/[\w./-]+?)`/g))
      assert.ok(existsSync(join(root, place)), `${path}: ${place}`);
  }
});

test("every link of the documents leads to a file, and to a heading in it", () => {
  for (const { path, text } of pages) {
    for (const [, target = "", heading] of text.matchAll(/\]\(([^)#\s]*)(?:#([^)]*))?\)/g)) {
      if (/^(https?|mailto):/.test(target)) continue;
      const file = target === "" ? path : join(dirname(path), target);
      assert.ok(existsSync(join(root, file)), `${path}: ${target}`);
      if (heading && file.endsWith(".md")) assert.ok(anchors(read(file)).has(heading), `${path}: ${target}#${heading}`);
    }
  }
});
