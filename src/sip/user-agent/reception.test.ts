import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { describe, test } from "node:test";
import { bareSocket, kinds, options, Seen, started } from "../../../test/support/sip-endpoints.ts";
import { openEndpoint } from "../endpoint.ts";
import type { DialogEvent } from "../face.ts";

describe("a stranger at the socket", () => {
  const raw = (lines: readonly string[], body = "") =>
    `${lines.join("\r\n")}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  const head = (method: string, port: number, extra: readonly string[] = []) => [
    `${method} sip:1@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${method}${extra.length}`,
    "From: <sip:x@y>;tag=1",
    `To: <sip:1@127.0.0.1>${extra.includes("in dialog") ? ";tag=nobody" : ""}`,
    `Call-ID: ${method}${extra.length}`,
    `CSeq: 1 ${method}`,
    ...extra.filter((line) => line.includes(":")),
  ];

  const table: readonly (readonly [
    name: string,
    method: string,
    extra: readonly string[],
    status: number,
    header: RegExp,
  ])[] = [
    ["OPTIONS", "OPTIONS", [], 200, /^Allow: .*INVITE/m],
    ["an unknown method", "PUBLISH", [], 405, /^Allow: /m],
    [
      "an event package that we do not have",
      "SUBSCRIBE",
      ["Event: presence"],
      489,
      /^Allow-Events: dialog, message-summary/m,
    ],
    ["a SUBSCRIBE without Event", "SUBSCRIBE", [], 489, /^Allow-Events: /m],
    ["a SUBSCRIBE without credentials", "SUBSCRIBE", ["Event: dialog;id=1"], 401, /^WWW-Authenticate: Digest /m],
    ["an unknown extension", "OPTIONS", ["Require: 100rel, foo"], 420, /^Unsupported: foo/m],
    ["a request in a dialog that nobody knows", "INFO", ["in dialog"], 481, /^To: .*tag=nobody/m],
    ["a re-INVITE of a dialog that nobody knows", "INVITE", ["in dialog"], 481, /^To: .*tag=nobody/m],
    ["a BYE of nothing", "BYE", [], 481, /^CSeq: 1 BYE/m],
    ["a CANCEL of nothing", "CANCEL", [], 481, /^CSeq: 1 CANCEL/m],
    ["an INVITE without Contact", "INVITE", [], 400, /^SIP\/2.0 400 Bad Request: no usable Contact/],
    [
      "a REGISTER without credentials",
      "REGISTER",
      [],
      401,
      /^WWW-Authenticate: Digest realm="seatway", nonce=".*", qop="auth", algorithm=MD5/m,
    ],
    ["an INVITE that refuses SDP", "INVITE", ["Accept: text/plain"], 406, /^Accept: application\/sdp/m],
  ];
  for (const [name, method, extra, status, header] of table) {
    test(`${name} gets ${status}`, async () => {
      const endpoint = await started(openEndpoint(options({ invite: (incoming) => incoming.ring(180) })));
      const { socket, port, got } = await bareSocket();
      socket.send(raw(head(method, port, extra)), endpoint.port, "127.0.0.1");
      const reply = await got.until((text) => !text.startsWith("SIP/2.0 100"));
      assert.match(reply, new RegExp(`^SIP/2.0 ${status} `));
      assert.match(reply, header);
    });
  }

  test("a body that is no SDP gets 415, a merged copy 482, a repeated request the same bytes", async () => {
    const endpoint = await started(openEndpoint(options({ invite: (incoming) => incoming.ring(180) })));
    const { socket, port, got } = await bareSocket();
    const contact = "Contact: <sip:x@127.0.0.1>";
    socket.send(
      raw([...head("INVITE", port, [contact]), "Content-Type: text/plain"], "hello"),
      endpoint.port,
      "127.0.0.1",
    );
    assert.match(await got.until(() => true), /^SIP\/2.0 415 /);
    const options_ = raw(head("OPTIONS", port));
    socket.send(options_, endpoint.port, "127.0.0.1");
    const first = await got.until((text) => text.includes("OPTIONS"));
    socket.send(options_.replace("branch=z9hG4bK", "branch=z9hG4bKother"), endpoint.port, "127.0.0.1");
    await got.until((text) => text.startsWith("SIP/2.0 482"));
    socket.send(options_, endpoint.port, "127.0.0.1");
    await got.until((text) => got.items.lastIndexOf(text) !== got.items.indexOf(text));
    assert.equal(got.items.filter((text) => text === first).length, 2);
  });

  test("rport and received: the answer goes where the request came from", async () => {
    const endpoint = await started(openEndpoint(options({})));
    const { socket, port, got } = await bareSocket();
    const text = raw(head("OPTIONS", port)).replace(`127.0.0.1:${port}`, "10.1.2.3:9;rport;received=10.9.9.9");
    socket.send(text, endpoint.port, "127.0.0.1");
    assert.match(
      await got.until(() => true),
      new RegExp(`^Via: SIP/2.0/UDP 10.1.2.3:9;rport=${port};branch=.*;received=127.0.0.1\r$`, "m"),
    );
  });

  test("a fork that answers twice: the second dialog gets ACK and BYE, a repeated 200 its ACK again", async () => {
    const caller = await started(openEndpoint(options({})));
    const { socket, port, got } = await bareSocket();
    const events = new Seen<DialogEvent>();
    caller.invite({ uri: `sip:1@127.0.0.1:${port}`, from: { uri: "sip:2@a" }, sdp: "v=0" }, events.push);
    const invite = await got.until((text) => text.startsWith("INVITE"));
    const line = (name: string) => new RegExp(`^${name}: (.*)\r$`, "m").exec(invite)?.[1] ?? "";
    const ok = (tag: string) =>
      raw(
        [
          "SIP/2.0 200 OK",
          `Via: ${line("Via")}`,
          `From: ${line("From")}`,
          `To: ${line("To")};tag=${tag}`,
          `Call-ID: ${line("Call-ID")}`,
          "CSeq: 1 INVITE",
          `Contact: <sip:${tag}@127.0.0.1:${port}>`,
          `Record-Route: <sip:second@127.0.0.1:${port};lr>, <sip:first@127.0.0.1:${port};lr>`,
          "Content-Type: application/sdp",
        ],
        "v=0",
      );
    for (const tag of ["one", "two", "one"]) socket.send(ok(tag), caller.port, "127.0.0.1");
    await got.until((text) => text.startsWith("BYE sip:two@"));
    await got.until(() => got.items.filter((text) => text.startsWith("ACK sip:one@")).length === 2);
    const ack = got.items.find((text) => text.startsWith("ACK sip:one@")) ?? "";
    assert.ok(ack.includes(`Route: <sip:first@127.0.0.1:${port};lr>\r\nRoute: <sip:second@127.0.0.1:${port};lr>\r\n`));
    assert.ok(got.items.some((text) => text.startsWith("ACK sip:two@")));
    assert.deepEqual(kinds(events), ["answered"]);
  });

  test("all 50 messages of RFC 4475, random bytes and keep-alives: afterwards an OPTIONS is answered", async () => {
    const endpoint = await started(openEndpoint(options({ invite: (incoming) => incoming.ring(180) })));
    const { socket, got } = await bareSocket();
    const folder = new URL("../../../test/fixtures/rfc4475/", import.meta.url);
    const files = readdirSync(folder);
    assert.equal(files.length, 50);
    for (const file of files) socket.send(readFileSync(new URL(file, folder)), endpoint.port, "127.0.0.1");
    for (const text of ["\r\n\r\n", "\0", "\xff\xfe\x00INVITE", "x".repeat(60_000)])
      socket.send(Buffer.from(text, "latin1"), endpoint.port, "127.0.0.1");
    const caller = await started(openEndpoint(options({})));
    assert.equal((await caller.options({ uri: `sip:127.0.0.1:${endpoint.port}` })).status, 200);
    assert.ok(got.items.every((text) => text.startsWith("SIP/2.0 ")));
  });

  test("over TCP: a double CRLF is answered by one, pieces make a message, a broken stream is closed", async () => {
    const endpoint = await started(openEndpoint(options({})));
    const connection = createConnection(endpoint.port, "127.0.0.1");
    const got = new Seen<string>();
    connection.on("data", (bytes) => got.push(bytes.toString()));
    const closed = once(connection, "close");
    connection.write("\r\n\r\n");
    await got.until((text) => text === "\r\n");
    const text = raw(head("OPTIONS", 1)).replace("SIP/2.0/UDP", "SIP/2.0/TCP");
    connection.write(text.slice(0, 70));
    connection.write(text.slice(70));
    await got.until((reply) => reply.startsWith("SIP/2.0 200"));
    connection.write("OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK2\r\n\r\n");
    await got.until((reply) => reply.startsWith("SIP/2.0 400"));
    await closed;
  });
});
