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
import { openLockOut } from "./lock-out.ts";
import type { Loop } from "./loop.ts";
import type { Passwords } from "./passwords.ts";
import type { PushDesk } from "./push.ts";
import type { Closing } from "./queue.ts";
import type { Registrar } from "./registrar.ts";
import type { Sessions } from "./sessions.ts";
import type { Traces } from "./traces.ts";

/** codes.json sign_out_reasons. */
export const SIGN_OUT = { disconnected: 256, inspector: 257, own: 258, again: 259, silent: 263 } as const;

export type DeskOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Site;
  readonly loop: Loop;
  readonly feeds: Feeds;
  readonly sessions: Sessions;
  readonly push: Pick<PushDesk, "check" | "begin" | "target">;
  readonly traces: Pick<Traces, "current" | "during">;
  readonly registrar: Pick<Registrar, "knows">;
  readonly passwords: Passwords;
  readonly forceAllowed: boolean;
  /** Wants to be told who signs in and out. */
  readonly listens: (agent: string) => void;
};

export type SignInDesk = Pick<Gateway, "signIn" | "signOut" | "bindPhone" | "changePassword"> & {
  /** The password alone, for who does not sign in as an agent; counts wrong ones all the same. */
  checkPassword(agent: string, password: string, asker: Asker): Promise<Refused | { done: true }>;
  /** The platform or an inspector ends the session. `why`: who and from where. */
  shutOut(agent: string, reason: number, why: string): void;
};

export function openSignInDesk(options: DeskOptions): SignInDesk {
  const { clock, log, site, loop, feeds, sessions, passwords } = options;
  const lockOut = openLockOut(clock);
  const signingIn = new Set<string>();

  const agentOf = (agent: string): Agent => loop.agent(agentId(agent));

  const boundToAnother = (agent: string, phone: string): boolean => {
    for (const other of loop.agents())
      if (other.name === "signed-in" && other.id !== agent && other.profile.phoneNumber === phone) return true;
    return false;
  };

  const phoneRefused = (agent: string, phone: string): Refused | null => {
    if (phone === "") return null;
    if (!options.registrar.knows(phone)) return refuse("100-014", "phonenum: not a phone of this site");
    return boundToAnother(agent, phone) ? refuse("100-013", "phonenum: bound to another signed-in agent") : null;
  };

  /** The session ends first: what its calls and phone still say reaches nobody but the live page. */
  const end = (agent: string, closing: Closing): void => {
    const told = closing.last !== null;
    feeds.close(agent, closing);
    // Who signs out by himself, in peace, need not be told.
    sessions.close(agent, closing.quiet ? "" : closing.message);
    loop.post({ to: "agent", id: agentId(agent), input: { type: "sign-out", force: true, told } });
    log.info({ agent, reason: closing.reason }, "signed out");
  };

  const attempt = (agent: string, password: string, { address }: Asker) =>
    lockOut.attempt(agent, address, () => passwords.fits(agent, password));

  const lockedOut = (code: "110-016" | "110-021"): Refused =>
    refuse(code, `too many ${code === "110-016" ? "failed sign-ins" : "wrong passwords"}: locked for a while`);

  const signInRuns = (): Refused => refuse("100-021", "a sign-in of this agent is in progress");

  const said = (what: string, reason: number): string => `${what} at ${isoTime(clock.now())} (reason ${reason})`;

  const lastEvent = (agent: string) => {
    const content = { loginTime: String(sessions.get(agent)?.loginAt ?? 0) };
    return { eventType: "AgentOther_ShutdownService", workNo: agent, content } as const;
  };

  /** A push target that stays the same must not take the end of the old session for the end of the new one. */
  const displace = (agent: string, asker: Asker, next: SignIn): void => {
    const message = said(`agent ${agent} signed in again from ${asker.address}`, SIGN_OUT.again);
    const target = options.push.target(agent)?.url;
    const pushed = target === undefined || target === next.push?.url ? undefined : lastEvent(agent);
    end(agent, { reason: SIGN_OUT.again, message, last: null, pushed, refusal: refuse("000-003", message) });
  };

  /** The session ends against the client's will, or so that others of his have to be told. */
  const shutDown = (agent: string, reason: number, why: string): void => {
    const last = lastEvent(agent);
    const message = said(`agent ${agent} was signed out ${why}`, reason);
    end(agent, { reason, message, last, refusal: refuse("100-006", message) });
  };

  const open = (agent: string, request: SignIn, asker: Asker): SignedIn => {
    const guid = sessions.open(agent, asker.address);
    const { phoneNumber, autoAnswer, autoEnterIdle, releasePhone, agentType, phoneLinkage = false, status } = request;
    const rest = request.rest ? { rest: request.rest } : {};
    const loginAt = sessions.get(agent)?.loginAt ?? clock.now();
    feeds.open(agent, loginAt);
    if (request.push) options.push.begin(agent, request.push);
    if (request.listens) options.listens(agent);
    const skills = site.agents.find(({ id }) => id === agent)?.skills ?? [];
    const own = {
      talkRight: true,
      selfRecord: false,
      customState: null,
      forwarding: null,
      wrapUpMs: site.wrapUpMs ?? null,
    };
    const asked = { phoneNumber, autoAnswer, autoEnterIdle, releasePhone, agentType, phoneLinkage };
    const profile = { ...asked, loginAt, skills, ...own };
    loop.post({ to: "agent", id: agentId(agent), input: { type: "sign-in", profile, status, ...rest } });
    return { guid, result: signInResult(site.vdn.id, agent, loginAt, request.textMedia !== false) };
  };

  const admit = (agent: string, request: SignIn, force: boolean, asker: Asker): SignedIn | Refused => {
    const present = sessions.get(agent);
    if (present && !options.forceAllowed) return refuse("100-015", "the agent is signed in and may not be forced out");
    if (present && !force) {
      const since = isoTime(present.loginAt);
      return refuse("100-002", `the agent is signed in already from ${present.address} since ${since}`);
    }
    const refused =
      phoneRefused(agent, request.phoneNumber) ?? (request.push ? options.push.check(request.push) : null);
    if (refused) return refused;
    if (present) displace(agent, asker, request);
    return open(agent, request, asker);
  };

  return {
    async signIn(agent, request, how, asker) {
      if (signingIn.has(agent)) return signInRuns();
      signingIn.add(agent);
      const trace = options.traces.current();
      try {
        const tried = await attempt(agent, request.password, asker);
        if (tried === "locked") return lockedOut("110-016");
        if (tried === "wrong") return refuse("100-004", "agent or password wrong");
        // What it causes after the wait is still of this request.
        return options.traces.during(trace, () => admit(agent, request, how.force, asker));
      } finally {
        signingIn.delete(agent);
      }
    },
    signOut(agent, { force, reason, address }) {
      if (signingIn.has(agent)) return signInRuns();
      const state = agentOf(agent);
      if (state.name === "signed-out") return refuse("100-006", "the agent is not signed in");
      if (!force && occupied(state)) return refuse("100-010", "sign-out is not possible during a call");
      const cause = reason || SIGN_OUT.own;
      const from = address === undefined ? "" : ` from ${address}`;
      if (force) {
        shutDown(agent, cause, `by himself${from}`);
        return { done: true };
      }
      const message = said(`agent ${agent} signed out${from}`, cause);
      end(agent, { reason: cause, message, last: null, quiet: true, refusal: refuse("100-006", message) });
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
      if (lockOut.locked(agent, asker.address)) return lockedOut("110-021");
      const name = site.agents.find(({ id }) => id === agent)?.name ?? "";
      const refused = passwordRefused({ now, next }, [agent, name]);
      if (refused) return refused;
      const tried = await attempt(agent, now, asker);
      if (tried === "locked") return lockedOut("110-021");
      if (tried === "wrong") return refuse("110-003", "oldpassword: not the one that holds");
      const kept = await passwords.change(agent, next);
      return kept ? { done: true } : refuse("110-002", "the password could not be kept: the store does not answer");
    },
    async checkPassword(agent, password, asker) {
      const tried = await attempt(agent, password, asker);
      if (tried === "locked") return lockedOut("110-016");
      return tried === "wrong" ? refuse("100-004", "user or password wrong") : { done: true };
    },
    shutOut: shutDown,
  };
}

/**
 * wire.md 21. The password does not have to be changed and never expires. `mediatype`: calls, text media, mail as the client has signed
 * in for them.
 */
const signInResult = (vdnid: number, workno: string, loginAt: number, textMedia: boolean): SignedIn["result"] => ({
  vdnid,
  workno,
  mediatype: textMedia ? "TTF" : "TFF",
  loginTime: String(loginAt),
  isForceChange: "false",
  serverName: "AgentGateway",
  timeRemaining: "",
});
