// Phones that speak into conferences, as a process of its own: one for each offer, with a steady tone. Forked by conferences.ts.

import { once } from "node:events";
import process from "node:process";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { PhoneLeg } from "../../src/media/face.ts";
import { openPhonePlane } from "../../src/media/plane.ts";

const host = "127.0.0.1";
const [offers] = (await once(process, "message")) as [string[]];
const ports = [40_000, 49_999] as const;
const plane = await openPhonePlane({ clock: systemClock, log: silentLog, host, advertise: host, ports, workers: 1 });
const phones: PhoneLeg[] = [];
const answers: string[] = [];
for (const [index, offer] of offers.entries()) {
  const phone = await plane.open(String(index));
  const answer = phone.answer(offer);
  if ("refused" in answer) throw new Error(answer.refused);
  answers.push(answer.sdp);
  phones.push(phone);
}
for (const phone of phones) phone.hear({ tone: 700 });
process.send?.(answers);
await once(process, "disconnect");
await plane.close();
