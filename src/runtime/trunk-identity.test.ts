// What a trunk adds to an INVITE: the caller's identity and how far redirections are followed, as the site file has it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { SiteTrunk } from "../core/site.ts";
import type { OutgoingInvite } from "../sip/face.ts";
import { TrunkLine } from "./trunk-line.ts";

const trunk: SiteTrunk = {
  name: "carrier",
  host: "127.0.0.1",
  port: 5080,
  patterns: ["4xxxx"],
  priority: 1,
  probeMs: 0,
};

function invited(more: Partial<SiteTrunk>, caller = "40038"): OutgoingInvite | undefined {
  const sent: OutgoingInvite[] = [];
  const sip = {
    invite(invite: OutgoingInvite) {
      sent.push(invite);
      return { sipCallId: "x", hangUp: () => {}, reoffer: () => Promise.resolve({ status: 481 }) };
    },
    options: () => Promise.reject(new Error("not probed here")),
    register: () => ({ stop: () => Promise.resolve() }),
    takeUp: () => undefined,
  };
  const line = new TrunkLine({ ...trunk, ...more }, { sip, clock: virtualClock(), log: silentLog, domain: "gw" });
  line.invite({ caller, called: "40040", offer: () => "v=0" }, () => {});
  return sent[0];
}

test("a trunk that says nothing gets From alone, and its 3xx is a refusal", () => {
  const invite = invited({});
  assert.deepEqual([invite?.identity, invite?.redirects], [undefined, undefined]);
});

test("asserted and hidden name the caller as the trunk writes it", () => {
  const asserted = { uri: "sip:+4940038@carrier.example" };
  const like: Partial<SiteTrunk> = { domain: "carrier.example", caller: { strip: 0, prefix: "+49" } };
  assert.deepEqual(invited({ ...like, identity: "asserted" })?.identity, { asserted, hidden: false });
  assert.deepEqual(invited({ ...like, identity: "hidden" })?.identity, { asserted, hidden: true });
});

test("who hides his number is anonymous to the carrier, and nothing is asserted of him; a number that is always shown is shown", () => {
  const like: Partial<SiteTrunk> = { identity: "asserted", caller: { strip: 0, prefix: "+49" } };
  const hidden = invited(like, "");
  assert.deepEqual([hidden?.from.uri, hidden?.identity], ["sip:anonymous@anonymous.invalid", undefined]);
  assert.equal(invited({ caller: { always: "4000" } }, "")?.from.uri, "sip:4000@gw");
});

test("redirects are followed as far as the trunk allows", () => {
  assert.equal(invited({ redirects: 3 })?.redirects, 3);
});
