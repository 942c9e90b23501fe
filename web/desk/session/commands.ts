// What the agent does, as requests: each shows its own refusal, and tells the desk's machine what no event will tell.

import { after, now } from "../../clock.ts";
import type { StateChoice } from "../state/controls.ts";
import { AGENT, type DeskCall, mayWait } from "../state/desk-state.ts";
import type { DeskSession } from "./desk-session.ts";
import type { WrapUpKeeper } from "./wrap-up-keeper.ts";

/** How a call is passed on. */
export type TransferWay = "blind" | "consult" | "three-way";
export type TransferTarget = { readonly kind: "agent" | "skill" | "number"; readonly address: string };

export type Dialling = { readonly caller?: string; readonly inside?: boolean; readonly video?: boolean };

export type Commands = ReturnType<typeof commandsOf>;

/** So long a frame may take from the camera to the other side. */
const BLACK_MS = 600;

const DEVICE = { skill: 1, agent: 2, number: 5 } as const;

export function commandsOf(session: DeskSession, wrapUps: WrapUpKeeper) {
  const { ask, wonder, input } = session;
  /** `video`: with pictures, when the agent's phone and the other side have them. */
  const dial = async (number: string, { caller = "", inside = false, video = false }: Dialling): Promise<boolean> => {
    const shown = caller === "" ? {} : { caller };
    const id = await ask("call", (client) =>
      inside ? client.callInner(number) : client.callOut({ called: number, ...shown, mediaability: video ? 2 : 0 }),
    );
    if (id === undefined) return false;
    input({ type: "placed", at: now(), id, number, inside });
    return true;
  };
  return {
    dial,
    answer: ({ id }: DeskCall) => ask("answer", (client) => client.answer(id)),
    reject: ({ id }: DeskCall) => ask("reject", (client) => client.reject(id, 1)),
    release: ({ id, stage }: DeskCall) =>
      ask("release", (client) => (stage === "held" ? client.dropCall(id) : client.release())),
    hold: () => ask("hold", (client) => client.hold()),
    retrieve: ({ id }: DeskCall) => ask("retrieve", (client) => client.getHold(id)),
    async mute(muted: boolean) {
      const done = await ask("mute", (client) => (muted ? client.beginMute() : client.endMute()));
      if (done !== undefined) input({ type: "muted", at: now(), muted });
    },
    /** Whether the other side sees the agent. Black goes out before nothing does: else his last picture would stay there. */
    async show(shown: boolean) {
      const pictures = session.pictures();
      pictures?.show(shown);
      if (!shown && pictures) await new Promise<void>((resolve) => void after(BLACK_MS, resolve));
      const done = await ask("video", (client) => (shown ? client.endMuteVideo() : client.beginMuteVideo()));
      if (done === undefined) pictures?.show(!shown);
      else input({ type: "shown", at: now(), shown });
    },
    /** Pictures come into the call, or leave it; the event says whether. */
    async switchVideo(video: boolean) {
      const pictures = session.pictures();
      if (video) await pictures?.camera();
      const done = await ask("video", (client) => client.mediaSwitch(video));
      if (done === undefined && video) pictures?.inVain();
    },
    digits: (digits: string) => ask("digits", (client) => client.secondDial(digits)),
    merge: (held: DeskCall) => ask("merge", (client) => client.confJoin(held.id)),
    connect: (held: DeskCall) => ask("connect", (client) => client.connectHold(held.id)),
    /** true: the gateway has taken it; how it ends is told by events. */
    async transfer(way: TransferWay, { kind, address }: TransferTarget): Promise<boolean> {
      const done = await ask("transfer", (client) => {
        if (kind === "number") {
          const mode = { blind: 1, consult: 3, "three-way": 4 } as const;
          return client.transfer({ device: DEVICE.number, address, mode: mode[way] });
        }
        if (way === "blind") return client.transfer({ device: DEVICE[kind], address, mode: 0 });
        return client.innerHelp({ device: DEVICE[kind], address, mode: way === "consult" ? 1 : 2 });
      });
      if (typeof done === "string") input({ type: "placed", at: now(), id: done, number: address, inside: true });
      return done !== undefined;
    },
    /** `cause`: of a rest of so many seconds, or the reason of busy; 0 = none. */
    async become(choice: StateChoice, why = { seconds: 0, cause: 0 }): Promise<void> {
      const before = session.model().desk.agent;
      const done = await ask("state", (client) => {
        switch (choice) {
          case "ready":
            if (before === AGENT.rest) return client.cancelRest();
            return client.sayFree();
          case "busy":
            return client.sayBusy(why.cause === 0 ? undefined : why.cause, before === AGENT.busy);
          case "wrap-up":
            return client.work();
          case "rest":
            return client.rest(why.seconds, why.cause);
        }
      });
      if (done === undefined) return;
      input({ type: "wished", wish: mayWait(before) && choice !== "ready" ? choice : null });
    },
    /** What was asked for in it begins now. */
    endWrapUp: () => ask("state", (client) => client.cancelWork()),
    async loadData({ id }: DeskCall): Promise<void> {
      const data = await wonder((client) => client.appData(id));
      if (data) input({ type: "data", id, data });
    },
    /** Whose call it is that the phone rings for: its event has the calling number alone. */
    async lookUp({ id }: DeskCall): Promise<void> {
      const call = await wonder((client) => client.callInfoByCallId(id));
      if (call) input({ type: "looked-up", at: now(), call });
    },
    /** Who else is in the current call; rejects when it cannot be known. */
    async others() {
      const found = await wonder((client) => client.remoteNumbers());
      if (!found) throw new Error("others");
      return found;
    },
    note: ({ id }: DeskCall, notes: string) => input({ type: "noted", id, notes }),
    code: ({ id }: DeskCall, code: number | null) => input({ type: "coded", id, code }),
    /** Calls from before, the newest first; rejects when they cannot be read. */
    async ownCalls(after: string) {
      const found = await wonder((client) => client.ownCalls({ after }));
      if (!found) throw new Error("calls");
      return found;
    },
    clear: ({ id }: DeskCall) => input({ type: "cleared", id }),
    dismiss: (key: number) => input({ type: "dismissed", key }),
    async signOut(force: boolean): Promise<void> {
      await wrapUps.flush();
      await session.signOut(force);
    },
    /** Who else is signed in; rejects when it cannot be known. */
    async agents() {
      const found = await wonder((client) => client.agents());
      if (!found) throw new Error("agents");
      return found;
    },
  };
}
