// What a finished call weighs while its transactions still absorb stray retransmissions (32 s): its two legs stay below 2 kB
// together. Heap of the process, collected before each look; no time is measured.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { nextTurn, type VirtualClock, virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { openEndpointOver } from "./endpoint.ts";
import type { Dialog, IncomingInvite, OutgoingInvite, Peer } from "./face.ts";
import { T1, T4 } from "./transaction/timer-values.ts";
import type { NetworkEvents } from "./transport/network.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Calls in each weighing. A table that has just doubled its room at one of them is well filled at the other. */
const CALLS = [5_000, 7_000] as const;
const SDP = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n${"a=x:1\r\n".repeat(60)}`;
const PEER: Peer = { transport: "udp", address: "127.0.0.1", port: 5070 };

const lineOf = (text: string, name: string): string => new RegExp(`^${name}: (.*)\r$`, "m").exec(text)?.[1] ?? "";
const CHALLENGE = 'Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\n';

/** Answers like a phone: everything with 200, but an INVITE without credentials where they are wanted. */
function answerTo(text: string, challenges: boolean): string | undefined {
  const method = text.slice(0, text.indexOf(" "));
  if (method === "ACK" || method === "SIP/2.0") return undefined;
  const refused = challenges && text.startsWith("INVITE sip:carrier@") && !text.includes("Proxy-Authorization");
  const copied = ["Via", "From", "To", "Call-ID", "CSeq"].map((name) => `${name}: ${lineOf(text, name)}`);
  const tagged = copied.map((line) => (line.startsWith("To:") && !line.includes("tag=") ? `${line};tag=peer` : line));
  const head = [`SIP/2.0 ${refused ? "407 Proxy" : "200 OK"}`, ...tagged, "Contact: <sip:1@127.0.0.1:5070>"].join(
    "\r\n",
  );
  const body = method === "INVITE" && !refused ? SDP : "";
  const type = body === "" ? "" : "Content-Type: application/sdp\r\n";
  return `${head}\r\n${refused ? CHALLENGE : ""}${type}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** An endpoint whose peer answers in the next turn. */
async function world(challenges = false) {
  const clock = virtualClock();
  let events: NetworkEvents | undefined;
  const calls: IncomingInvite[] = [];
  const endpoint = await openEndpointOver(
    (_, given) => {
      events = given;
      const send = (_peer: Peer, bytes: Buffer): void => {
        const answer = answerTo(bytes.toString("latin1"), challenges);
        if (answer !== undefined) queueMicrotask(() => given.message(Buffer.from(answer), PEER));
      };
      return Promise.resolve({ port: 5060, send, reaches: () => true, close: () => Promise.resolve() });
    },
    {
      ...{ clock, log: silentLog, host: "127.0.0.1", port: 0, advertise: "127.0.0.1", transports: ["udp"] },
      ...{ userAgent: "test", realm: "seatway" },
      handlers: {
        password: () => undefined,
        register: () => ({ status: 403 }),
        invite(call) {
          calls.push(call);
          call.answer(SDP);
        },
      },
    },
  );
  return { clock, endpoint, calls, receive: (text: string) => events?.message(Buffer.from(text), PEER) };
}

/**
 * Bytes of heap that each call leaves behind: the lesser of two weighings. What a call keeps is in both; the free room of tables (half
 * of them, just after they grew) and the code that the compiler makes meanwhile, which lies in the same heap, are not.
 */
async function weightOf(clock: VirtualClock, one: (at: number) => Promise<void>): Promise<number> {
  // The first ones warm up what is made once.
  for (let at = 0; at < 2_000; at++) await one(-at - 1);
  const weights: number[] = [];
  for (const [turn, calls] of CALLS.entries()) {
    // Those of the INVITE are over too: nothing of the last ones is left (RFC 3261 §17.1.1.2, RFC 6026 §8).
    clock.advance(64 * T1 + 1_000);
    weights.push(await weighing(clock, one, { from: turn * 10_000, calls }));
  }
  return Math.min(...weights);
}

async function weighing(
  clock: VirtualClock,
  one: (at: number) => Promise<void>,
  { from, calls }: { readonly from: number; readonly calls: number },
): Promise<number> {
  collect();
  const before = process.memoryUsage();
  for (let at = from; at < from + calls; at++) await one(at);
  // Timer K of the BYE (RFC 3261 §17.1.2.2) is over, those of the INVITE are not.
  clock.advance(T4 + 1_000);
  collect();
  const after = process.memoryUsage();
  return (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / calls;
}

describe("a finished call", () => {
  for (const [what, limit, more] of [
    ["two legs of ours: below 2 kB", 2_048, {}],
    [
      "the customer's leg behind a 407, which is one INVITE more",
      3_072,
      { uri: "sip:carrier@127.0.0.1:5070", credentials: { username: "u", password: "p" } },
    ],
  ] as const) {
    test(what, async (t) => {
      const { endpoint, clock } = await world("credentials" in more);
      const leg = async (request: Partial<OutgoingInvite>): Promise<void> => {
        const invite = { uri: "sip:1@127.0.0.1:5070", from: { uri: "sip:2@127.0.0.1" }, sdp: SDP, ...request };
        const dialog = endpoint.invite(invite, () => {});
        await nextTurn();
        dialog.hangUp();
        await nextTurn();
      };
      const weight = await weightOf(clock, async () => {
        await leg({});
        await leg(more);
      });
      t.diagnostic(`${Math.round(weight)} bytes`);
      assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
      assert.ok(weight < limit, `${weight} bytes`);
      await endpoint.close(0);
    });
  }

  test("a leg to us: with one of ours below 2 kB too", async (t) => {
    const { endpoint, receive, calls, clock } = await world();
    const weight = await weightOf(clock, async (at) => {
      const text = (method: string, cseq: number, to: string): string => {
        const head = [
          `${method} sip:1@127.0.0.1 SIP/2.0`,
          `Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK${method}${at}`,
        ];
        const ids = ["From: <sip:9@127.0.0.1>;tag=them", `To: ${to}`, `Call-ID: c${at}`, `CSeq: ${cseq} ${method}`];
        const body = method === "INVITE" ? SDP : "";
        const rest = ["Contact: <sip:9@127.0.0.1:5070>", ...(body === "" ? [] : ["Content-Type: application/sdp"])];
        return `${[...head, ...ids, ...rest, `Content-Length: ${body.length}`].join("\r\n")}\r\n\r\n${body}`;
      };
      receive(text("INVITE", 1, "<sip:1@127.0.0.1>"));
      const call = calls.pop();
      await nextTurn();
      // Our tag: the ACK and BYE of the peer need it, and only responses show it.
      const tag = Reflect.get(Reflect.get(call as object, "transaction"), "toTag");
      receive(text("ACK", 1, `<sip:1@127.0.0.1>;tag=${tag}`));
      receive(text("BYE", 2, `<sip:1@127.0.0.1>;tag=${tag}`));
      await nextTurn();
    });
    t.diagnostic(`${Math.round(weight)} bytes`);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
    // 2 kB less the 830 bytes of a leg of ours.
    assert.ok(weight < 2_048 - 830, `${weight} bytes`);
    await endpoint.close(0);
  });
});

test("a call that stands: a leg of ours keeps below 1.5 kB once its transactions are over, and nothing of the peer's message", async (t) => {
  const { endpoint, clock } = await world();
  const standing: Dialog[] = [];
  const weigh = async (calls: number): Promise<number> => {
    collect();
    const before = process.memoryUsage();
    for (let at = 0; at < calls; at++) {
      const invite = { uri: "sip:1@127.0.0.1:5070", from: { uri: "sip:2@127.0.0.1" }, sdp: SDP };
      standing.push(endpoint.invite(invite, () => {}));
      await nextTurn();
    }
    clock.advance(64 * T1 + 1_000);
    collect();
    const after = process.memoryUsage();
    return (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / calls;
  };
  await weigh(2_000);
  // Two weighings, as above: the lesser one is without the free room of tables.
  const weight = Math.min(await weigh(5_000), await weigh(7_000));
  t.diagnostic(`${Math.round(weight)} bytes`);
  assert.equal(endpoint.census().dialogs, standing.length);
  assert.ok(weight < 1_536, `${weight} bytes`);
  for (const dialog of standing) dialog.hangUp();
  await endpoint.close(0);
});
