// The phones' process, seen from the calls.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { MediaLeg, OfferOptions } from "../../src/media/face.ts";
import type { PhoneOrder, PhoneReply } from "./phones.ts";

export type FarEnd = {
  /** A number for a phone that does not exist yet. */
  next(): number;
  /** Offers to the phone (made with the first offer) and takes its answer. Rejects when one of them refuses. */
  agree(leg: MediaLeg, phone: number, options: OfferOptions): Promise<void>;
  /** Rejects when it cannot. */
  order(order: PhoneOrder): Promise<PhoneReply>;
  close(): Promise<void>;
};

export async function startFarEnd(): Promise<FarEnd> {
  const child = fork(fileURLToPath(new URL("./phones.ts", import.meta.url)));
  await once(child, "message");
  let asked = 0;
  let phones = 0;
  const waiting = new Map<number, (reply: PhoneReply) => void>();
  child.on("message", ({ question, reply }: { readonly question: number; readonly reply: PhoneReply }) => {
    waiting.get(question)?.(reply);
    waiting.delete(question);
  });
  const order = async (order: PhoneOrder): Promise<PhoneReply> => {
    asked += 1;
    const { promise, resolve } = Promise.withResolvers<PhoneReply>();
    waiting.set(asked, resolve);
    child.send({ question: asked, order });
    const reply = await promise;
    if (reply.failed) throw new Error(`phone, ${order.type}: ${reply.failed}`);
    return reply;
  };
  return {
    next() {
      phones += 1;
      return phones;
    },
    async agree(leg, phone, options) {
      const { sdp = "" } = await order({ type: "answer", phone, offer: leg.offer(options) });
      const agreed = leg.acceptAnswer(sdp);
      if ("refused" in agreed) throw new Error(`answer of a phone: ${agreed.refused}`);
    },
    order,
    async close() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}
