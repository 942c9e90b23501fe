// JsSIP in Chromium over WSS (RFC 7118): registers, rings, is cancelled, declines, and goes away.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startBrowserPhone } from "./browser-phone.ts";
import { type Cast, castOf } from "./cast.ts";
import { accepted } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const skip = without("chromium");
const ringing = ["PhoneAlerting"];

async function open(cast: Cast) {
  const trunks = [{ pattern: "40040", port: 9 }];
  // JsSIP takes auth-int where it is offered.
  return cast.gateway({
    site: siteFile({ phones: ["40001"], trunks }),
    settings: { SEATWAY_SIP_QOP: "auth,auth-int" },
  });
}

test("a phone in a browser registers, rings, is cancelled, declines", { skip }, async (t) => {
  const cast = castOf(t);
  const gateway = await open(cast);
  const phone = await startBrowserPhone({ number: "40001", password, gateway: gateway.httpsUrl });
  t.after(() => phone.close());
  await phone.saw("registered");
  const desk = await cast.desk(gateway, "40001");

  await desk.callOut({ called: "40040" });
  await desk.told(ringing);
  await phone.saw("rings");
  accepted(await desk.session.release());
  await phone.saw("remote Canceled");

  await phone.declineNext();
  await desk.told(["detect 531", "Call_Out_Fail", "Connect_Fail"]);
  await desk.callOut({ called: "40040" });
  await desk.saw("Call_Out_Fail");
  await phone.saw("local Rejected");
  assert.equal((await phone.said()).filter((event) => event === "rings").length, 2);
});

test("a wrong password is refused; a closed page is unreachable at once", { skip }, async (t) => {
  const cast = castOf(t);
  const gateway = await open(cast);
  const wrong = await startBrowserPhone({ number: "40001", password: "wrong", gateway: gateway.httpsUrl });
  t.after(() => wrong.close());
  await wrong.saw("refused 401");

  const phone = await startBrowserPhone({ number: "40001", password, gateway: gateway.httpsUrl });
  t.after(() => phone.close());
  await phone.saw("registered");
  await phone.vanish();
  await gateway.logged(({ msg }) => msg === "connection closed");
  const desk = await cast.desk(gateway, "40001");
  await desk.callOut({ called: "40040" });
  await desk.told(["detect 549", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3"]);
});
