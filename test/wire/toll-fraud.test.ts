// Toll fraud meets three walls. The attacker is a stranger at the SIP port first, then has a stolen agent's password, then a
// skill that may call abroad. Each wall stops him in its own way, and each stop is in the audit table and in the metrics.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { Agent } from "../conformance/agent.ts";
import { siteWith } from "../conformance/sites.ts";
import { lineOf } from "../support/dialog-by-hand.ts";
import { bareSocket } from "../support/sip-endpoints.ts";
import { startGateway } from "../support/started-gateway.ts";

const abroad = "008821612345";
const trunk = { name: "carrier", port: 9, pattern: "0., 4." };
const site = siteWith([trunk], "toll: { agentDailyCalls: 1 }")
  .replace("{ id: 26,", '{ id: 26, prefixes: ["0088"],')
  // The guard trusts the trunk, which must not be where the attacker is.
  .replace("host: 127.0.0.1", "host: 127.0.0.2");

const data = await mkdtemp(join(tmpdir(), "seatway-fraud-"));
const gateway = await startGateway({ site, data, settings: { SEATWAY_SIP_ALLOW: "none" } });
after(async () => {
  await gateway.stop();
  await rm(data, { recursive: true, force: true });
});

const request = (method: string, port: number, ...more: readonly string[]): string =>
  [
    `${method} sip:${method === "INVITE" ? `${abroad}@` : ""}127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${randomBytes(8).toString("hex")};rport`,
    "From: <sip:40001@127.0.0.1>;tag=a",
    "To: <sip:40001@127.0.0.1>",
    `Call-ID: ${randomBytes(8).toString("hex")}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:40001@127.0.0.1:${port}>`,
    ...more,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");

/** The samples of a metric: its labels and its value. */
async function metric(name: string): Promise<Record<string, number>> {
  const text = await new Promise<string>((resolve, reject) => {
    get(`${gateway.url}/metrics`, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        body += part;
      });
      response.on("end", () => resolve(body));
    }).on("error", reject);
  });
  const samples = text.split("\n").filter((line) => line.startsWith(`${name}{`));
  return Object.fromEntries(samples.map((line) => [/\{(.*)\}/.exec(line)?.[1] ?? "", Number(line.split(" ").at(-1))]));
}

test("three walls: the SIP port, the number plan, the day's limit; each stop is in the audit table and in the metrics", async () => {
  // 1. A stranger cannot call through us, and who guesses passwords is not heard any more.
  const { socket, port, got } = await bareSocket();
  const send = (text: string) => socket.send(text, gateway.ports.sip, "127.0.0.1");
  const invite = request("INVITE", port);
  send(invite);
  const refused = await got.until((text) => text.startsWith("SIP/2.0 403"));
  send(invite.replaceAll("INVITE", "ACK").replace(/^To: .*$/m, `To: ${lineOf(refused, "To")}`));
  const wrong = 'Authorization: Digest username="40001", realm="seatway", nonce="n", uri="sip:x", response="0"';
  for (let at = 0; at < 20; at++) send(request("REGISTER", port, wrong));
  await gateway.logged(({ msg, reason }) => msg === "banned" && reason === "dictionary");
  const heard = got.items.length;
  for (let at = 0; at < 3; at++) send(request("INVITE", port));

  // 2. With an agent's password: numbers abroad are barred, and a skill reaches its own prefixes only.
  const thief = await new Agent(gateway, "101", "40001").begin();
  const message = async (called: string, skillid: number) => (await thief.callOut({ called, skillid })).message;
  assert.equal(await message(abroad, 25), "called: prefix 00 is barred");
  assert.equal(await message("004930123456", 26), "called: not a prefix of this skill");

  // 3. With a skill that may call there: the day's limit.
  assert.equal((await thief.callOut({ called: abroad, skillid: 26 })).code, "0");
  await thief.hears("detect 549", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3");
  assert.equal(await message(abroad, 26), "called: 1 calls of this agent today");

  assert.deepEqual(await metric("seatway_sip_bans_total"), {
    'reason="scanner"': 0,
    'reason="dictionary"': 1,
    'reason="stranger"': 0,
  });
  assert.deepEqual(await metric("seatway_callouts_barred_total"), {
    'rule="barred-prefix"': 1,
    'rule="skill-prefix"': 1,
    'rule="agent-day"': 1,
    'rule="skill-day"': 0,
  });
  assert.equal((await metric("seatway_sip_dropped_total"))['reason="banned"'], 3);
  assert.equal((await metric("seatway_sip_requests_total"))['direction="in",method="REGISTER"'], 20);
  assert.ok(
    got.items.slice(heard).every((text) => text.startsWith("SIP/2.0 401")),
    "the banned INVITEs have no answer",
  );
  await gateway.stop();
  const database = new DatabaseSync(join(data, "seatway.db"));
  const rows = database.prepare("SELECT what, after FROM audit ORDER BY id").all();
  database.close();
  assert.deepEqual(
    rows.map(({ what, after: said }) => `${what} ${said}`),
    [
      "ban dictionary: 20 wrong passwords",
      "bar ········2345: prefix 00 is barred",
      "bar ········3456: not a prefix of this skill",
      "bar ········2345: 1 calls of this agent today",
    ],
  );
});
