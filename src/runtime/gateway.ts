// The running gateway: the loop with everything around it, as its faces see it (face.ts). Effects of the core go out here;
// what the outside says comes back as events.

import { agentId, type LegId } from "../base/ids.ts";
import { isRefusal, refuse } from "../base/step.ts";
import { phoneOwner } from "../core/agent/phone-leg.ts";
import { currentCall, stateNumber } from "../core/agent/state.ts";
import type { Call, Ended } from "../core/call/state.ts";
import type { IncomingInvite, Referral } from "../sip/face.ts";
import { agentReads } from "./agent-info.ts";
import { openArrivals } from "./arrivals.ts";
import { openCallDesk } from "./call-desk.ts";
import { callRules } from "./call-rules.ts";
import { callInfo, openCallBook } from "./call-views.ts";
import { openConferenceDesk } from "./conference-desk.ts";
import { openConfiguration } from "./configuration.ts";
import { openDrain } from "./drain.ts";
import { isOfAnyLeg, openEffects } from "./effects.ts";
import { eventPolling, eventReading } from "./event-reading.ts";
import { notingLegs } from "./evidence/media-notes.ts";
import type { AgentCommand, Gateway, Refused } from "./face.ts";
import { openForwarding } from "./forwarding.ts";
import type { GatewayOptions } from "./gateway-options.ts";
import { openInspectionDesk } from "./inspection-desk.ts";
import { noJournal } from "./journal/journal.ts";
import { withoutRules } from "./journal/loop-images.ts";
import type { LegImage } from "./leg-image.ts";
import type { Legs } from "./legs-port.ts";
import { dialledBy } from "./linked-calls.ts";
import { openLoop } from "./loop.ts";
import { openMessageDesk } from "./message-desk.ts";
import { openNotices } from "./notices.ts";
import { type LiveBoard, openBoard } from "./operator/board.ts";
import { type OperatorSignIns, openOperatorSignIns } from "./operator/sign-ins.ts";
import { openPickupDesk } from "./pickup.ts";
import { type Pressure, pressureOf } from "./pressure.ts";
import { openPreviewDesk } from "./preview-desk.ts";
import { openPushDesk } from "./push.ts";
import { openReads } from "./reads.ts";
import { lookWhenKept, openReconciler, type World } from "./reconciler.ts";
import { openRecordingDesk } from "./recording-desk.ts";
import { recover } from "./recovery.ts";
import { openReferralDesk } from "./referral-desk.ts";
import { openSessions } from "./sessions.ts";
import { openSignInDesk, SIGN_OUT } from "./sign-in.ts";
import { siteAgents } from "./site-agents.ts";
import { openStatisticsDesk } from "./statistics-desk.ts";
import { openTeller } from "./teller.ts";
import { tracedCalls } from "./traced-calls.ts";
import { openWorkNumberDesk } from "./work-number.ts";

export type RunningGateway = Gateway & {
  /** A call from outside. */
  receive(incoming: IncomingInvite): void;
  /** A phone asks in mid-call to pass the call on. */
  referred(leg: LegId, referral: Referral): void;
  /** Agents signed in, calls and conferences alive: 0 when idle. */
  census(): { readonly agents: number; readonly calls: number };
  /** How many signed-in agents are in each state (codes.json agent_states). */
  agentStates(): ReadonlyMap<number, number>;
  /** What stands now and changes, for operators. */
  readonly board: LiveBoard;
  readonly operators: OperatorSignIns;
  /** An operator ends the session of an agent; `by`: who and from where. */
  signOutAgent(agent: string, by: string): Refused | { done: true };
  /** The call that the agent is in, "" without one. */
  inCall(agent: string): string;
  /** The trace of a call that is there or has just ended; "" = none is known. */
  traceOfCall(call: string): string;
  /** How many calls wait, for each skill of the site. */
  waiting(): ReadonlyMap<number, number>;
  /** To be called once, when all that the gateway needs is there: what the last process has left goes on, or ends. */
  recover(images?: ReadonlyMap<LegId, LegImage>): void;
  /** One look for states that the legs contradict; what does not fit twice in a row is mended (reconciler.ts). */
  reconcile(): void;
  /** Another site is in force: the boards show what has changed. */
  siteChanged(): void;
  /** Streams and pushes of events that are open. */
  readers(): number;
  /** Waits for pushes that are under way, `ms` at most. */
  drainPushes(ms: number): Promise<void>;
  /**
   * Nothing new begins; what has begun may go on for `limitMs`. Then every call ends and every agent is signed out, with the documented
   * events. Resolves when all of it is kept.
   */
  drain(limitMs: number): Promise<void>;
  /** `drain` waits no longer for calls that go on; false: it was not waiting. */
  hurry(): boolean;
  /** Signs every agent out and ends every call, at once. */
  shutDown(): void;
};

export function openGateway(given: GatewayOptions): RunningGateway {
  const { ledger, journal = noJournal } = given;
  const inCall = (agent: string): string => {
    const state = loop.agent(agentId(agent));
    return state.name === "signed-in" ? ((currentCall(state) ?? state.calls.at(-1))?.id ?? "") : "";
  };
  const options = { ...given, journal, legs: legsOver(given, inCall) };
  const { clock, log, site, legs } = options;
  const lastCalls = new Map(journal.found<Ended>("last-call"));
  const { feeds, traces, tell: tellAgent, ...live } = openTeller({ ...options, currentCall: inCall });

  const notices = openNotices({ clock, log, site, tellAgent });

  const { note, perform, reportToCall, own } = openEffects({
    ...{ clock, journal, legs, tellAgent, notices, loop: () => loop },
    forward: (agent, effect) => forwarding.carryOut(agent, effect),
  });

  const statistics = openStatisticsDesk(clock, journal);

  const loop = openLoop({
    clock,
    witness: {
      begun(call) {
        boardDesk.witness.begun();
        ledger?.begun(call);
      },
      call(call) {
        boardDesk.witness.call(call);
        statistics.witness.call(call);
        referrals.look(call);
        ledger?.call(call);
      },
      agent(id, agent, effects) {
        statistics.witness.agent(id, agent, effects);
        boardDesk.witness.agent(id);
        previews.looked(id, agent);
      },
    },
    log,
    journal,
    traces,
    perform,
    note,
    rules: callRules(site),
    presence: (agent, state) => inspection.presence(agent, state),
    ...(options.chose && { chose: options.chose }),
    level: (agent, skill) => siteAgents(site).get(agent)?.levels?.[skill] ?? 1,
    ended: (call) => {
      for (const agent of call.agents) {
        lastCalls.set(agent, call);
        journal.keep("last-call", agent, withoutRules(call));
      }
      keep(call);
      boardDesk.witness.ended(call);
      previews.ended(call);
      options.callEnded?.(call);
      const talkedMs = call.answeredAt === null ? 0 : Math.max(0, call.endedAt - call.answeredAt);
      const trace = traces.ofCall(call.plan.id);
      log.info({ agent: call.plan.agent, callId: call.plan.id, talkedMs, trace }, "call ended");
    },
  });

  const world = (): World => ({
    agents: [...loop.agents()],
    calls: [...loop.calls()],
    conferences: [...loop.conferences()],
    queues: loop.queues(),
    free: [...loop.free()],
    legs: new Set(legs.alive()),
  });

  const reconcile = openReconciler({
    log,
    world,
    post: (envelope) => void loop.post(envelope),
    hangUp: legs.hangUp,
    mended: (what) => options.mended?.(what),
  });

  const sessions = openSessions({
    clock,
    rules: options.guidRules,
    silenceMs: options.pollTimeoutMs,
    mint: options.mintGuid,
    journal,
    waiting: feeds.waiting,
    silent(agent) {
      const silence = `no poll, handshake or heartbeat for ${options.pollTimeoutMs} ms`;
      desk.shutOut(agent, SIGN_OUT.silent, `(${silence}, last from ${sessions.get(agent)?.address ?? ""})`);
    },
  });

  const push = openPushDesk({
    ...{ clock, log, feeds, newestGuid: sessions.newestGuid, random: Math.random },
    ...(options.push ?? { targets: [], post: () => Promise.reject(new Error("off")) }),
  });

  const desk = openSignInDesk({
    clock,
    log,
    site,
    loop,
    feeds,
    sessions,
    traces,
    push,
    registrar: options.registrar,
    passwords: options.passwords,
    forceAllowed: options.forceAllowed,
    listens: (agent) => inspection.listens(agent),
  });

  const book = openCallBook(
    (id) => loop.call(id as Call["plan"]["id"]),
    (agent) => lastCalls.get(agent),
  );
  const agentOf = (agent: string) => loop.agent(agentId(agent));
  const { reads, keep } = openReads({ ...options, loop, book, statistics });

  const boardDesk = openBoard({ clock, site, loop, reads });

  /** reset-skills: what is configured and asked for; the rest goes to the machine as it is. */
  const inputFor = (agent: string, command: AgentCommand) => {
    if (command.type !== "reset-skills") return command;
    const configured = site.agents.find(({ id }) => id === agent)?.skills ?? [];
    const asked = command.skillIds;
    const skills = asked ? configured.filter((id) => asked.includes(id)) : configured;
    const { skillIds: _, ...rest } = command;
    return { ...rest, skills };
  };

  const forwarding = openForwarding({ ...options, loop });
  const crowding = pressureOf({ ...options, away: journal.away, calls: loop.standing });
  const pressure: Pressure = () => drain.refusesCall() ?? crowding();
  const callDesk = openCallDesk({ ...options, loop });
  const calls = tracedCalls(callDesk, { traces, pressure });
  const referrals = openReferralDesk({ ...options, loop, tellAgent, calls: callDesk });
  const previews = openPreviewDesk({ ...options, loop, tellAgent, callOut: calls.callOut });
  const shutOutByInspector = (agent: string, inspector: string): void => {
    const from = sessions.get(inspector)?.address ?? "";
    desk.shutOut(agent, SIGN_OUT.inspector, `by agent ${inspector} from ${from}`);
  };
  const inspection = openInspectionDesk({ ...options, loop, tellAgent, shutOut: shutOutByInspector });
  const recordings = openRecordingDesk({ ...options, loop });
  const conferences = openConferenceDesk({ ...options, loop });

  const drain = openDrain({
    ...{ clock, log, loop, kept: journal.after },
    told: () => sessions.agents().every(feeds.told),
  });
  const shutDown = (): void => {
    for (const { id } of site.agents)
      if (sessions.get(id)) desk.shutOut(id, SIGN_OUT.disconnected, "because the gateway was stopped");
  };

  const readEvents = eventReading({ feeds, loop, mayRead: reads.inspects });

  const receive = openArrivals({
    ...{ clock, log, site, legs, callIds: options.callIds, registrar: options.registrar },
    arrive: loop.arrive,
    retryAfterS: drain.retryAfterS,
    dialled: dialledBy(loop.agents, tellAgent),
    report: (id, report) => {
      if (isOfAnyLeg(report)) reportToCall(id, report);
    },
  });

  return {
    ...desk,
    signIn: async (...asked) => drain.refusesSignIn() ?? desk.signIn(...asked),
    board: boardDesk.board,
    operators: openOperatorSignIns({ clock, log, site, checkPassword: desk.checkPassword }),
    signOutAgent(agent, by) {
      if (!sessions.get(agent)) return refuse("100-006", "the agent is not signed in");
      desk.shutOut(agent, SIGN_OUT.inspector, by);
      return { done: true };
    },
    inCall,
    ...openPickupDesk({ site, loop, legs }),
    ...openWorkNumberDesk({ site, loop }),
    ...openMessageDesk({ site, tellAgent }),
    receive,
    referred: referrals.referred,
    reconcile: lookWhenKept(journal, reconcile),
    recover(images = new Map()) {
      const why = "because his session did not outlive the gateway's restart";
      const shutOut = (agent: string): void => desk.shutOut(agent, SIGN_OUT.disconnected, why);
      for (const call of loop.calls()) if (call.name === "live") ledger?.resume(call);
      recover({
        ...options,
        ...{ loop, sessions, world, own, reportToCall, perform, shutOut },
        takeUp: (report) => legs.takeUp(images, report),
        hangUp: legs.hangUp,
      });
      push.resume();
    },
    authorise: sessions.authorise,
    ...openConfiguration(site, sessions.holder),
    ...eventPolling({ feeds, push, sessions }),
    readEvents,
    kept: journal.after,
    during: traces.during,
    command(agent, command) {
      const refused = loop.post({ to: "agent", id: agentId(agent), input: inputFor(agent, command) });
      return refused ?? { done: true };
    },
    ...calls,
    setForwarding: forwarding.setForwarding,
    inspection,
    recordings,
    previews: previews.face,
    refreshToken: push.refresh,
    drainPushes: push.drain,
    readers: feeds.readers,
    conferences: { ...conferences, request: (...asked) => pressure() ?? conferences.request(...asked) },
    loginTime: (agent) => String(sessions.get(agent)?.loginAt ?? ""),
    currentGuid: sessions.newestGuid,
    ...agentReads({ clock, site, loop, feeds }),
    currentCall: (agent, orLast) => shown(book.current(agentOf(agent), orLast)),
    callById: (agent, id) => shown(book.byId(agentOf(agent), id)),
    heldCalls(agent) {
      const calls = book.held(agentOf(agent));
      return "refused" in calls ? calls : calls.map(callInfo);
    },
    appData(agent, id) {
      const call = id === "" ? book.current(agentOf(agent), false) : book.byId(agentOf(agent), id);
      return isRefusal(call) ? (call as Refused) : call.appData;
    },
    reads,
    missing: () => (drain.retryAfterS() === null ? options.missing() : ["the gateway is being stopped"]),
    ...live,
    siteChanged() {
      for (const { id } of site.agents) boardDesk.witness.agent(id);
    },
    traceOfCall: traces.ofCall,
    census() {
      const agents = site.agents.filter(({ id }) => agentOf(id).name === "signed-in").length;
      return { agents, calls: loop.standing() };
    },
    agentStates() {
      const counts = new Map<number, number>();
      for (const { id } of site.agents) {
        const state = agentOf(id);
        if (state.name !== "signed-in") continue;
        const number = stateNumber(state);
        counts.set(number, (counts.get(number) ?? 0) + 1);
      }
      return counts;
    },
    waiting() {
      const { skills } = loop.queues();
      return new Map(site.skills.map(({ id }) => [id, skills.get(id)?.waiting.length ?? 0]));
    },
    async drain(limitMs) {
      await drain.begin(limitMs);
      shutDown();
      await new Promise<void>((resolve) => journal.after(resolve));
    },
    hurry: drain.hurry,
    shutDown,
  };
}

/** What their orders and reports pass through: the ledger of call records, and the notes of their timelines. */
function legsOver({ legs, ledger, evidence, clock }: GatewayOptions, inCall: (agent: string) => string): Legs {
  const counted = ledger ? ledger.over(legs) : legs;
  if (!evidence) return counted;
  const callNow = (leg: LegId): string => (leg.includes(".phone.") ? inCall(phoneOwner(leg)) : "");
  return notingLegs(counted, { clock, evidence, callNow });
}

const shown = (call: Call | Refused) => ("refused" in call ? call : callInfo(call));
