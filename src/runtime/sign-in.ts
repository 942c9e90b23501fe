// Signing in and out: password and lock-out, phone, the session that is displaced (behaviour.md §4, decisions.md 3, 5).

import { type Clock, isoTime } from "../base/clock.ts";
import { agentId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import { type Agent, occupied } from "../core/agent/state.ts";
import { passwordRefused } from "../core/session/password-rules.ts";
import type { Site } from "../core/site.ts";
import type { Asker, Gateway, Refused, SignedIn, SignIn } from "./face.ts";
import type { Feeds } from "./feeds.ts";
import type { Loop } from "./loop.ts";
import type { Passwords } from "./passwords.ts";
import type { Registrar } from "./registrar.ts";
import type { Sessions } from "./sessions.ts";
import { openLockOut } from "./sessions.ts";

/** codes.json sign_out_reasons. */
export const SIGN_OUT = { disconnected: 256, inspector: 257, own: 258, again: 259, silent: 263 } as const;

/** What an agent is told whose session ended without his doing. */
const whyOut: Readonly<Record<number, string>> = {
  [SIGN_OUT.disconnected]: "the gateway was going down",
  [SIGN_OUT.inspector]: "an inspector has signed him out",
  [SIGN_OUT.silent]: "no sign of life came in time",
};

const told = (reason: number): string => (whyOut[reason] ? `${whyOut[reason]} (reason ${reason})` : "");

export type DeskOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Site;
  readonly loop: Loop;
  readonly feeds: Feeds;
  readonly sessions: Sessions;
  readonly registrar: Pick<Registrar, "knows">;
  readonly passwords: Passwords;
  readonly forceAllowed: boolean;
};

export type SignInDesk = Pick<Gateway, "signIn" | "signOut" | "bindPhone" | "changePassword"> & {
  /** The platform ends the session: silence or shutdown. */
  shutOut(agent: string, reason: number): void;
};

export function openSignInDesk(options: DeskOptions): SignInDesk {
  const { clock, log, site, loop, feeds, sessions, passwords } = options;
  const lockOut = openLockOut(clock);
  const signingIn = new Set<string>();

  const agentOf = (agent: string): Agent => loop.agent(agentId(agent));

  const boundToAnother = (agent: string, phone: string): boolean =>
    site.agents.some(({ id }) => {
      const other = id === agent ? undefined : agentOf(id);
      return other?.name === "signed-in" && other.profile.phoneNumber === phone;
    });

  const phoneRefused = (agent: string, phone: string): Refused | null => {
    if (phone === "") return null;
    if (!options.registrar.knows(phone)) return refuse("100-014", "phonenum: not a phone of this site");
    return boundToAnother(agent, phone) ? refuse("100-013", "phonenum: bound to another signed-in agent") : null;
  };

  /** The session ends first: what its calls and phone still say reaches nobody but the live page. */
  const end = (agent: string, last: Parameters<Feeds["close"]>[1], how: { told: boolean; reason: number }): void => {
    feeds.close(agent, last);
    sessions.close(agent, told(how.reason));
    loop.post({ to: "agent", id: agentId(agent), input: { type: "sign-out", force: true, told: how.told } });
    log.info({ agent, reason: how.reason }, "signed out");
  };

  const displace = (agent: string, asker: Asker): void => {
    const message = `agent ${agent} signed in again from ${asker.address} at ${isoTime(clock.now())} (reason ${SIGN_OUT.again})`;
    end(agent, refuse("000-003", message), { told: false, reason: SIGN_OUT.again });
  };

  const shutdownEvent = (agent: string): Parameters<Feeds["close"]>[1] => {
    const { loginAt = 0 } = sessions.get(agent) ?? {};
    const content = { loginTime: String(loginAt) };
    return { event: { eventType: "AgentOther_ShutdownService", workNo: agent, content }, undelivered: () => {} };
  };

  const open = (agent: string, request: SignIn, asker: Asker): SignedIn => {
    feeds.open(agent);
    const guid = sessions.open(agent, asker.address);
    const { phoneNumber, autoAnswer, autoEnterIdle, releasePhone, agentType, status } = request;
    const rest = request.rest ? { rest: request.rest } : {};
    const loginAt = sessions.get(agent)?.loginAt ?? clock.now();
    const skills = site.agents.find(({ id }) => id === agent)?.skills ?? [];
    const own = {
      talkRight: true,
      selfRecord: false,
      customState: null,
      forwarding: null,
      wrapUpMs: site.wrapUpMs ?? null,
    };
    const profile = { phoneNumber, loginAt, autoAnswer, autoEnterIdle, releasePhone, agentType, skills, ...own };
    loop.post({ to: "agent", id: agentId(agent), input: { type: "sign-in", profile, status, ...rest } });
    return { guid, result: signInResult(site.vdn.id, agent, loginAt) };
  };

  const admit = async (agent: string, request: SignIn, force: boolean, asker: Asker): Promise<SignedIn | Refused> => {
    if (!(await passwords.fits(agent, request.password))) {
      await lockOut.failed(agent, asker.address);
      return refuse("100-004", "agent or password wrong");
    }
    lockOut.succeeded(agent);
    const present = sessions.get(agent) !== undefined;
    if (present && !options.forceAllowed) return refuse("100-015", "the agent is signed in and may not be forced out");
    if (present && !force) return refuse("100-002", "the agent is signed in already");
    const refused = phoneRefused(agent, request.phoneNumber);
    if (refused) return refused;
    if (present) displace(agent, asker);
    return open(agent, request, asker);
  };

  return {
    async signIn(agent, request, how, asker) {
      if (lockOut.locked(agent, asker.address))
        return refuse("110-016", "too many failed sign-ins: locked for a while");
      if (signingIn.has(agent)) return refuse("100-021", "a sign-in of this agent is in progress");
      signingIn.add(agent);
      try {
        return await admit(agent, request, how.force, asker);
      } finally {
        signingIn.delete(agent);
      }
    },
    signOut(agent, { force, reason }) {
      const state = agentOf(agent);
      if (state.name === "signed-out") return refuse("100-006", "the agent is not signed in");
      if (!force && occupied(state)) return refuse("100-010", "sign-out is not possible during a call");
      const last = force ? shutdownEvent(agent) : refuse("100-006", "the agent has signed out");
      end(agent, last, { told: force, reason: reason || SIGN_OUT.own });
      return { done: true };
    },
    bindPhone(agent, number) {
      const refused = phoneRefused(agent, number);
      return (
        refused ??
        loop.post({ to: "agent", id: agentId(agent), input: { type: "bind-phone", number } }) ?? { done: true }
      );
    },
    async changePassword(agent, { now, next }, asker) {
      if (lockOut.locked(agent, asker.address))
        return refuse("110-021", "too many wrong passwords: locked for a while");
      const name = site.agents.find(({ id }) => id === agent)?.name ?? "";
      const refused = passwordRefused({ now, next }, [agent, name]);
      if (refused) return refused;
      if (!(await passwords.fits(agent, now))) {
        await lockOut.failed(agent, asker.address);
        return refuse("110-003", "oldpassword: not the one that holds");
      }
      lockOut.succeeded(agent);
      const kept = await passwords.change(agent, next);
      return kept ? { done: true } : refuse("110-002", "the password could not be kept: the store does not answer");
    },
    shutOut: (agent, reason) => end(agent, shutdownEvent(agent), { told: true, reason }),
  };
}

/** wire.md 21. The password does not have to be changed and never expires. */
const signInResult = (vdnid: number, workno: string, loginAt: number): SignedIn["result"] => ({
  vdnid,
  workno,
  mediatype: "TTF",
  loginTime: String(loginAt),
  isForceChange: "false",
  serverName: "AgentGateway",
  timeRemaining: "",
});
