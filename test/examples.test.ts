// examples/: short, and each runs against the demo site, as docs/client.md says; the script for old pages in a browser.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { without } from "./peer/missing.ts";
import { openBrowser } from "./support/browser.ts";
import { freePort, type StartedGateway, startGateway } from "./support/started-gateway.ts";
import { until } from "./support/until.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");
let gateway: StartedGateway;
/** Where the old page is served. */
let pagePort: number;

before(async () => {
  pagePort = await freePort();
  gateway = await startGateway({ settings: { SEATWAY_CORS_ORIGINS: `http://127.0.0.1:${pagePort}` } });
});
after(() => gateway?.stop());

/** As in a checkout. `said` grows. */
function run(name: string, ...args: readonly string[]) {
  const child = spawn(
    process.execPath,
    ["--conditions=source", "--disable-warning=ExperimentalWarning", `examples/${name}`, gateway.url, ...args],
    {
      ...{ cwd: root, stdio: ["ignore", "pipe", "pipe"] },
    },
  );
  const running = { said: "", child, ended: once(child, "close") as Promise<[number | null]> };
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      running.said += text;
    });
  return running;
}

const says = (running: ReturnType<typeof run>, what: RegExp): Promise<true> =>
  until(`${what} of ${running.said}`, () => (what.test(running.said) ? true : null));

test("each example has 30 lines at most, and docs/client.md names it", () => {
  const files = globSync("*", { cwd: `${root}examples` });
  assert.ok(files.length >= 4);
  for (const file of files) {
    assert.ok(read(`examples/${file}`).trimEnd().split("\n").length <= 30, file);
    assert.ok(read("docs/client.md").includes(`(../examples/${file})`), file);
  }
});

test("callout.mjs: to its end, answered and busy; a refusal with its field and hint", async () => {
  const answered = run("callout.mjs", "40040");
  assert.deepEqual(await answered.ended, [0, null], answered.said);
  assert.match(answered.said, /AgentEvent_Talking[\s\S]*AgentOther_PhoneRelease/);
  const busy = run("callout.mjs", "40041");
  assert.deepEqual(await busy.ended, [0, null], busy.said);
  assert.match(busy.said, /OUTBOUND_DETECT_EVENT/);
  const refused = run("callout.mjs", "nobody at all");
  assert.deepEqual(await refused.ended, [0, null], refused.said);
  assert.match(refused.said, /refused: 000-002 called called: .*Correct the field/);
});

test("follow.mjs: events with their ids, until the agent is displaced", async () => {
  const following = run("follow.mjs", "102", "40002");
  await says(following, /\d+-1 AgentOther_InService/);
  const taken = run("follow.mjs", "102", "40002");
  await taken.ended;
  assert.match(taken.said, /100-002.*forceSignIn/);
  following.child.kill("SIGINT");
  assert.deepEqual(await following.ended, [0, null], following.said);
  assert.match(following.said, /ended: signed-out|ended: stopped/);
});

test("wallboard.mjs: the board, and its changes", async () => {
  const board = run("wallboard.mjs", "120");
  await says(board, /board live[\s\S]*snapshot: \d+ agents/);
  await says(board, /change: /);
  board.child.kill("SIGINT");
  assert.deepEqual(await board.ended, [0, null], board.said);
});

test("old-page.html in a browser: signed in, calls, hears events by polls", {
  skip: without("chromium"),
}, async (t) => {
  const page = read("examples/old-page.html").replace("http://127.0.0.1:8000", gateway.url);
  const server = createServer((_, response) => response.writeHead(200, { "Content-Type": "text/html" }).end(page));
  server.listen(pagePort, "127.0.0.1");
  await once(server, "listening");
  assert.equal((server.address() as AddressInfo).port, pagePort);
  const browser = await openBrowser([`--explicitly-allowed-ports=${pagePort},${gateway.ports.http}`]);
  t.after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });
  const tab = await browser.newPage();
  const faults: string[] = [];
  tab.on("pageerror", ({ message }) => faults.push(message));
  const titles = new Set<string>();
  await tab.goto(`http://127.0.0.1:${pagePort}/`);
  await until("the busy call's events as titles", async () => {
    titles.add(await tab.title());
    return titles.has("OUTBOUND_DETECT_EVENT") ||
      titles.has("AgentEvent_Call_Out_Fail") ||
      titles.has("AgentState_Ready")
      ? true
      : null;
  });
  assert.deepEqual(faults, []);
  // Without a callback it waits and returns the value; the Guid was kept.
  const state = await tab.evaluate<{ retcode: string }>(`AgentGateway.onlineagent.getAgentStatus({ agentid: "103" })`);
  assert.equal(state.retcode, "0");
});

test("the script is old JavaScript: no word that came after 2009", async () => {
  const text = await (await fetch(`${gateway.url}/agentgateway/resource-js`)).text();
  const code = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  assert.doesNotMatch(code, /=>|`|\b(?:const|let|class|async|await|Promise)\b/);
});
