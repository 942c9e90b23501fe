// One tab has the desk, and with it the microphone (asks.md 6): it holds a Web Lock as long as it lives. Another tab can ask it
// over a BroadcastChannel whose desk it is, and take it over; a tab that does not answer has its lock stolen. Both reach pages of
// this origin in this browser alone. Other computers are the gateway's business: forced sign-in.

import { after } from "../../clock.ts";

const NAME = "seatway-desk";
/** A tab in the background answers later than one that is seen. */
const PATIENCE_MS = 2_000;

type Message =
  | { readonly type: "who" }
  | { readonly type: "here"; readonly agent: string }
  | { readonly type: "hand-over" }
  /** Holds the session's secrets: it goes to pages of this origin alone. */
  | { readonly type: "handed"; readonly kept: string };

export type OwnershipOptions = {
  /** Who sits here, "" = nobody. */
  readonly agent: () => string;
  /** All that the next owner needs; asked when this tab has to give the desk away, which is over with that. */
  readonly handOver: () => string;
  /** The lock is gone without our word. */
  readonly robbed: () => void;
};

export type Ownership = {
  /** The agent of the tab that has the desk ("" when it does not say), null when none has. */
  owner(): Promise<string | null>;
  /** Takes the desk: resolves with what another tab has handed over, null when there was none or it did not answer. */
  take(): Promise<string | null>;
  release(): void;
  /** Calls when the tab that had the desk is gone. */
  whenFree(task: () => void): () => void;
};

const locks = (): LockManager | undefined => ("locks" in navigator ? navigator.locks : undefined);

export function openOwnership(options: OwnershipOptions): Ownership {
  const channel = new BroadcastChannel(NAME);
  const waiting = new Set<(message: Message) => void>();
  let letGo: (() => void) | null = null;

  const release = () => {
    letGo?.();
    letGo = null;
  };

  channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    for (const hear of waiting) hear(data);
    if (letGo === null) return;
    if (data.type === "who") channel.postMessage({ type: "here", agent: options.agent() } satisfies Message);
    if (data.type !== "hand-over") return;
    channel.postMessage({ type: "handed", kept: options.handOver() } satisfies Message);
    release();
  });

  /** The first answer of this type, or null when the patience is over. */
  const ask = <Type extends Message["type"]>(question: Message, type: Type) =>
    new Promise<Extract<Message, { type: Type }> | null>((resolve) => {
      const done = (message: Extract<Message, { type: Type }> | null) => {
        waiting.delete(hear);
        cancel();
        resolve(message);
      };
      const hear = (message: Message) => {
        if (message.type === type) done(message as Extract<Message, { type: Type }>);
      };
      const cancel = after(PATIENCE_MS, () => done(null));
      waiting.add(hear);
      channel.postMessage(question);
    });

  const held = async (): Promise<boolean> => {
    const state = await locks()?.query();
    return letGo === null && (state?.held ?? []).some(({ name }) => name === NAME);
  };

  /** Resolves when we have the lock; it is ours until `release`, or until another tab steals it. */
  const lock = (steal: boolean): Promise<void> =>
    new Promise((resolve) => {
      const manager = locks();
      const hold = () =>
        new Promise<void>((free) => {
          letGo = free;
          resolve();
        });
      if (!manager) return void hold();
      manager.request(NAME, { steal }, hold).catch(() => {
        letGo = null;
        options.robbed();
      });
    });

  return {
    release,
    async owner() {
      if (!(await held())) return null;
      return (await ask({ type: "who" }, "here"))?.agent ?? "";
    },
    async take() {
      if (letGo !== null) return null;
      const handed = (await held()) ? await ask({ type: "hand-over" }, "handed") : null;
      await lock(handed === null);
      return handed?.kept ?? null;
    },
    whenFree(task) {
      const stop = new AbortController();
      locks()
        ?.request(NAME, { signal: stop.signal }, () => task())
        .catch(() => {});
      return () => stop.abort();
    },
  };
}
