// The desk's session: signs in or goes on with a kept one, hears the events, runs the phone in the browser, gives the desk to
// another tab. What the pages draw is one value (`DeskModel`) that changes as a whole; React reads it as an external store.

import {
  type AgentSession,
  connect,
  type DeskSetup,
  type End,
  GatewayFault,
  type Reply,
} from "../../../src/client/connect.ts";
import { now } from "../../clock.ts";
import { type BrowserPhone, openBrowserPhone, type PhoneState } from "../phone/browser-phone.ts";
import { openOwnership } from "../phone/ownership.ts";
import { noPictures, type Pictures } from "../phone/pictures.ts";
import { deskMachine } from "../state/desk-machine.ts";
import { currentCall, type DeskInput, type DeskState, emptyDesk } from "../state/desk-state.ts";
import { type Kept, keep, type PhoneChoice, readKept } from "./kept.ts";

/** `code`: of contract/result.ts, or the name of a fault. `during`: what was asked for. */
export type Refusal = { readonly during: string; readonly code: string; readonly message: string };

/** `elsewhere`: another tab has the desk, of `agent` ("" = it does not say). */
export type Phase = "starting" | "signed-out" | "signing-in" | "signed-in" | "elsewhere";

export type DeskModel = {
  readonly phase: Phase;
  readonly agent: string;
  readonly phone: PhoneChoice | null;
  readonly phoneState: PhoneState;
  /** Of the call in this browser. */
  readonly pictures: Pictures;
  readonly linked: boolean;
  readonly setup: DeskSetup | null;
  readonly desk: DeskState;
  readonly refusal: Refusal | null;
  /** Why the last session ended, when not by the agent's own will. */
  readonly end: End | null;
};

export type SignIn = {
  readonly agent: string;
  readonly password: string;
  readonly phone: PhoneChoice;
  readonly autoAnswer: boolean;
  readonly wrapUp: boolean;
  readonly force: boolean;
};

/** codes.json agent_types_client. */
const AUDIO_AGENT = 4;
const VIDEO_AGENT = 11;

const signedOut = (): DeskModel => ({
  ...{
    phase: "signed-out",
    agent: "",
    phone: null,
    phoneState: "off",
    pictures: noPictures,
    linked: true,
    setup: null,
  },
  ...{ desk: emptyDesk(now()), refusal: null, end: null },
});

export type DeskSession = ReturnType<typeof openDeskSession>;

export function openDeskSession() {
  let model: DeskModel = { ...signedOut(), phase: "starting" };
  let client: AgentSession | null = null;
  let phone: BrowserPhone | null = null;
  const observers = new Set<() => void>();

  const change = (part: Partial<DeskModel>): void => {
    model = { ...model, ...part };
    if (model.phase === "signed-in" && client && model.phone) keep(whatIsKept(client, model.phone));
    for (const tell of observers) tell();
  };
  const whatIsKept = (from: AgentSession, choice: PhoneChoice): Kept => ({
    ...{ agent: model.agent, guid: from.guid(), position: from.position(), phone: choice, desk: model.desk },
  });
  const input = (given: DeskInput): void => change({ desk: deskMachine(model.desk, given) });

  /** Leaves this tab without a session; nothing is said to the gateway. */
  const leave = (part: Partial<DeskModel>): void => {
    client?.stop();
    client = null;
    phone?.vanish();
    phone = null;
    keep(null);
    change({ ...signedOut(), ...part });
  };

  const ownership = openOwnership({
    agent: () => model.agent,
    handOver() {
      // Before it goes on it is what was kept: a gateway that does not answer is no reason to lose it.
      const runs = model.phase === "signed-in" && client && model.phone ? whatIsKept(client, model.phone) : null;
      const text = JSON.stringify(runs ?? readKept());
      const { agent } = model;
      // After the answer has been sent.
      queueMicrotask(() => leave({ phase: "elsewhere", agent }));
      return text;
    },
    robbed: () => leave({ phase: "elsewhere", agent: model.agent }),
  });

  const over = (mine: AgentSession, end: End): void => {
    if (client !== mine || end.name === "stopped") return;
    ownership.release();
    leave({ end, agent: model.agent });
  };

  const follow = (mine: AgentSession): void => {
    mine.onEvent((event) => {
      input({ type: "told", at: now(), event });
      if (event.eventType === "AgentEvent_MediaSwith") phone?.pictures.inVain();
    });
    mine.onSnapshot(({ missed, snapshot }) => {
      input({ type: "snapshot", at: now(), snapshot, missed: missed !== 0 });
    });
    mine.onLink((link) => change({ linked: link === "restored" }));
    mine.ended.then(
      (end) => over(mine, end),
      () => {},
    );
  };

  const openClient = (agent: string): AgentSession => {
    const mine = connect({ url: location.origin, agent });
    follow(mine);
    client = mine;
    return mine;
  };

  /** Signed in: the phone registers, what the site offers is read. */
  const settle = async (mine: AgentSession, choice: PhoneChoice): Promise<void> => {
    if (choice.kind === "browser") {
      const opened = await openBrowserPhone({
        ...choice,
        onState: (phoneState) => change({ phoneState }),
        onPictures: (pictures) => change({ pictures }),
      });
      if (client !== mine) return opened.vanish();
      phone = opened;
      // After a reload the agent is as unseen as before.
      phone.pictures.show(!currentCall(model.desk)?.unseenAt);
    }
    const setup = await mine.deskSetup().catch(() => null);
    if (client === mine) change({ setup });
  };

  const refuse = (during: string, reply: { readonly retcode: string; readonly message: string }): void =>
    change({ refusal: { during, code: reply.retcode, message: reply.message } });

  const faultOf = (during: string, fault: unknown): void => {
    if (!(fault instanceof GatewayFault)) throw fault;
    if (fault.fault !== "stopped") change({ refusal: { during, code: fault.fault, message: fault.message } });
  };

  /** The refusal is shown; undefined then. */
  const ask = async <Result>(
    during: string,
    act: (session: AgentSession) => Promise<Reply<Result>>,
  ): Promise<Result | undefined> => {
    if (!client) return undefined;
    try {
      const reply = await act(client);
      if (!reply.ok) {
        refuse(during, reply);
        return undefined;
      }
      if (model.refusal?.during === during) change({ refusal: null });
      return reply.result;
    } catch (fault) {
      faultOf(during, fault);
      return undefined;
    }
  };

  /** What the desk asks by itself: nobody is told when there is no answer; undefined then. */
  const wonder = async <Result>(
    act: (session: AgentSession) => Promise<Reply<Result>>,
  ): Promise<Result | undefined> => {
    try {
      const reply = client ? await act(client) : undefined;
      return reply?.ok ? reply.result : undefined;
    } catch (fault) {
      if (!(fault instanceof GatewayFault)) throw fault;
      return undefined;
    }
  };

  const resume = async (kept: Kept): Promise<void> => {
    change({ phase: "signing-in", agent: kept.agent, phone: kept.phone, desk: kept.desk, end: null });
    const mine = openClient(kept.agent);
    try {
      const reply = await mine.resume(kept.guid, kept.position);
      if (client !== mine) return;
      if (!reply.ok) {
        ownership.release();
        return leave({ agent: kept.agent, end: { name: "signed-out", message: reply.message } });
      }
      change({ phase: "signed-in" });
      await settle(mine, kept.phone);
    } catch (fault) {
      if (!(fault instanceof GatewayFault)) throw fault;
      // Another tab has the desk since: it is not taken back.
      if (client !== mine) return;
      // What is kept stays: the gateway may be back in a moment.
      mine.stop();
      client = null;
      change({ phase: "starting", refusal: { during: "resume", code: fault.fault, message: fault.message } });
    }
  };

  const start = async (): Promise<void> => {
    const kept = readKept();
    const owner = await ownership.owner();
    if (owner !== null) return change({ phase: "elsewhere", agent: owner || (kept?.agent ?? "") });
    if (!kept) return change({ phase: "signed-out" });
    await ownership.take();
    await resume(kept);
  };

  // A Guid that was renewed without an event is kept as well.
  window.addEventListener("pagehide", () => {
    if (model.phase === "signed-in" && client && model.phone) keep(whatIsKept(client, model.phone));
  });

  return {
    subscribe(observer: () => void) {
      observers.add(observer);
      return () => void observers.delete(observer);
    },
    model: () => model,
    start,
    /** The desk of another tab, or what this tab had kept, goes on here. */
    async takeOver(): Promise<void> {
      const kept = readKept(await ownership.take()) ?? readKept();
      if (kept) return resume(kept);
      ownership.release();
      change({ ...signedOut() });
    },
    async signIn(wish: SignIn): Promise<void> {
      change({ phase: "signing-in", agent: wish.agent, phone: wish.phone, refusal: null, end: null });
      await ownership.take();
      const mine = openClient(wish.agent);
      const request = {
        phonenum: wish.phone.number,
        password: wish.password,
        autoanswer: wish.autoAnswer,
        autoenteridle: !wish.wrapUp,
        releasephone: true,
        agenttype: wish.phone.video ? VIDEO_AGENT : AUDIO_AGENT,
      } as const;
      change({ desk: emptyDesk(now()) });
      try {
        const reply = wish.force ? await mine.forceSignIn(request) : await mine.signIn(request);
        if (reply.ok) {
          change({ phase: "signed-in" });
          return await settle(mine, wish.phone);
        }
        ownership.release();
        leave({
          agent: wish.agent,
          phone: wish.phone,
          refusal: { during: "sign-in", code: reply.retcode, message: reply.message },
        });
      } catch (fault) {
        if (!(fault instanceof GatewayFault)) throw fault;
        if (client !== mine) return;
        ownership.release();
        leave({
          agent: wish.agent,
          phone: wish.phone,
          refusal: { during: "sign-in", code: fault.fault, message: fault.message },
        });
      }
    },
    async signOut(force: boolean): Promise<void> {
      const mine = client;
      if (!mine) return;
      try {
        const reply = force ? await mine.forceSignOut() : await mine.signOut();
        if (!reply.ok && reply.retcode !== "100-006") return refuse("sign-out", reply);
        phone?.close();
        phone = null;
        ownership.release();
        leave({});
      } catch (fault) {
        faultOf("sign-out", fault);
      }
    },
    ask,
    wonder,
    input,
    dismissRefusal: () => change({ refusal: null }),
    /** The camera of the phone in the browser; undefined without such a phone. */
    pictures: () => phone?.pictures,
    devicesChanged: async () => phone?.devicesChanged(),
    /** Calls when the tab that has the desk is gone. */
    whenFree: (task: () => void) => ownership.whenFree(task),
  };
}
