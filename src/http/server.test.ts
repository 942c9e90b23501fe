// Wire facts through real sockets; numbers are those of wire.md and decisions.md.

import assert from "node:assert/strict";
import { connect } from "node:net";
import test from "node:test";
import { call, type Opened, open, guid as own, receive, send } from "./gateway-twin.test.ts";

const root = "/agentgateway/resource";
const guid = `guid: ${own}`;
const json = "Content-Type: application/json";
const empty = '{"message":"","retcode":"0"}';
const stranger = '{"message":"no right to invite resouce","retcode":"000-003","result":""}';
const signedIn =
  '{"message":"","retcode":"0","result":{"vdnid":1,"workno":"101","mediatype":"TTF","loginTime":"1471585949806",' +
  '"isForceChange":"false","serverName":"AgentGateway","timeRemaining":""}}';
const signIn = JSON.stringify({ password: "", phonenum: "40001" });

const callout = (it: Opened, body: string, headers: readonly string[] = [guid, json]) =>
  send(it.port, `PUT ${root}/voicecall/101/callout`, headers, body);

test("wire 1-4, 22: a callout's reply, byte for byte", async (t) => {
  const it = await open(t);
  const reply = await callout(it, '{"called":"40040"}');
  assert.equal(reply.body, '{"message":"","retcode":"0","result":"1455885056-1095"}');
  assert.match(reply.head, /^HTTP\/1\.1 200 OK\r\nContent-Type: application\/json\r\n/);
  assert.doesNotMatch(reply.head, /charset|Set-Cookie|Set-GUID/i);
  const refused = await callout(it, '{"called":"999"}');
  assert.equal(refused.status, 200);
  assert.equal(refused.body, '{"message":"no route to the called number","retcode":"200-001"}');
});

test("wire 9, 10, 14, 21: a sign-in's reply and headers", async (t) => {
  const it = await open(t);
  for (const path of ["/onlineagent/101", "/onlineagent/101/forcelogin", "/onlineagent/101/loginex"]) {
    const reply = await send(it.port, `PUT ${root}${path}`, [json], signIn);
    assert.equal(reply.body, signedIn);
    assert.ok(reply.head.includes(`\r\nSet-GUID: JSESSIONID=${own}\r\nGuid: ${own}\r\n`), reply.head);
  }
  const how = it.asked.map((asked) => (asked as { how: object }).how);
  assert.deepEqual(how, [{ force: false }, { force: true }, { force: false }]);
  const wrong = await send(it.port, `PUT ${root}/onlineagent/101`, [], '{"password":"wrong","phonenum":"40001"}');
  assert.equal(wrong.body, '{"message":"agent or password wrong","retcode":"100-004"}');
  assert.doesNotMatch(wrong.head, /guid/i);
});

test("a sign-in asks for push with callBackUri and serviceToken, or with pushUrl; one of the two alone is polling", async (t) => {
  const it = await open(t);
  const push = async (fields: object) => {
    const body = JSON.stringify({ password: "", phonenum: "40001", ...fields });
    await send(it.port, `PUT ${root}/onlineagent/101`, [json], body);
    return (it.asked.at(-1) as { request: { push?: unknown } }).request.push;
  };
  const callBackUri = "https://crm.example.org/x";
  assert.deepEqual(await push({ callBackUri, serviceToken: "t" }), {
    url: callBackUri,
    serviceToken: "t",
    form: "list",
  });
  assert.deepEqual(await push({ pushUrl: "http://crm/y?z=1" }), {
    url: "http://crm/y?z=1",
    serviceToken: "",
    form: "single",
  });
  assert.equal(await push({ callBackUri }), undefined);
  assert.equal(await push({ serviceToken: "t" }), undefined);
});

test("wire 11, decision 2: where the Guid may stand, and what its absence answers", async (t) => {
  const it = await open(t);
  const status = `GET ${root}/onlineagent/101/agentstatus`;
  const answered = '{"message":"","retcode":"0","result":{"agentState":4,"isWorking":false}}';
  const cases: readonly [headers: readonly string[], body: string][] = [
    [[`guid: ${own}`], answered],
    [[`Guid: ${own}`], answered],
    [[`GUID: ${own}`], answered],
    [[`Cookie: theme=dark; JSESSIONID=${own}; lang=en`], answered],
    [[`Cookie: JSESSIONID=${own}`, "guid: "], answered],
    [[`Cookie: XJSESSIONID=${own}`], stranger],
    [["guid: other"], stranger],
    [[`guid: ${own}`, `guid: ${own}`], stranger],
    [[], stranger],
  ];
  for (const [headers, body] of cases) assert.equal((await send(it.port, status, headers)).body, body, headers.join());
  const out = await send(it.port, `GET ${root}/onlineagent/102/agentstatus`, [guid]);
  assert.equal(out.body, '{"message":"the agent is not signed in","retcode":"100-006"}');
});

test("decision 8: a stranger learns nothing of the fields, and the state is asked last", async (t) => {
  const it = await open(t);
  assert.equal((await callout(it, '{"called":"x"}', [json])).body, stranger);
  const named = '{"message":"called: 1-24 characters of 0-9, * and #","retcode":"000-002"}';
  assert.equal((await callout(it, '{"called":"x"}')).body, named);
  assert.deepEqual(it.asked, []);
});

test("decision 10: an agent id outside the range", async (t) => {
  const it = await open(t);
  for (const id of ["100", "60000", "0101", "1e3", "-101", "abc", "101%00", "%31%30"]) {
    const reply = await send(it.port, `GET ${root}/onlineagent/${id}/agentstatus`, [guid]);
    assert.equal(reply.body, '{"message":"agentid: 101-59999","retcode":"000-002"}', id);
  }
});

test("wire 16, 18: double slashes, cache busters, raw semicolons", async (t) => {
  const it = await open(t);
  const done = '{"message":"success","retcode":"0","result":{}}';
  for (const path of [
    "//onlineagent/101/saybusy",
    "/onlineagent/101/saybusy/",
    "/onlineagent/101/saybusy?time=1&x[a]=b",
  ]) {
    assert.equal((await send(it.port, `POST ${root}${path}`, [guid])).body, done, path);
  }
  const skills = `POST ${root}/onlineagent/101/resetskill/false?skillid=1;2;3&phonelinkage=0&time=5`;
  assert.equal((await send(it.port, skills, [guid])).body, done);
  const chosen = { agent: "101", type: "reset-skills", skillIds: [1, 2, 3], phoneLinkage: false };
  assert.deepEqual(it.asked.at(-1), chosen);
  const none = await send(it.port, `POST ${root}/onlineagent/101/resetskill/false`, [guid]);
  assert.equal(none.body, done);
  assert.deepEqual(it.asked.at(-1), { agent: "101", type: "reset-skills", skillIds: [] });
  await send(it.port, `POST ${root}/onlineagent/101/resetskill/true?skillid=7`, [guid]);
  assert.deepEqual(it.asked.at(-1), { agent: "101", type: "reset-skills", skillIds: null });
  const hash = await send(it.port, `POST ${root}/voicecall/101/seconddialex?number=12%23`, [guid]);
  assert.equal(hash.body, done);
  assert.deepEqual(it.asked.at(-1), { agent: "101", type: "dial-digits", digits: "12#" });
});

test("wire 18, 19: bodies of any kind where none is needed, and a body of any type where one is", async (t) => {
  const it = await open(t);
  const types = [[], [json], ["Content-Type: text/plain"], ["Content-Type: ;;"], ["Content-Type: application/xml"]];
  for (const type of types) {
    for (const body of [undefined, "", "{}", "not json", '{"extra":1}']) {
      for (const line of [
        `POST ${root}/onlineagent/101/sayfree`,
        `GET ${root}/onlineagent/101/agentskills`,
        `DELETE ${root}/onlineagent/101/logout`,
      ]) {
        const reply = await send(it.port, line, [guid, ...type], body);
        assert.match(reply.body, /"retcode":"0"/, `${line} ${type} ${body}`);
      }
    }
    assert.match((await callout(it, '{"called":40040}', [guid, ...type])).body, /"retcode":"0"/);
  }
  const chunked = connect(it.port, "127.0.0.1");
  chunked.write(
    `PUT ${root}/voicecall/101/callout HTTP/1.1\r\nHost: x\r\n${guid}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  chunked.write('12\r\n{"called":"40040"}\r\n0\r\n\r\n');
  assert.match((await receive(chunked)).body, /"retcode":"0"/);
  chunked.destroy();
});

test("a body over the limit is refused without being read", async (t) => {
  const it = await open(t);
  const socket = connect(it.port, "127.0.0.1");
  socket.write(`PUT ${root}/voicecall/101/callout HTTP/1.1\r\nHost: x\r\n${guid}\r\nContent-Length: 1048577\r\n\r\n`);
  const reply = await receive(socket);
  socket.destroy();
  assert.equal(reply.status, 200);
  assert.equal(reply.body, '{"message":"body: at most 1048576 bytes","retcode":"000-002"}');
});

test("decision 10: not offered here, unknown, wrong method", async (t) => {
  const it = await open(t);
  const notBuilt = '{"message":"not available","retcode":"100-007"}';
  // Nobody keeps call records here.
  for (const line of ["GET /seatway/v1/agents/101/records", "GET /seatway//v1/agents/101/records/?x=1"]) {
    const reply = await send(it.port, line, [guid]);
    assert.equal(reply.status, 200);
    assert.equal(reply.body, notBuilt, line);
  }
  for (const line of [
    "GET /nothing",
    `GET ${root}/voicecall/101/nothing`,
    `OPTIONS ${root}/nothing`,
    `GET ${root}/%zz`,
  ]) {
    const reply = await send(it.port, line, [guid]);
    assert.equal(reply.status, 404, line);
    assert.match(reply.body, /^\{"message":".+","retcode":"000-002"\}$/);
  }
  const wrong = await send(it.port, `POST ${root}/voicecall/101/callout`, [guid, json], '{"called":"40040"}');
  assert.equal(wrong.status, 405);
  assert.match(wrong.head, /\r\nAllow: PUT, OPTIONS\r\n/);
  assert.equal(wrong.body, '{"message":"this path is asked with PUT","retcode":"000-002"}');
  const head = await send(it.port, `HEAD ${root}/agentevent/101`, [guid]);
  assert.equal(head.status, 405);
});

test("CORS: preflight and replies for a listed origin, nothing for another", async (t) => {
  const it = await open(t);
  const listed = "Origin: https://desk.example.org";
  const path = `${root}/voicecall/101/callout`;
  const preflight = await send(it.port, `OPTIONS ${path}`, [listed, "Access-Control-Request-Method: PUT"]);
  assert.equal(preflight.status, 204);
  assert.match(preflight.head, /\r\nAccess-Control-Allow-Origin: https:\/\/desk\.example\.org\r\n/);
  assert.match(preflight.head, /\r\nAccess-Control-Allow-Methods: PUT, OPTIONS\r\n/);
  assert.match(preflight.head, /\r\nAccess-Control-Allow-Headers: guid, content-type/);
  const reply = await send(it.port, `PUT ${root}/onlineagent/101`, [listed, json], signIn);
  assert.match(
    reply.head,
    /\r\nAccess-Control-Expose-Headers: Set-GUID, Guid, Trace-Id, Event-Id, RateLimit, RateLimit-Policy, Retry-After, Idempotency-Replayed, Next-Page\r\n/,
  );
  assert.match(reply.head, /\r\nVary: Origin\r\n/);
  const other = ["Origin: https://evil.example.org"];
  assert.doesNotMatch((await send(it.port, `OPTIONS ${path}`, other)).head, /Access-Control/);
  assert.doesNotMatch(
    (await send(it.port, `PUT ${root}/onlineagent/101`, [...other, json], signIn)).head,
    /Access-Control/,
  );
});

test("CORS: `*` lets any page call, with the Guid and without cookies", async (t) => {
  const it = await open(t, { corsOrigins: ["*"] });
  const origin = "Origin: https://any.example.org";
  const preflight = await send(it.port, `OPTIONS ${root}/onlineagent/101`, [origin]);
  assert.match(preflight.head, /\r\nAccess-Control-Allow-Headers: guid, content-type/);
  for (const { head } of [preflight, await send(it.port, `PUT ${root}/onlineagent/101`, [origin, json], signIn)]) {
    assert.match(head, /\r\nAccess-Control-Allow-Origin: \*\r\n/);
    assert.doesNotMatch(head, /Allow-Credentials/);
  }
});

test("a target in absolute form is served like its path (RFC 9112 §3.2.2)", async (t) => {
  const it = await open(t);
  const at = `http://gateway.example:8000${root}/onlineagent/101/agentstatus`;
  assert.equal((await send(it.port, `GET ${at}?time=1`, [guid])).status, 200);
  assert.equal((await send(it.port, `POST ${at}?time=1`, [guid])).status, 405);
});

test("watchers may ask the probes by HEAD", async (t) => {
  const it = await open(t);
  assert.equal((await send(it.port, "HEAD /healthz")).status, 200);
  assert.notEqual((await send(it.port, "HEAD /readyz")).status, 405);
});

test("wire 27: the shapes of call data", async (t) => {
  const it = await open(t);
  const shown =
    '{"called":"40103","caller":"1008622","callid":"1397104272-3397","calldata":"","orgicallednum":"","callfeature":7,' +
    '"callskill":"voice","begintime":1397035525902,"endtime":null,"callskillid":25,"mediaType":5}';
  const get = async (path: string) => (await send(it.port, `GET ${root}${path}`, [guid])).body;
  assert.equal(await get("/calldata/101/callinfo"), `{"message":"","retcode":"0","result":${shown}}`);
  const byId = await get("/calldata/101/callinfobycallid/1397104272-3397");
  assert.equal(byId, `{"message":"","retcode":"0","result":[${shown}]}`);
  assert.equal(await get("/calldata/101/holdlist"), '{"message":"no held call","retcode":"400-003"}');
  assert.equal(await get("/calldata/101/appdata"), '{"message":"","retcode":"0","result":"grün"}');
  assert.equal(
    await get("/calldata/101/appdata?isEncodeResult=true"),
    '{"message":"","retcode":"0","result":"Z3LDvG4="}',
  );
  assert.equal(await get("/calldata/101/appdata?callId=1-2"), '{"message":"","retcode":"0","result":"data of 1-2"}');
  assert.equal(
    await get("/onlineagent/101/agentskills"),
    '{"message":"","retcode":"0","result":[{"name":"voice","id":25,"mediatype":5}]}',
  );
});

test("decision 11: the message and result of each success, as documented", async (t) => {
  const it = await open(t);
  const cases: readonly [line: string, body: string][] = [
    ["DELETE /onlineagent/101/logout", '{"message":"success","retcode":"0","result":{}}'],
    ["DELETE /onlineagent/101/forcelogout", '{"message":"success","retcode":"0"}'],
    ["DELETE /onlineagent/101/forcelogoutwithreason/9", '{"message":"success","retcode":"0"}'],
    ["POST /onlineagent/101/handshake", '{"message":"success","retcode":"0"}'],
    ["PUT /onlineagent/101/heartbeat", '{"message":"","retcode":"0","result":{"loginTime":"1471585949806"}}'],
    ["PUT /onlineagent/101/updateGuid", `{"message":"success","retcode":"0","result":{"guid":"${own}"}}`],
    ["POST /onlineagent/101/work", '{"message":"","retcode":"0","result":{}}'],
    ["POST /onlineagent/101/rest/600/1", '{"message":"success","retcode":"0","result":{}}'],
    ["POST /onlineagent/101/autoanswer/true", empty],
    ["POST /voicecall/101/hold", '{"message":"","retcode":"0","result":{}}'],
    ["POST /voicecall/101/dropcall/1-2", '{"message":"success","retcode":"0","result":{}}'],
    ["POST /voicecall/101/seconddial/1%23", empty],
    ["DELETE /voicecall/101/release", '{"message":"no call to release","retcode":"200-017"}'],
    ["DELETE /voicecall/101", '{"message":"no call to release","retcode":"200-017"}'],
  ];
  for (const [line, body] of cases) {
    assert.equal((await send(it.port, line.replace(" ", ` ${root}`), [guid])).body, body, line);
  }
});

test("a fault of ours is 100-007 with status 200 and says nothing of itself", async (t) => {
  const it = await open(t);
  it.fail = true;
  const reply = await callout(it, '{"called":"40040"}');
  assert.equal(reply.body, '{"message":"internal error","retcode":"100-007"}');
  assert.equal(it.logged.filter(({ error }) => String(error).includes("boom")).length, 1);
});

test("the log line of a command names the call that it was for", async (t) => {
  const it = await open(t);
  for (const path of ["hold", "beginmute", "gethold", "seconddial/1"]) {
    await send(it.port, `POST ${root}/voicecall/101/${path}`, [guid]);
    assert.equal(it.logged.at(-1)?.["callId"], call.callid, path);
  }
});

test("the log line of a callout: method, agent, call id, code, duration, trace; no Guid, no full number", async (t) => {
  const it = await open(t);
  await callout(it, '{"called":"13800138000"}');
  const [line] = it.logged;
  const { ms, trace, ...rest } = line ?? {};
  assert.deepEqual(rest, {
    method: "callout",
    agent: "101",
    callId: "1455885056-1095",
    retcode: "0",
    called: "·······8000",
  });
  assert.equal(typeof ms, "number");
  assert.match(String(trace), /^[\da-f]{32}$/);
  await send(
    it.port,
    `PUT ${root}/onlineagent/101?guid=${own}`,
    [json, guid],
    '{"password":"secret","phonenum":"40001"}',
  );
  const kept = JSON.stringify([it.logged, it.lines]);
  for (const secret of [own, "secret", "13800138000"]) assert.ok(!kept.includes(secret), secret);
  assert.deepEqual(it.lines[0]?.title, `PUT ${root}/voicecall/101/callout`);
});
