// The command line: usage, exit codes and printed lines, against scripted HTTP and MML peers.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { after, test } from "node:test";
import fc from "fast-check";
import { systemClock } from "../base/clock.ts";
import { verifyPassword } from "../base/password.ts";
import { run } from "./cli.ts";
import { duration, parseCallOut } from "./options.ts";

function collector() {
  const out: string[] = [];
  const err: string[] = [];
  const interrupter = new AbortController();
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    environment: {},
    line: async () => "secret",
    interrupt: interrupter.signal,
    clock: systemClock,
  };
  return { io, out, err, interrupt: () => interrupter.abort() };
}

const ok = (result: unknown = {}) => JSON.stringify({ message: "", retcode: "0", result });
const event = (eventType: string, content: unknown = null) =>
  JSON.stringify({ message: "", retcode: "0", event: { eventType, workNo: "101", content } });

const id = "1455885056-1";
const ring = [
  event("AgentOther_PhoneAlerting"),
  event("AgentOther_PhoneOffhook", { type: "main" }),
  event("AgentState_Busy"),
];
const talking = event("AgentEvent_Talking", { caller: "40038", callid: id, called: "40040" });
const ending = [
  event("AgentEvent_Call_Release", id),
  event("AgentOther_PhoneRelease", { phoneState: 3 }),
  event("AgentState_Ready"),
];
const fail = [
  event("OUTBOUND_DETECT_EVENT", { callId: id, detect: 537, desc: "busy" }),
  event("AgentEvent_Call_Out_Fail", id),
  event("AgentEvent_Connect_Fail", id),
];

/** Polls are answered in turn from what was queued, and held while the queue is empty. */
async function gateway(script: { onCallOut: () => string[]; onRelease?: () => string[]; callOut?: string }) {
  const queue: string[] = [];
  let held: ((body: string) => void) | undefined;
  const feed = () => {
    const next = held && queue.shift();
    if (held && next !== undefined) held(next);
    if (next !== undefined) held = undefined;
  };
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const what = `${request.method} ${(request.url ?? "").replace("/agentgateway/resource/", "")}`;
    const end = (body: string) => void response.end(body);
    if (what.includes("agentevent")) {
      held = end;
      return feed();
    }
    // An older gateway: it offers no stream.
    if (what.includes("/seatway/")) return void response.writeHead(404).end();
    requests.push(what);
    if (what === "PUT onlineagent/101") {
      queue.push(event("AgentOther_InService"), event("AgentState_Ready"));
      return end(ok({ workno: "101", loginTime: "1" }));
    }
    end(what.endsWith("/callout") ? (script.callOut ?? ok(id)) : ok());
    if (what.endsWith("/callout")) queue.push(...script.onCallOut());
    if (what.endsWith("/release")) queue.push(...(script.onRelease?.() ?? []));
    feed();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const callout = (url: string) =>
  ["callout", "--agent", "101", "--phone", "40001", "--called", "40040", "--talk", "20ms", "--url", url] as const;

test("a callout that is answered: events with their times, released, signed out, exit 0", async () => {
  const peer = await gateway({ onCallOut: () => [...ring, talking], onRelease: () => ending });
  const { io, out, err } = collector();
  assert.equal(await run(callout(peer.url), io), 0, err.join("\n"));
  assert.deepEqual(peer.requests, [
    "PUT onlineagent/101",
    "PUT voicecall/101/callout",
    "DELETE voicecall/101/release",
    "DELETE onlineagent/101/logout",
  ]);
  assert.deepEqual(
    out.filter((line) => line.includes("Agent")).map((line) => line.replace(/^ +\d+ ms {2}(\w+).*$/, "$1")),
    [
      ...["AgentOther_PhoneAlerting", "AgentOther_PhoneOffhook", "AgentState_Busy", "AgentEvent_Talking"],
      ...["AgentEvent_Call_Release", "AgentOther_PhoneRelease", "AgentState_Ready"],
    ],
  );
});

test("the customer fails: exit 10 with the reason; the agent's phone fails: exit 11", async () => {
  const customer = await gateway({
    onCallOut: () => [...ring, event("AgentOther_PhoneRelease", { phoneState: 3 }), ...fail, event("AgentState_Ready")],
  });
  const first = collector();
  assert.equal(await run(callout(customer.url), first.io), 10);
  assert.deepEqual(first.err, ["the customer failed: 537 busy"]);
  const phone = await gateway({ onCallOut: () => [...fail, event("AgentOther_PhoneRelease", { phoneState: 3 })] });
  const second = collector();
  assert.equal(await run(callout(phone.url), second.io), 11);
  assert.deepEqual(second.err, ["the agent's phone failed: 537 busy"]);
  assert.equal(phone.requests.at(-1), "DELETE onlineagent/101/logout");
});

test("the customer hangs up first: nothing to release, exit 0", async () => {
  const peer = await gateway({ onCallOut: () => [...ring, talking, ...ending] });
  const { io } = collector();
  assert.equal(await run([...callout(peer.url), "--talk", "60s"], io), 0);
  assert.equal(peer.requests.includes("DELETE voicecall/101/release"), false);
});

test("refused by the gateway: exit 12 with the code, and signed out", async () => {
  const peer = await gateway({ onCallOut: () => [], callOut: '{"message":"no route","retcode":"200-001"}' });
  const { io, err } = collector();
  assert.equal(await run(callout(peer.url), io), 12);
  assert.deepEqual(err, ["callout refused: 200-001 no route"]);
  assert.equal(peer.requests.at(-1), "DELETE onlineagent/101/logout");
});

test("signed out during the call: exit 14", async () => {
  const peer = await gateway({ onCallOut: () => [event("AgentOther_ShutdownService", { loginTime: "1" })] });
  const { io } = collector();
  assert.equal(await run(callout(peer.url), io), 14);
});

test("an interrupt releases and signs out: exit 130", async () => {
  const ground = collector();
  const peer = await gateway({
    onCallOut: () => {
      ground.interrupt();
      return ring;
    },
  });
  assert.equal(await run(callout(peer.url), ground.io), 130);
  assert.deepEqual(peer.requests.slice(-2), ["DELETE voicecall/101/release", "DELETE onlineagent/101/logout"]);
});

/** A port that nobody listens on: taken and given back. */
async function deafPort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("nobody there: exit 13", async () => {
  const port = await deafPort();
  const ground = collector();
  assert.equal(await run(callout(`http://127.0.0.1:${port}`), ground.io), 13);
  assert.match(ground.err.join(), /cannot reach the gateway/);
  assert.equal(await run(["mml", "LST SFP:;", "--port", String(port)], ground.io), 13);
});

test("wrong usage is one line that names the option: exit 2", async () => {
  const start = ["callout", "--agent", "101", "--phone", "40001", "--called", "40040"];
  const table: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /no command/],
    [["call"], /unknown command "call"/],
    [["callout"], /needs --agent, --phone and --called/],
    [[...start, "--media", "3"], /^--media: 0 audio/],
    [[...start, "--direction", "0"], /^--direction/],
    [[...start, "--skill", "x"], /^--skill/],
    [[...start, "--talk", "soon"], /^--talk/],
    [[...start, "--url", "ftp://x"], /^--url/],
    [[...start, "--url", "http://a/b"], /^--url/],
    [[...start, "--loud"], /^Unknown option '--loud'/],
    [[...start, "--fingerprint", "00"], /fingerprint/],
    [[...start, "--ca", "/does/not/exist"], /certificate: ENOENT/],
    [["mml"], /one command, in quotes/],
    [["mml", "LST SFP:;", "--port", "0"], /^--port/],
    [["mml", "LST SFP:;\nMOD SFP:;"], /one line/],
    [["mml", "LST SFP: ID=P18"], /a command ends with ;/],
  ];
  for (const [argv, expected] of table) {
    const { io, err } = collector();
    assert.equal(await run(argv, io), 2, argv.join(" "));
    assert.match(err[0] ?? "", expected);
  }
});

test("help documents every exit code; version is the package's", async () => {
  const { io, out } = collector();
  assert.equal(await run(["--help"], io), 0);
  for (const code of [0, 2, 10, 11, 12, 13, 14, 130]) assert.match(out[0] ?? "", new RegExp(`^ +${code}  `, "m"));
  assert.equal(await run(["--version"], io), 0);
  assert.match(out[1] ?? "", /^\d+\.\d+\.\d+/);
});

const report = (retcode: number) =>
  `+++    Seatway        2016-02-19 11:44:16\r\nO&M    #1\r\n%%LST SFP: ID=P18;%%\r\nRETCODE = ${retcode}  text\r\n\r\n---    END\r\n`;

test("mml prints the report and exits by its RETCODE", async () => {
  const lines: string[] = [];
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => {
      lines.push(data.toString());
      const text = report(lines.length === 1 ? 0 : 7);
      // Cut inside the last line: the client has to put the pieces together.
      socket.write(text.slice(0, -6), () => socket.write(text.slice(-6)));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { io, out } = collector();
  const order = ["mml", "LST SFP: ID=P18;", "--port", String(port)];
  assert.equal(await run(order, io), 0);
  assert.equal(await run(order, io), 12);
  assert.deepEqual(lines, ["LST SFP: ID=P18;\r\n", "LST SFP: ID=P18;\r\n"]);
  assert.equal(out[0], report(0).trimEnd().replaceAll("\r", ""));
});

test("a connection that closes before the report ends: exit 13", async () => {
  const server = createTcpServer((socket) => void socket.end("+++    Seat")).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => server.close());
  const { io, err } = collector();
  assert.equal(await run(["mml", "LST SFP:;", "--port", String((server.address() as AddressInfo).port)], io), 13);
  assert.match(err[0] ?? "", /before the end of a report/);
});

test("talk times", () => {
  assert.deepEqual(["2s", "1.5s", "500ms", "3", "3600"].map(duration), [2000, 1500, 500, 3000, 3_600_000]);
  for (const wrong of ["", "s", "-1s", "1e3", "2m", "3601"]) assert.equal(duration(wrong), undefined);
});

test("no argument list makes the parser throw", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("--agent", "--phone", "--called", "--media", "--url", "--", "101"),
  );
  fc.assert(
    fc.property(fc.array(word), (argv) => {
      const parsed = parseCallOut(argv, {});
      assert.ok("wrong" in parsed ? parsed.wrong !== "" : parsed.agent !== "");
    }),
  );
});

test("hash: the password from standard input becomes a hash that the gateway takes", async () => {
  const { io, out } = collector();
  assert.equal(await run(["hash"], io), 0);
  assert.equal(await verifyPassword("secret", out.at(-1)), true);
  assert.ok(!out.join().includes("secret"));
  assert.equal(await run(["hash"], { ...io, line: async () => "" }), 2);
});
