// Whom an agent's phone shows as the caller.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallId } from "../base/ids.ts";
import type { Dialog, OutgoingInvite } from "../sip/face.ts";
import { phoneInvite } from "./phone-invite.ts";

function fromShown(shown: string): OutgoingInvite["from"] {
  const sent: OutgoingInvite[] = [];
  const dialog = { sipCallId: "1" } as Dialog;
  const sip = {
    invite: (invite: OutgoingInvite) => {
      sent.push(invite);
      return dialog;
    },
    takeUp: () => assert.fail("nothing to take up"),
  };
  const order = { call: "7-1" as CallId, shown, mediaAbility: 0, videoDirection: null } as const;
  phoneInvite({ sip, domain: "192.0.2.1" }, "40001", order)({ uri: "sip:40001@192.0.2.9" })(
    () => "",
    () => {},
  );
  return sent[0]?.from ?? assert.fail("no INVITE");
}

test("a number is shown as it is, and nobody as anonymous: both with a user part (RFC 3261 §19.1.1)", () => {
  assert.deepEqual(fromShown("40040"), { uri: "sip:40040@192.0.2.1" });
  assert.deepEqual(fromShown("*4#"), { uri: "sip:*4%23@192.0.2.1" });
  assert.deepEqual(fromShown(""), { uri: "sip:anonymous@anonymous.invalid", displayName: "Anonymous" });
  for (const shown of ["40040", "*4#", ""]) assert.match(fromShown(shown).uri, /^sip:[^@]+@[^@]+$/);
});
