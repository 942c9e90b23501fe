import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { call, count, idle, kinds, options, pair, Seen, started, starts } from "../../test/support/sip-endpoints.ts";
import { openEndpoint } from "./endpoint.ts";
import type { DialogEvent } from "./face.ts";

describe("a call", () => {
  for (const transport of ["udp", "tcp"] as const) {
    test(`rings, is answered, is ended by the caller (${transport})`, async () => {
      const both = await pair((incoming) => {
        incoming.ring(180);
        incoming.answer("v=0 answer");
      });
      const { events, dialog } = call(
        both,
        { headers: [["P-Asserted-Identity", "<sip:40038@a>\r\nX-Injected: 1"]] },
        transport,
      );
      assert.deepEqual(await events.type("answered"), { type: "answered", sdp: "v=0 answer" });
      await both.calleeEvents.type("confirmed");
      const [incoming] = both.calls.items;
      assert.equal(incoming?.user, "40#1");
      assert.deepEqual(incoming?.from, { user: "40038", host: "127.0.0.1", displayName: "前台" });
      assert.equal(incoming?.sdp, "v=0 offer");
      assert.equal(incoming?.source.transport, transport);
      assert.ok(!both.wire.items.some(({ text }) => /^X-Injected/m.test(text)));
      dialog.hangUp({ q850: 16, text: "done" });
      dialog.hangUp();
      assert.deepEqual(await both.calleeEvents.type("ended"), { type: "ended", by: "remote", q850: 16 });
      assert.deepEqual(await events.type("ended"), { type: "ended", by: "local" });
      assert.deepEqual(kinds(events), ["provisional", "answered", "ended"]);
      assert.equal(count(both.wire, "BYE"), 1);
      await idle(both);
    });
  }

  test("another call to the same peer goes down the TCP connection that stands (RFC 3261 §18)", async () => {
    const both = await pair((incoming) => incoming.answer("v=0 answer"));
    for (let calls = 1; calls <= 2; calls++) {
      const { events, dialog } = call(both, {}, "tcp");
      await events.type("answered");
      dialog.hangUp();
      await idle(both);
    }
    const invites = both.wire.items.filter(({ direction, text }) => direction === "in" && text.startsWith("INVITE"));
    assert.equal(invites.length, 2);
    assert.equal(new Set(both.wire.items.map(({ peer }) => `${peer.transport} ${peer.port}`)).size, 1);
  });

  test("is ended by the callee", async () => {
    const both = await pair((incoming) => incoming.answer("v=0 answer"));
    const { events } = call(both);
    await both.calleeEvents.type("confirmed");
    both.calls.items[0]?.hangUp();
    assert.deepEqual(await events.type("ended"), { type: "ended", by: "remote" });
    await idle(both);
  });

  test("early media comes with its SDP", async () => {
    const both = await pair((incoming) => incoming.ring(183, "v=0 early"));
    const { events } = call(both);
    assert.deepEqual(await events.type("provisional"), {
      type: "provisional",
      status: 183,
      reason: "Session Progress",
      sdp: "v=0 early",
    });
    both.calls.items[0]?.answer("v=0 answer");
    await events.type("answered");
    await both.calleeEvents.type("confirmed");
  });

  test("a busy phone says so, with its cause", async () => {
    const both = await pair((incoming) => incoming.reject(486, { q850: 17 }));
    const { events } = call(both);
    assert.deepEqual(await events.type("failed"), { type: "failed", status: 486, reason: "Busy Here", q850: 17 });
    assert.deepEqual(await both.calleeEvents.type("ended"), { type: "ended", by: "local", status: 486 });
    await idle(both);
  });

  test("who is refused for a while is told when to come again", async () => {
    const both = await pair((incoming) => incoming.reject(503, { retryAfterS: 7 }));
    const { events } = call(both);
    const said = { type: "failed", status: 503, reason: "Service Unavailable", retryAfterS: 7 } as const;
    assert.deepEqual(await events.type("failed"), said);
    await idle(both);
  });

  test("without a handler for calls the answer is 480", async () => {
    const callee = await started(openEndpoint(options({})));
    const caller = await started(openEndpoint(options({})));
    const events = new Seen<DialogEvent>();
    caller.invite({ uri: `sip:1@127.0.0.1:${callee.port}`, from: { uri: "sip:2@a" }, sdp: "v=0" }, events.push);
    assert.deepEqual(await events.type("failed"), { type: "failed", status: 480, reason: "Temporarily Unavailable" });
  });

  test("a handler that throws is answered 500, and the endpoint lives", async () => {
    const both = await pair(() => {
      throw new Error("bug above");
    });
    const { events } = call(both);
    assert.equal(((await events.type("failed")) as { status: number }).status, 500);
    assert.equal((await both.caller.options({ uri: `sip:127.0.0.1:${both.callee.port}` })).status, 200);
  });

  test("an unusable URI fails by the observer, as does a TCP peer that is not there", async () => {
    const caller = await started(openEndpoint(options({})));
    for (const uri of ["tel:1", "sip:1@127.0.0.1:1;transport=tcp"]) {
      const events = new Seen<DialogEvent>();
      caller.invite({ uri, from: { uri: "sip:2@a" }, sdp: "v=0" }, events.push);
      assert.deepEqual(await events.type("failed"), {
        type: "failed",
        status: 503,
        reason: "Service Unavailable",
        local: "transport",
      });
    }
    assert.deepEqual(caller.census(), { transactions: 0, dialogs: 0 });
  });
});

describe("CANCEL", () => {
  test("while it rings: 487 on both sides", async () => {
    const both = await pair((incoming) => incoming.ring(180));
    const { events, dialog } = call(both);
    await events.type("provisional");
    dialog.hangUp();
    assert.deepEqual(await events.type("failed"), { type: "failed", status: 487, reason: "Request Terminated" });
    assert.deepEqual(await both.calleeEvents.type("ended"), { type: "ended", by: "remote", status: 487 });
    await idle(both);
  });

  test("is held until a provisional response has come", async () => {
    const both = await pair((incoming) => incoming.ring(180));
    const { events, dialog } = call(both);
    dialog.hangUp();
    assert.equal(count(both.wire, "CANCEL"), 0);
    await events.type("failed");
    const order = both.wire.items
      .map(({ text }) => text.slice(0, text.indexOf(" ", 8)))
      .filter((text) => /^(CANCEL|SIP\/2.0 180)/.test(text));
    assert.match(order[0] ?? "", /^SIP\/2.0 180/);
    await idle(both);
  });

  test("crossed by a 200: ACK, then BYE, and the caller hears 487", async () => {
    // The callee never sees the CANCEL, and answers.
    const both = await pair(
      (incoming) => incoming.ring(180),
      (bytes, direction) => direction === "in" && bytes.toString("latin1", 0, 6) === "CANCEL",
    );
    const { events, dialog } = call(both);
    await events.type("provisional");
    dialog.hangUp();
    both.calls.items[0]?.answer("v=0 answer");
    assert.equal(((await events.type("failed")) as { status: number }).status, 487);
    await both.calleeEvents.type("confirmed");
    assert.deepEqual(await both.calleeEvents.type("ended"), { type: "ended", by: "remote" });
    assert.deepEqual(kinds(events), ["provisional", "failed"]);
  });
});

describe("re-INVITE", () => {
  test("both ways, with answer and refusal", async () => {
    const both = await pair((incoming) => incoming.answer("v=0 answer"));
    const { events, dialog } = call(both);
    await both.calleeEvents.type("confirmed");
    const outward = dialog.reoffer("v=0 second");
    const offer = (await both.calleeEvents.type("offer")) as Extract<DialogEvent, { type: "offer" }>;
    assert.equal(offer.sdp, "v=0 second");
    offer.reply({ sdp: "v=0 second answer" });
    offer.reply({ status: 500 });
    assert.deepEqual(await outward, { sdp: "v=0 second answer" });
    const inward = both.calls.items[0]?.reoffer("v=0 third");
    const refused = (await events.type("offer")) as Extract<DialogEvent, { type: "offer" }>;
    refused.reply({ status: 488 });
    assert.deepEqual(await inward, { status: 488 });
    dialog.hangUp();
    await both.calleeEvents.type("ended");
    assert.deepEqual(await dialog.reoffer("v=0"), { status: 481 });
    await idle(both);
  });

  test("glare: both meet a 491, wait, and both get through", async () => {
    const both = await pair((incoming) => incoming.answer("v=0 answer"));
    const { events, dialog } = call(both);
    await both.calleeEvents.type("confirmed");
    for (const seen of [events, both.calleeEvents]) {
      void seen
        .type("offer")
        .then((event) => (event as Extract<DialogEvent, { type: "offer" }>).reply({ sdp: "v=0 agreed" }));
    }
    const replies = await Promise.all([dialog.reoffer("v=0 a"), both.calls.items[0]?.reoffer("v=0 b")]);
    assert.deepEqual(replies, [{ sdp: "v=0 agreed" }, { sdp: "v=0 agreed" }]);
    assert.ok(both.wire.items.some(starts("SIP/2.0 491")));
  });

  test("a BYE while the peer thinks about our offer ends the wait", async () => {
    const both = await pair((incoming) => incoming.answer("v=0 answer"));
    const { dialog } = call(both);
    await both.calleeEvents.type("confirmed");
    const waiting = dialog.reoffer("v=0 second");
    await both.calleeEvents.type("offer");
    dialog.hangUp();
    assert.deepEqual(await waiting, { status: 487 });
    await idle(both);
  });
});

describe("loss", () => {
  test("every message lost once: the call still comes and goes", async () => {
    const lost = new Set<string>();
    const both = await pair(
      (incoming) => {
        incoming.ring(180);
        incoming.answer("v=0 answer");
      },
      (bytes) => {
        const line = bytes.toString("latin1", 0, bytes.indexOf("\r\n"));
        const cseq = /CSeq: (.*)/.exec(bytes.toString("latin1"))?.[1] ?? "";
        const first = !lost.has(line + cseq);
        lost.add(line + cseq);
        return first;
      },
    );
    const { events, dialog } = call(both);
    await events.type("answered");
    await both.calleeEvents.type("confirmed");
    dialog.hangUp();
    await both.calleeEvents.type("ended");
    await idle(both);
    assert.deepEqual(kinds(both.calleeEvents), ["confirmed", "ended"]);
    assert.equal(both.calls.items.length, 1);
  });
});

describe("the endpoint", () => {
  test("a port in use rejects", async () => {
    const first = await started(openEndpoint(options({})));
    await assert.rejects(openEndpoint(options({}, { port: first.port })), { code: "EADDRINUSE" });
  });

  test("close hangs up what is left", async () => {
    const both = await pair((incoming) => incoming.answer("v=0 answer"));
    const { events } = call(both);
    await both.calleeEvents.type("confirmed");
    await both.caller.close();
    assert.deepEqual(await events.type("ended"), { type: "ended", by: "local" });
    assert.deepEqual(await both.calleeEvents.type("ended"), { type: "ended", by: "remote" });
  });

  test("OPTIONS to nobody on TCP is 503", async () => {
    const endpoint = await started(openEndpoint(options({})));
    const evidence = await endpoint.options({ uri: "sip:127.0.0.1:1;transport=tcp" });
    assert.deepEqual(evidence, { status: 503, reason: "Service Unavailable", local: "transport" });
  });
});
