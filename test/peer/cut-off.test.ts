// The gateway's process is killed while calls are being set up, and started again: a customer (SIPp) and an agent's phone that ring
// are told to stop, a caller gets his final response, and the agents hear how their calls have ended.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { freeSipPort } from "../support/sip-port.ts";
import { deadlineMs, until } from "../support/until.ts";
import { startBareCaller } from "./bare-caller.ts";
import { castOf } from "./cast.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

describe("calls in set-up when the process is killed", { skip: without("baresip", "sipp") }, () => {
  test("who rings stops, who calls is refused, and the agents know", async (t) => {
    const cast = castOf(t);
    const data = await mkdtemp(join(tmpdir(), "seatway-cut-off-"));
    t.after(() => rm(data, { recursive: true, force: true }));
    const port = await freeSipPort();
    const site = siteFile({ phones: ["40001", "40002"], trunks: [{ pattern: "40040", port }], numbers: ["8000"] });
    const gateway = await cast.gateway({ site, data });
    const { sip } = gateway.ports;
    // It answers nothing: no provisional response has come from it.
    const ringing = await cast.barePhone({ number: "40002", registrar: sip });
    const called = await cast.desk(gateway, "40002", "102");
    const caller = await startBareCaller({ address: "127.0.0.1", peer: sip });
    t.after(() => caller.close());
    // Answered at the end of all that follows.
    const contact = ["Contact: <sip:40041@127.0.0.1>"];
    const refused = caller.ask(`INVITE sip:8000@127.0.0.1:${sip}`, contact, { patienceMs: 4 * deadlineMs });
    const asked = (method: string) => ringing.requests.find((text) => text.startsWith(`${method} `)) ?? null;
    await until("the agent's phone to be called", () => asked("INVITE"));
    await cast.baresip({ user: "40001", tone: 440, registrar: { port: sip, password } });
    const calling = await cast.desk(gateway, "40001");
    const customer = await cast.sipp({ scenario: "rings", port });
    await calling.callOut({ called: "40040" });
    await calling.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting"]);
    await gateway.stop("SIGKILL");
    await cast.gateway({ site, data, ports: gateway.ports });
    const { methods } = await customer.finished();
    assert.deepEqual(methods, ["INVITE", "CANCEL", "ACK"]);
    const cancel = await until("the agent's phone to be told to stop", () => asked("CANCEL"));
    const branch = /branch=[^;\s]+/.exec(cancel)?.[0] ?? "none";
    assert.ok(asked("INVITE")?.includes(branch), branch);
    assert.match(await refused, /^SIP\/2\.0 503 /);
    await calling.told(["PhoneRelease 3", "detect 605", "Call_Out_Fail", "Connect_Fail", "Ready"]);
    await calling.nothingMore();
    await called.told(["Busy", "Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
    await called.nothingMore();
  });
});
