// Phone linkage with phones of other makes: SIPp allows the event talk and answers on its NOTIFY, is given up by CANCEL, and one that
// does not allow it is not asked; baresip's own keys are told to the agent.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { freeSipPort } from "../support/sip-port.ts";
import { startBarePhone } from "./bare-phone.ts";
import { type Cast, castOf } from "./cast.ts";
import { accepted, sitDown } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const skip = without("sipp");

/** Agent 101, linked, with SIPp as his phone; the customer is SIPp too. */
async function open(t: TestContext, phone: string) {
  const cast: Cast = castOf(t);
  const ports = { phone: await freeSipPort(), party: await freeSipPort() };
  const trunks = [{ pattern: "40040", port: ports.party }];
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001"], trunks }) });
  await (await startBarePhone({ number: "40001", registrar: gateway.ports.sip, port: ports.phone })).stop();
  const desk = await cast.desk(gateway, "40001");
  const ask = async (method: string, line: string): Promise<unknown> => {
    const headers = { guid: desk.session.guid() ?? "" };
    const reply = await fetch(`${gateway.url}/agentgateway/resource${line}`, { method, headers });
    return reply.json();
  };
  assert.deepEqual(await ask("POST", "/onlineagent/101/resetskill/true?phonelinkage=1"), done);
  const sipp = await cast.sipp({ scenario: phone, port: ports.phone });
  return { desk, sipp, ask, party: () => cast.sipp({ scenario: "answers-at-once", port: ports.party }) };
}

/** Behind each event that tells that the phone does something else. */
const state = "linkagePhoneStatus";
const done = { message: "success", retcode: "0", result: {} };

test("picked up: a NOTIFY of the event talk in the early dialog, and the phone answers", { skip }, async (t) => {
  const { desk, sipp, ask, party } = await open(t, "talks");
  const customer = await party();
  await desk.callOut({ called: "40040" });
  await desk.told(["PhoneAlerting", state]);
  assert.deepEqual(await ask("PUT", "/voicecall/101/phonepickup"), done);
  await desk.told(["PhoneOffhook", state, "Busy", "Customer_Alerting", "Talking", state]);
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", state, "Ready"]);
  await Promise.all([sipp.finished(), customer.finished()]);
});

test("one that does not allow talk is not asked; hung up, it gets CANCEL", { skip }, async (t) => {
  const { desk, sipp, ask } = await open(t, "rings");
  await desk.callOut({ called: "40040" });
  await desk.told(["PhoneAlerting", state]);
  assert.deepEqual(await ask("POST", "/voicecall/101/phonepickup"), {
    message: "the agent's phone cannot be asked to answer: it does not allow the event talk",
    retcode: "100-007",
  });
  assert.deepEqual(await ask("POST", "/voicecall/101/phonehangup"), done);
  await desk.told(["detect 531", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3", state]);
  await sipp.finished();
});

test("baresip's hold and transfer keys in a linked agent's call", { skip: without("baresip") }, async (t) => {
  const cast = castOf(t);
  const customer = await cast.baresip({ user: "40040", tone: 2900 });
  const trunks = [{ pattern: "40040", port: customer.port }];
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001", "40002"], trunks }) });
  await cast.barePhone({ number: "40002", registrar: gateway.ports.sip });
  const phone = await cast.baresip({ user: "40001", tone: 2300, registrar: { port: gateway.ports.sip, password } });
  const desk = await sitDown(gateway.url, "101", { phonenum: "40001", phonelinkage: true });
  t.after(() => desk.leave());
  const colleague = await sitDown(gateway.url, "102", { phonenum: "40002" });
  t.after(() => colleague.leave());
  const callId = await desk.callOut({ called: "40040" });
  await desk.told(["PhoneAlerting", state, "PhoneOffhook", state, "Busy", "Customer_Alerting", "Talking", state]);
  for (const [key, name] of [
    ["hold", "linkagePhoneHold"],
    ["resume", "linkagePhoneUnHold"],
  ] as const) {
    await phone.command(key);
    await t.test(`event AgentEvent_${name}`, async () => {
      const [event] = await desk.told([name]);
      assert.deepEqual(event?.content, { callId });
    });
  }
  await phone.command("transfer", "sip:40002@127.0.0.1");
  await t.test("event AgentEvent_linkagePhoneTransferOut", async () => {
    const [event] = await desk.told(["linkagePhoneTransferOut", "Call_Release", "PhoneRelease 3", state, "Ready"]);
    const addrOut = { address: "102", addressType: 9 };
    assert.deepEqual(event?.content, { addrOut, addrSelf: { address: "40001", addressType: 6 } });
  });
});

test("baresip's own call to a skill, with the account of a linked agent's phone", {
  skip: without("baresip"),
}, async (t) => {
  const cast = castOf(t);
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001", "40002"], trunks: [], numbers: ["8000"] }) });
  const registrar = { port: gateway.ports.sip, password };
  const phone = await cast.baresip({ user: "40001", tone: 2300, registrar });
  await cast.baresip({ user: "40002", tone: 2900, registrar });
  const desk = await sitDown(gateway.url, "101", { phonenum: "40001", phonelinkage: true });
  t.after(() => desk.leave());
  const colleague = await sitDown(gateway.url, "102", { phonenum: "40002" });
  t.after(() => colleague.leave());
  accepted(await desk.session.sayBusy());
  await desk.told(["SetNotReady_Success 0"]);
  await phone.command("dial", `sip:8000@127.0.0.1:${gateway.ports.sip}`);
  await desk.saw("linkagePhoneCallOut");
  const [event] = await desk.told(["linkagePhoneCallOut"]);
  const { callId, ...where } = (event?.content ?? {}) as { callId?: string };
  assert.deepEqual(where, {
    addrCalled: { address: "8000", addressType: 6 },
    addrCaller: { address: "40001", addressType: 6 },
    skillId: 25,
  });
  await colleague.saw("Talking");
  assert.equal((await colleague.session.callInfo()).ok, true);
  assert.match(callId ?? "", /^\d+-\d+$/);
});
