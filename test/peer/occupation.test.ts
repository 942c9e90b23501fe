// P18=1: the agent is occupied before his phone is rung; when that fails no INVITE leaves (the seed page; decisions.md 21).
// Counted at the phone's own UDP port.

import assert from "node:assert/strict";
import { test } from "node:test";
import { countInvites } from "../support/invites.ts";
import { until } from "../support/until.ts";
import { castOf } from "./cast.ts";
import { accepted } from "./desk.ts";
import { siteFile } from "./site.ts";

test("a failed occupation sends no INVITE; the next callout does, after AgentState_Busy", async (t) => {
  const cast = castOf(t);
  const site = siteFile({ phones: ["40001"], trunks: [{ pattern: "40040", port: 9 }], parameters: { P18: 1 } });
  const gateway = await cast.gateway({ site });
  const phone = await cast.barePhone({ number: "40001", registrar: gateway.ports.sip });
  const desk = await cast.desk(gateway, "40001");
  accepted(await desk.session.rest(60));
  await desk.told(["SetRest_Success 0"]);

  const reply = await fetch(`${gateway.url}/agentgateway/resource/voicecall/101/callout`, {
    method: "PUT",
    headers: { guid: desk.session.guid() ?? "", "Content-Type": "application/json" },
    body: JSON.stringify({ called: "40040" }),
  });
  const refused = (await reply.json()) as Record<string, unknown>;
  assert.equal(refused["retcode"], "100-007");
  assert.ok(!("result" in refused), "without result");
  assert.equal(await desk.state(), 8);

  // Datagrams of one socket stay in order on loopback: an INVITE of the first callout would be here before this one.
  accepted(await desk.session.cancelRest());
  await desk.told(["CancelRest_Success"]);
  await desk.callOut({ called: "40040" });
  await desk.told(["Busy"]);
  await until("the INVITE of the second callout", () => countInvites(phone.requests) > 0 || null);
  assert.equal(countInvites(phone.requests), 1);
  assert.ok(
    phone.requests.every((text) => text.startsWith("INVITE ")),
    "nothing but INVITEs",
  );
  accepted(await desk.session.release());
  await desk.told(["detect 531", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3", "Ready"]);
});
