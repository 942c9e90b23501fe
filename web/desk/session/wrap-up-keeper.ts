// What the agent says about his calls goes to their records by itself, a moment after he has stopped writing: a wrap-up that ends by its
// time, a reload or a sign-out loses nothing.

import { after } from "../../clock.ts";
import { type DeskCall, isUnkept, saidOf } from "../state/desk-state.ts";
import type { DeskSession } from "./desk-session.ts";

const QUIET_MS = 1_000;
const AGAIN_MS = 10_000;

/** contract/result.ts: the store is away. Any other refusal stays one, however often it is asked; the agent sees it. */
const AWAY = "100-007";

type Given = Pick<DeskSession, "ask" | "input" | "model" | "subscribe">;

export type WrapUpKeeper = {
  /** Resolves when all that was said is with the gateway, or it cannot be now. */
  flush(): Promise<void>;
};

export function keepWrapUps({ ask, input, model, subscribe }: Given): WrapUpKeeper {
  let seen = "";
  let cancel = (): void => {};

  const open = (): readonly DeskCall[] =>
    model().phase === "signed-in" ? model().desk.calls.filter((call) => call.id !== "" && isUnkept(call)) : [];

  const send = async (call: DeskCall): Promise<boolean> => {
    const { id, code, notes } = call;
    let final = false;
    const done = await ask("wrap-up", async (client) => {
      const reply = await client.wrapUp(id, { code, notes });
      final = !reply.ok && reply.retcode !== AWAY;
      return reply;
    });
    const settled = final || done !== undefined;
    if (settled) input({ type: "kept", id, said: saidOf(call) });
    return settled;
  };

  const flush = async (): Promise<void> => {
    cancel();
    const sent = await Promise.all(open().map(send));
    if (sent.includes(false)) cancel = after(AGAIN_MS, () => void flush());
  };

  subscribe(() => {
    const now = open()
      .map((call) => call.id + saidOf(call))
      .join("\n");
    if (now === seen) return;
    seen = now;
    cancel();
    if (now !== "") cancel = after(QUIET_MS, () => void flush());
  });

  return { flush };
}
