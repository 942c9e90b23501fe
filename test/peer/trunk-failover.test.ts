// Two trunks for one number, played by SIPp: the first one fails before the customer rings, the second one answers. The agent
// sees one call, with the events of any other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answerTo } from "../support/dialog-by-hand.ts";
import { bareSocket } from "../support/sip-endpoints.ts";
import { freeSipPort } from "../support/sip-port.ts";
import { castOf } from "./cast.ts";
import { accepted, callIds } from "./desk.ts";
import { without } from "./missing.ts";
import { siteFile } from "./site.ts";

const talking = ["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"];

test("503 of the first trunk, the second one answers: two INVITEs, one call", { skip: without("sipp") }, async (t) => {
  const cast = castOf(t);
  const [first, second, phonePort] = [await freeSipPort(), await freeSipPort(), await freeSipPort()];
  const site = siteFile({
    phones: ["40001"],
    trunks: [
      { name: "first", pattern: "40040", port: first, priority: 1 },
      { name: "second", pattern: "40040", port: second, priority: 2 },
    ],
  });
  const gateway = await cast.gateway({ site });
  const registered = await cast.barePhone({ number: "40001", registrar: gateway.ports.sip, port: phonePort });
  await registered.stop();
  const phone = await cast.sipp({ scenario: "answers", port: phonePort });
  const failing = await cast.sipp({
    scenario: "refuses-at-once",
    port: first,
    keys: { status: "503 Service Unavailable" },
  });
  const serving = await cast.sipp({ scenario: "answers", port: second });
  const desk = await cast.desk(gateway, "40001");

  const call = await desk.callOut({ called: "40040" });
  const events = await desk.told(talking);
  assert.deepEqual(new Set(events.flatMap(callIds)), new Set([call]));
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
  await desk.nothingMore();
  const results = await Promise.all([failing.finished(), serving.finished(), phone.finished()]);
  assert.deepEqual(
    results.map(({ invites }) => invites),
    [1, 1, 1],
  );
  assert.deepEqual(results[0].methods, ["INVITE", "ACK"]);
});

test("a first trunk that says nothing: the second one answers soon, and the late 180 of the first is cancelled", {
  skip: without("sipp"),
}, async (t) => {
  const cast = castOf(t);
  const silent = await bareSocket();
  const [second, phonePort] = [await freeSipPort(), await freeSipPort()];
  const site = siteFile({
    phones: ["40001"],
    trunks: [
      { name: "first", pattern: "40040", port: silent.port, priority: 1, responseMs: 500 },
      { name: "second", pattern: "40040", port: second, priority: 2 },
    ],
  });
  const gateway = await cast.gateway({ site });
  const registered = await cast.barePhone({ number: "40001", registrar: gateway.ports.sip, port: phonePort });
  await registered.stop();
  await cast.sipp({ scenario: "answers", port: phonePort });
  await cast.sipp({ scenario: "answers", port: second });
  const desk = await cast.desk(gateway, "40001");

  await desk.callOut({ called: "40040" });
  await desk.told(talking);
  const invite = await silent.got.until((text) => text.startsWith("INVITE"));
  silent.socket.send(answerTo(invite, "180 Ringing"), gateway.ports.sip, "127.0.0.1");
  await silent.got.until((text) => text.startsWith("CANCEL"));
  silent.socket.send(answerTo(invite, "487 Request Terminated"), gateway.ports.sip, "127.0.0.1");
  await silent.got.until((text) => text.startsWith("ACK"));
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
});
