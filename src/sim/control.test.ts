// The control interface through its socket, over a town of two stations that only remember.

import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { type Behaviour, partyDefaults, phoneDefaults } from "./behaviour.ts";
import { type Controlled, controlServer, type Heard } from "./control.ts";

const silence: Heard = {
  call: true,
  level: -120,
  levels: {},
  digits: "12",
  audio: { packetsIn: 1, packetsOut: 2, lost: 0 },
  video: { packetsIn: 0, packetsOut: 0, lost: 0 },
};

function station(number: string, defaults: Behaviour, registered: boolean | null, heard: Heard | null): Controlled {
  let behaviour = defaults;
  return {
    view: () => ({ number, calls: 0, registered, placed: null, behaviour }),
    call: (to) => to !== "9",
    dial: (digits) => digits !== "9",
    change(change) {
      behaviour = { ...behaviour, ...change };
    },
    reset() {
      behaviour = defaults;
    },
    hangUp: () => 1,
    heard: async (frequencies) =>
      heard && { ...heard, levels: Object.fromEntries(frequencies.map((hertz) => [hertz, -12])) },
    invites: () => ({ count: 1, last: "INVITE sip:40001@127.0.0.1 SIP/2.0\r\n" }),
  };
}

const phone = station("40001", phoneDefaults(0), true, silence);
const party = station("40040", partyDefaults("40040"), null, null);
const server = controlServer({
  station: (kind, number) =>
    [phone, party].find((one) => one === (kind === "phones" ? phone : party) && one.view().number === number),
  stations: (kind) => [kind === "phones" ? phone : party],
});
let port = 0;

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

type Options = { readonly body?: unknown; readonly headers?: Record<string, string> };
type Answer = { readonly status: number; readonly body: unknown; readonly allow: string | undefined };

async function ask(method: string, path: string, { body, headers = {} }: Options = {}): Promise<Answer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = body === undefined ? {} : { "Content-Type": "application/json" };
  const call = request({ host: "127.0.0.1", port, method, path, headers: { ...type, ...headers } });
  call.end(text);
  const [response] = (await once(call, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return {
    status: response.statusCode ?? 0,
    body: JSON.parse(Buffer.concat(chunks).toString()),
    allow: response.headers.allow,
  };
}

test("shows, changes and resets a phone", async () => {
  assert.deepEqual((await ask("GET", "/phones")).body, [phone.view()]);
  const changed = await ask("PUT", "/phones/40001", { body: { refuse: 486, answerAfterMs: 10 } });
  assert.deepEqual(changed.body, {
    number: "40001",
    calls: 0,
    registered: true,
    placed: null,
    behaviour: { ...phoneDefaults(0), refuse: 486, answerAfterMs: 10 },
  });
  await ask("POST", "/phones/40001/reset");
  assert.deepEqual(phone.view().behaviour, phoneDefaults(0));
  await ask("PUT", "/parties/40040", { body: { hertz: 800 } });
  assert.equal((await ask("POST", "/reset")).status, 200);
  assert.equal(party.view().behaviour.hertz, 1_500);
});

test("what was heard, INVITEs, hanging up", async () => {
  const heard = await ask("GET", "/phones/40001/heard?frequencies=440,600");
  assert.deepEqual(heard.body, { ...silence, levels: { 440: -12, 600: -12 } });
  assert.deepEqual(await ask("GET", "/parties/40040/heard"), {
    status: 409,
    body: { error: "no call yet" },
    allow: undefined,
  });
  assert.deepEqual((await ask("GET", "/phones/40001/invites")).body, phone.invites());
  assert.deepEqual((await ask("POST", "/phones/40001/hangup")).body, { calls: 1 });
});

test("a call and digits are what they are asked for, or an error that names the field", async () => {
  assert.equal((await ask("POST", "/parties/40040/call", { body: { to: "8000" } })).status, 200);
  assert.equal((await ask("POST", "/parties/40040/call", { body: { to: "9" } })).status, 409);
  assert.equal((await ask("POST", "/parties/40040/dial", { body: { digits: "1#" } })).status, 200);
  assert.equal((await ask("POST", "/parties/40040/dial", { body: { digits: "9" } })).status, 409);
});

test("wrong requests say what is wrong, and change nothing", async () => {
  const table: readonly (readonly [string, string, Options, number, RegExp])[] = [
    ["GET", "/", {}, 404, /no such path/],
    ["GET", "/phones/40001/x", {}, 404, /no such path/],
    ["GET", "/phones/40001/heard/x", {}, 404, /no such path/],
    ["GET", "/phones/1", {}, 404, /no such number/],
    ["GET", "/phones/..%2f40001", {}, 404, /no such number/],
    ["DELETE", "/phones/40001", {}, 405, /GET, PUT/],
    ["GET", "/reset", {}, 405, /POST/],
    ["GET", "/phones/40001/hangup", {}, 405, /POST/],
    ["PUT", "/phones/40001", { body: "{" }, 400, /^body/],
    ["PUT", "/phones/40001", { body: { ring: 1 } }, 400, /^ring: true or false/],
    ["PUT", "/parties/40040", { body: { registered: false } }, 400, /only phones register/],
    ["PUT", "/phones/40001", { body: "{}", headers: { "Content-Type": "text/plain" } }, 415, /Content-Type/],
    ["PUT", "/phones/40001", { body: `{"x":"${"x".repeat(5_000)}"}` }, 413, /4096 bytes/],
    ["POST", "/parties/40040/call", { body: { to: "x" } }, 400, /^to: /],
    ["POST", "/parties/40040/call", { body: { to: "1", more: 1 } }, 400, /^to: /],
    ["POST", "/parties/40040/call", { body: "[]" }, 400, /^to: /],
    ["POST", "/parties/40040/dial", { body: { digits: "E" } }, 400, /^digits: /],
    ["GET", "/phones/40001/heard?frequencies=a", {}, 400, /^frequencies/],
    ["GET", `/phones/40001/heard?frequencies=${Array(17).fill(440).join()}`, {}, 400, /^frequencies/],
    ["GET", "/phones", { headers: { Host: "evil.example" } }, 403, /^Host/],
    ["GET", "/phones", { headers: { Host: "127.0.0.1.evil.example" } }, 403, /^Host/],
    ["POST", "/phones/40001/hangup", { headers: { Origin: "https://evil.example" } }, 403, /^Origin/],
  ];
  for (const [method, path, options, status, error] of table) {
    const answer = await ask(method, path, options);
    assert.equal(answer.status, status, `${method} ${path}`);
    assert.match((answer.body as { error: string }).error, error);
    assert.equal(answer.allow !== undefined, status === 405);
  }
  assert.deepEqual(phone.view().behaviour, phoneDefaults(0));
});

test("a page served from loopback may ask", async () => {
  const headers = { Host: "localhost:8080", Origin: "http://127.0.0.1:8000" };
  assert.equal((await ask("GET", "/phones", { headers })).status, 200);
});
