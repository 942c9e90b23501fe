// Seatway behind Kamailio as edge proxy, with the configuration of docs/kamailio.md: phones and customers know the edge alone,
// and the edge knows its nodes by their addresses, 127.0.0.2 and 127.0.0.3.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { Baresip } from "../support/baresip.ts";
import { certificateBy, makeCa } from "../support/certificates.ts";
import { withoutRepeats } from "../support/invites.ts";
import type { Kamailio } from "../support/kamailio.ts";
import { freeSipPort } from "../support/sip-port.ts";
import type { StartedGateway } from "../support/started-gateway.ts";
import { until } from "../support/until.ts";
import { startBareCaller } from "./bare-caller.ts";
import { type Cast, castOf } from "./cast.ts";
import { accepted, callIds, type Desk } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const skip = without("baresip", "kamailio");
const talking = ["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"];
const released = ["Call_Release", "PhoneRelease 3", "Ready"];
const hosts = ["127.0.0.2", "127.0.0.3"] as const;

type Transport = "udp" | "tcp";

type Site = {
  readonly cast: Cast;
  readonly customer: Baresip;
  readonly edge: Kamailio;
  /** The same edge, once more. */
  restart(): Promise<Kamailio>;
  readonly nodes: readonly Node[];
  /** Where certificates may lie. */
  readonly folder: string;
};

type Node = { readonly gateway: StartedGateway; again(): Promise<StartedGateway> };

/** Nodes with one trunk, which leads to the edge, and the customer behind that. */
async function openSite(t: TestContext, count: number, transport: Transport): Promise<Site> {
  const cast = castOf(t);
  const folder = await mkdtemp(join(tmpdir(), "seatway-edge-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const key = join(folder, "nonce-key");
  await writeFile(key, "shared by the nodes of one test");
  const port = await freeSipPort();
  const customer = await cast.baresip({ user: "40040", tone: 1000 });
  const trunks = [{ pattern: "40040", port, transport }];
  const site = siteFile({ phones: ["40001", "40002"], trunks, numbers: ["8000"] });
  const settings = { SEATWAY_SIP_NONCE_KEY: key, SEATWAY_SIP_ALLOW: "none", SEATWAY_SIP_PROXIES: "127.0.0.1" };
  const nodes = await Promise.all(
    hosts.slice(0, count).map(async (host) => {
      const options = { site, settings: { ...settings, SEATWAY_HOST: host } };
      const gateway = await cast.gateway(options);
      return { gateway, again: () => cast.gateway({ ...options, ports: gateway.ports }) };
    }),
  );
  const edge = {
    port,
    nodes: nodes.map(({ gateway }, index) => ({ host: hosts[index] ?? "", port: gateway.ports.sip, transport })),
    carrier: customer.port,
    tls: await certificate(folder),
  };
  const restart = () => cast.kamailio(edge);
  return { cast, customer, edge: await restart(), restart, nodes, folder };
}

/** Of the edge, with the CA that signed it. */
async function certificate(folder: string): Promise<{ cert: string; key: string }> {
  const ca = await makeCa("edge CA");
  const own = await certificateBy(ca, "edge.test");
  const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  await writeFile(join(folder, "ca.pem"), ca.cert);
  await writeFile(files.cert, own.cert);
  await writeFile(files.key, own.key);
  return files;
}

type Message = { readonly direction: "in" | "out"; readonly peer: { readonly port: number }; readonly text: string };

async function messagesOf({ url }: StartedGateway, call: string): Promise<readonly Message[]> {
  const reply = await fetch(`${url}/seatway/calls/${call}/trace`);
  const { messages } = (await reply.json()) as { messages: Message[] };
  const once = new Set(
    (["in", "out"] as const).flatMap((way) =>
      withoutRepeats(messages.filter(({ direction }) => direction === way).map(({ text }) => text)),
    ),
  );
  return messages.filter(({ text }) => once.delete(text));
}

const lines = (text: string, name: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^${name}: (.*)\\r$`, "gim"))].map((found) => found[1] ?? "");
const sent = (messages: readonly Message[], start: string): readonly string[] =>
  messages.filter(({ direction, text }) => direction === "out" && text.startsWith(start)).map(({ text }) => text);

/** Answers of the gateway to re-INVITEs: the direction in the SDP of each. */
const modified = (phone: Baresip): readonly string[] =>
  phone
    .received()
    .filter((text) => text.startsWith("SIP/2.0 200 ") && /^CSeq: \d+ INVITE\r$/m.test(text))
    .map((text) => /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(text)?.[1] ?? "sendrecv");

async function call(desk: Desk, end: () => Promise<unknown>, events: readonly string[]): Promise<string> {
  const id = await desk.callOut({ called: "40040" });
  await desk.told(talking);
  await end();
  await desk.told(events);
  return id;
}

for (const [phoneBy, nodeBy, outbound] of [
  ["udp", "tcp", false],
  ["tcp", "udp", false],
  ["tls", "tcp", false],
  ["udp", "udp", true],
  ["tcp", "tcp", true],
] as const) {
  test(`phone over ${phoneBy}${outbound ? " with RFC 5626" : ""}, node over ${nodeBy}: all of a call goes through the edge, hold and each hang-up`, {
    skip,
  }, async (t) => {
    const { cast, customer, edge, nodes, folder } = await openSite(t, 1, nodeBy);
    const [{ gateway } = assert.fail()] = nodes;
    const port = phoneBy === "tls" ? edge.tlsPort : edge.port;
    const registrar = { port, password, transport: phoneBy, ca: join(folder, "ca.pem"), outbound };
    const phone = await cast.baresip({ user: "40001", tone: 440, registrar, srtp: false });
    const registered = phone.received().find((text) => lines(text, "Path").length > 0);
    const [path = ""] = lines(registered ?? "", "Path");
    const user = outbound ? "[^@]{20,}@" : "";
    assert.match(
      path,
      new RegExp(`^<sip:${user}127\\.0\\.0\\.1:${edge.port}\\b.*;lr\\b.*received=sip:127\\.0\\.0\\.1:`),
    );
    assert.equal(/;ob\b/.test(path), outbound);
    assert.equal(lines(registered ?? "", "Require").includes("outbound"), outbound);

    const desk = await cast.desk(gateway, "40001");
    const first = await desk.callOut({ called: "40040" });
    await desk.told(talking);
    await phone.command("hold");
    await until("the answer to the hold", () => modified(phone).length === 1 || null);
    await phone.command("resume");
    await until("the answer to the resume", () => modified(phone).length === 2 || null);
    assert.notEqual(modified(phone)[0], "sendrecv");
    assert.equal(modified(phone)[1], "sendrecv");
    await customer.command("hangup");
    await desk.told(["Customer_Release", ...released]);
    await until("BYE at the phone", () => phone.received().some((text) => text.startsWith("BYE ")) || null);

    const messages = await messagesOf(gateway, first);
    const [toPhone = "", toCustomer = ""] = sent(messages, "INVITE ");
    assert.deepEqual(lines(toPhone, "Route"), [path]);
    assert.match(toCustomer, new RegExp(`^INVITE sip:40040@127\\.0\\.0\\.1:${edge.port}\\b`));
    for (const text of [...sent(messages, "ACK "), ...sent(messages, "BYE ")]) {
      assert.match(
        lines(text, "Route")[0] ?? "",
        new RegExp(`^<sip:(?:[^@]+@)?127\\.0\\.0\\.1:${edge.port}\\b.*;lr\\b`),
      );
    }
    const others = messages.filter(({ peer }) => peer.port === phone.port || peer.port === customer.port);
    assert.deepEqual(others, [], "nothing goes past the edge");

    await call(desk, () => phone.command("hangup"), ["Call_Release", "PhoneRelease 2", "Ready"]);
    await call(desk, async () => accepted(await desk.session.release()), released);
    await until(
      "BYE at the customer",
      () => customer.received().filter((text) => text.startsWith("BYE ")).length === 2 || null,
    );
    await desk.nothingMore();
    assert.equal(phone.invites(), 3);
    assert.equal(customer.invites(), 3);
  });
}

// They wait for most of their time.
describe("the edge and its nodes", { skip, concurrency: true }, () => {
  test("an edge that was restarted still finds a phone on UDP, though its connection to the node is a new one", async (t) => {
    const { cast, edge, nodes, restart } = await openSite(t, 1, "tcp");
    const [{ gateway } = assert.fail()] = nodes;
    const phone = await cast.baresip({ user: "40001", tone: 440, registrar: { port: edge.port, password } });
    const desk = await cast.desk(gateway, "40001");
    await edge.stop();
    await restart();
    await call(desk, () => phone.command("hangup"), ["Call_Release", "PhoneRelease 2", "Ready"]);
  });

  test("a phone whose connection to the edge is gone is not reachable, and that is known at once (430)", async (t) => {
    const { cast, edge, nodes } = await openSite(t, 1, "tcp");
    const [{ gateway } = assert.fail()] = nodes;
    for (const [number, outbound] of [
      ["40001", false],
      ["40002", true],
    ] as const) {
      const registrar = { port: edge.port, password, transport: "tcp", outbound } as const;
      const phone = await cast.baresip({ user: number, tone: 440, registrar });
      const desk = await cast.desk(gateway, number);
      await phone.stop("SIGKILL");
      await edge.parted();
      const id = await desk.callOut({ called: "40040" });
      await desk.told(["detect 549", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3"]);
      const messages = await messagesOf(gateway, id);
      assert.ok(messages.some(({ direction, text }) => direction === "in" && text.startsWith("SIP/2.0 430 ")));
      await desk.leave();
    }
  });

  test("passwords tried through the edge ban the one who tries, whatever his Via says, and nobody else", async (t) => {
    const { cast, edge, nodes } = await openSite(t, 1, "udp");
    const [{ gateway } = assert.fail()] = nodes;
    const stranger = await startBareCaller({ address: "127.0.0.5", peer: edge.port });
    t.after(() => stranger.close());
    const wrong = 'Authorization: Digest username="40001", realm="seatway", nonce="n", uri="sip:x", response="0"';
    for (let tries = 0; tries < 20; tries++) {
      // With a `received` of his own, and without.
      const viaExtra = tries % 2 === 0 ? ";received=127.0.0.9" : "";
      const headers = [wrong, "Contact: <sip:40001@127.0.0.5>"];
      const reply = await stranger.ask("REGISTER sip:40001@127.0.0.1", headers, { viaExtra });
      assert.match(reply, /^SIP\/2\.0 401 /);
    }
    assert.equal((await gateway.logged(({ msg }) => msg === "banned"))["peer"], "127.0.0.5");
    const phone = await cast.baresip({ user: "40001", tone: 440, registrar: { port: edge.port, password } });
    await call(await cast.desk(gateway, "40001"), () => phone.command("hangup"), [
      "Call_Release",
      "PhoneRelease 2",
      "Ready",
    ]);
    // The edge speaks for a node that does not.
    assert.match(await stranger.ask("REGISTER sip:40001@127.0.0.1", [wrong]), /^SIP\/2\.0 (408|5\d\d) /);
  });

  test("a customer calls in through the edge: the agent behind it answers, holds, and either hangs up", async (t) => {
    const { cast, customer, edge, nodes } = await openSite(t, 1, "tcp");
    const [{ gateway } = assert.fail()] = nodes;
    await cast.baresip({ user: "40001", tone: 440, registrar: { port: edge.port, password } });
    const desk = await cast.desk(gateway, "40001");
    const incoming = [
      ...["Busy", "PhoneAlerting", "PhoneOffhook", "Incoming_CallInfo"],
      ...["Auto_Answer", "Customer_Alerting", "Talking"],
    ];
    const callIn = async (): Promise<string> => {
      await customer.command("dial", `sip:8000@127.0.0.1:${edge.port}`);
      const told = await desk.told(incoming);
      return callIds(told.at(-1) ?? assert.fail())[0] ?? "";
    };
    const id = await callIn();
    const [invite = ""] = (await messagesOf(gateway, id)).flatMap(({ direction, text }) =>
      direction === "in" && text.startsWith("INVITE sip:8000@") ? [text] : [],
    );
    assert.equal(lines(invite, "Record-Route").length, 2, "the edge stays in the dialog, on UDP and on TCP");
    await customer.command("hold");
    await until("the answer to the hold", () => modified(customer).length === 2 || null);
    await customer.command("resume");
    await until("the answer to the resume", () => modified(customer).length === 3 || null);
    // The first is the answer to the call.
    assert.deepEqual([modified(customer)[1] === "sendrecv", modified(customer)[2]], [false, "sendrecv"]);
    await customer.command("hangup");
    await desk.told(["Customer_Release", ...released]);
    await callIn();
    accepted(await desk.session.release());
    await desk.told(released);
    await until("BYE at the customer", () => customer.received().some((text) => text.startsWith("BYE ")) || null);
    await desk.nothingMore();
  });

  for (const transport of ["tcp", "udp"] as const) {
    test(`a call from outside meets the first node that is up, over ${transport}`, async (t) => {
      const { edge, nodes } = await openSite(t, 2, transport);
      const [one = assert.fail(), two = assert.fail()] = nodes;
      const caller = await startBareCaller({ address: "127.0.0.1", peer: edge.port });
      t.after(() => caller.close());
      const refusal = () => caller.ask(`INVITE sip:49999@127.0.0.1:${edge.port}`, ["Contact: <sip:1@127.0.0.1>"]);
      const before = await refusal();
      assert.match(before, /^SIP\/2\.0 4\d\d /);
      assert.deepEqual(lines(before, "Server"), ["Seatway"]);
      assert.equal(lines(before, "Via").length, 1);
      // The edge does not know yet when the next call comes: a refused connection and silence alike lead to the other node.
      await one.gateway.stop("SIGKILL");
      assert.deepEqual(lines(await refusal(), "Server"), ["Seatway"]);
      if (transport === "udp") {
        await edge.found("down", hosts[0]);
        assert.deepEqual(lines(await refusal(), "Server"), ["Seatway"]);
        await one.again();
        await edge.found("up", hosts[0]);
      }
      await two.gateway.stop("SIGKILL");
      const after = await refusal();
      if (transport === "udp") assert.deepEqual(lines(after, "Server"), ["Seatway"]);
      else assert.match(after, /^SIP\/2\.0 503 /);
    });
  }

  test("two nodes: each serves while the other one is away, and again after it is back", async (t) => {
    const { cast, customer, edge, nodes } = await openSite(t, 2, "tcp");
    const [one = assert.fail(), two = assert.fail()] = nodes;
    const registrar = { port: edge.port, password, intervalS: 10 };
    const registered = ({ logged }: StartedGateway, phone: string) =>
      logged(({ msg, phone: masked }) => msg === "registration" && masked === `·${phone.slice(1)}`);
    const phone = await cast.baresip({ user: "40001", tone: 440, registrar });
    await Promise.all([registered(one.gateway, "40001"), registered(two.gateway, "40001")]);

    // Stopped cleanly in a call: both sides are told, and the other node goes on with what it knows of the phone.
    const first = await cast.desk(one.gateway, "40001");
    await first.callOut({ called: "40040" });
    await first.told(talking);
    await one.gateway.stop();
    for (const side of [phone, customer]) {
      await until("BYE", () => side.received().some((text) => text.startsWith("BYE ")) || null);
    }
    const second = await cast.desk(two.gateway, "40001");
    await call(second, async () => accepted(await second.session.release()), released);
    await cast.baresip({ user: "40002", tone: 440, registrar });
    await registered(two.gateway, "40002");

    // Back: each phone is there again as soon as it has registered again by itself.
    const oneAgain = await one.again();
    await Promise.all([registered(oneAgain, "40001"), registered(oneAgain, "40002")]);

    // Killed in a call: nobody is told, and the other node serves at once.
    await second.callOut({ called: "40040" });
    await second.told(talking);
    await two.gateway.stop("SIGKILL");
    await phone.command("hangup");
    await customer.command("hangup");
    const third = await cast.desk(oneAgain, "40001");
    await call(third, () => customer.command("hangup"), ["Customer_Release", ...released]);

    const twoAgain = await two.again();
    await phone.stop();
    const restarted = await cast.baresip({ user: "40001", tone: 440, registrar });
    await registered(twoAgain, "40001");
    const fourth = await cast.desk(twoAgain, "40001");
    await call(fourth, () => restarted.command("hangup"), ["Call_Release", "PhoneRelease 2", "Ready"]);
  });
});
