// The phones of the soak, as a process of its own, so that what the plane keeps can be told from what they keep. Forked and told what
// to do by far-end.ts, one answer for each order.

import process from "node:process";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { PhoneLeg } from "../../src/media/face.ts";
import { openPhonePlane } from "../../src/media/plane.ts";

/** `phone`: a number that the one who asks gives it. */
export type PhoneOrder = { readonly phone: number } & (
  | { readonly type: "answer"; readonly offer: string }
  | { readonly type: "dial"; readonly digits: string }
  | { readonly type: "close" }
);
/** `sdp`: the answer to an offer. */
export type PhoneReply = { readonly sdp?: string; readonly failed?: string };

const host = "127.0.0.1";
const ports = [40_000, 49_999] as const;
const plane = await openPhonePlane({ clock: systemClock, log: silentLog, host, advertise: host, ports, workers: 1 });
const phones = new Map<number, PhoneLeg>();

async function answer(number: number, offer: string): Promise<PhoneReply> {
  const known = phones.get(number);
  const phone = known ?? (await plane.open(String(number)));
  phones.set(number, phone);
  const answered = phone.answer(offer);
  if ("refused" in answered) return { failed: answered.refused };
  if (!known) phone.hear({ tone: 700 });
  return { sdp: answered.sdp };
}

async function carryOut(order: PhoneOrder): Promise<PhoneReply> {
  if (order.type === "answer") return answer(order.phone, order.offer);
  const phone = phones.get(order.phone);
  if (order.type === "dial") return phone?.dial(order.digits) ? {} : { failed: "no digits can be sent" };
  phone?.close();
  phones.delete(order.phone);
  return {};
}

process.on("disconnect", () => process.exit());
process.on("message", ({ question, order }: { readonly question: number; readonly order: PhoneOrder }) => {
  carryOut(order)
    .catch((error: Error): PhoneReply => ({ failed: error.message }))
    .then((reply) => process.send?.({ question, reply }));
});
process.send?.("ready");
