// One server transaction: a machine (invite-server.ts or non-invite-server.ts) with its request, its last response and its timers.

import type { Timer } from "../../base/clock.ts";
import type { Step } from "../../base/step.ts";
import type { Peer } from "../face.ts";
import type { SipRequest } from "../message/parse.ts";
import type { Causes } from "../message/reason.ts";
import { type Reply, responseBytes } from "../message/serialise.ts";
import { isStream } from "../transport/kinds.ts";
import type { Around } from "./client.ts";
import { type InviteServerInput, type InviteServerState, inviteServer, startInviteServer } from "./invite-server.ts";
import {
  type NonInviteServerInput,
  type NonInviteServerState,
  nonInviteServer,
  startNonInviteServer,
} from "./non-invite-server.ts";
import { responsePeers } from "./response-route.ts";
import { type Shelved, shelve, unshelve } from "./shelf.ts";
import type { TimerName, TransactionEffect } from "./timer-values.ts";
import type { Expiring } from "./wheel.ts";

/** What the user of an INVITE server transaction may want to know. */
export type InviteUser = {
  /** A CANCEL came in time (RFC 3261 §9.2), with its Reason; the user answers the INVITE. */
  cancelled(causes: Causes): void;
  /** A provisional response could not be sent: nobody waits for a final one (RFC 3261 §17.2.4). */
  unreachable?(): void;
};

/** A new request, and the keys that the layer finds its transaction by. */
export type ArrivedRequest = {
  readonly request: SipRequest;
  readonly source: Peer;
  readonly key: string;
  /** Undefined inside a dialog. */
  readonly merge: string | undefined;
};

type ServerAround = Around & { forgetServer(transaction: ServerTransaction): void };

type State = InviteServerState | NonInviteServerState;
type Input = InviteServerInput | NonInviteServerInput;

/** Made by the layer for each new request but ACK; answered with `respond`, by anybody, once. */
export class ServerTransaction implements Expiring {
  bucket: Set<Expiring> | undefined = undefined;
  readonly source: Peer;
  inviteUser: InviteUser | undefined = undefined;
  /** The To tag of our responses, which the response to a CANCEL shares (RFC 3261 §9.2). */
  toTag: string | undefined = undefined;
  readonly key: string;
  readonly merge: string | undefined;
  // No closures here: they would keep the request alive as long as the transaction lingers.
  private readonly around: ServerAround;
  private readonly isInvite: boolean;
  private state: State;
  private kept: SipRequest | undefined;
  private last: Shelved | undefined = undefined;
  private first: Peer;
  private second: Peer;
  private fast: Timer | undefined = undefined;
  private slowName: TimerName = "J";

  constructor({ request, source, key, merge }: ArrivedRequest, around: ServerAround) {
    const reliable = isStream(source.transport);
    const peers = responsePeers(request, source);
    this.kept = request;
    this.source = source;
    this.key = key;
    this.merge = merge;
    this.around = around;
    this.first = peers.first;
    this.second = peers.second;
    this.isInvite = request.method === "INVITE";
    this.state = this.isInvite ? startInviteServer(reliable) : startNonInviteServer(reliable);
  }

  /** The request; undefined once a final response has been sent. */
  get request(): SipRequest | undefined {
    return this.kept;
  }

  get answered(): boolean {
    return this.state.name !== "trying" && this.state.name !== "proceeding";
  }

  /** The ACK to a refusal is here, or none is waited for any more. */
  get acknowledged(): boolean {
    return this.state.name === "confirmed" || this.state.name === "terminated";
  }

  get lingering(): boolean {
    // An INVITE in Completed still waits for its ACK, but nobody above waits with it.
    return this.answered;
  }

  /** Does nothing after a final response. */
  respond(reply: Reply): void {
    if (!this.kept || this.answered) return;
    this.toTag ??= reply.toTag;
    this.last = responseBytes(this.kept, reply);
    this.input({ type: "respond", status: reply.status });
  }

  /** 100, unless something has already been sent: it stops the INVITE's retransmissions (RFC 3261 §17.2.1). */
  trying(): void {
    if (!this.last) this.respond({ status: 100 });
  }

  /** The ACK to the 2xx is here: nothing will be sent again. */
  settle(): void {
    if (this.answered) this.last = undefined;
  }

  /** The 2xx once more, for a dialog that still misses its ACK (RFC 3261 §13.3.1.4). */
  repeatSuccess(): void {
    if (this.state.name === "accepted") this.input({ type: "respond", status: 200 });
  }

  /** The request came again. */
  repeat(): void {
    this.input({ type: "request" });
  }

  /** False when the ACK is not for this transaction but for a dialog (to a 2xx). */
  acknowledge(): boolean {
    if (this.state.name === "accepted") return false;
    this.input({ type: "ack" });
    return true;
  }

  abandon(): void {
    this.state = { name: "terminated" };
    this.release();
  }

  expire(): void {
    this.input({ type: "timer", name: this.slowName });
  }

  private input(input: Input): void {
    const { state } = this;
    const [next, effects]: Step<State, TransactionEffect> = this.isInvite
      ? inviteServer(state as InviteServerState, input as InviteServerInput)
      : nonInviteServer(state as NonInviteServerState, input as NonInviteServerInput);
    this.state = next;
    for (const effect of effects) this.perform(effect);
    if (next.name === "proceeding" || next.name === "trying") return;
    this.kept = undefined;
    this.inviteUser = undefined;
    if (next.name === "confirmed") this.last = undefined;
    if (next.name === "completed") this.last = this.last && shelve(this.last);
    if (next.name === "terminated") this.release();
  }

  private perform(effect: TransactionEffect): void {
    if (effect.type === "send") this.send();
    else if (effect.type === "start") this.startTimer(effect.timer, effect.ms);
    else if (effect.type === "stop") this.stopTimer(effect.timer);
    else if (effect.type === "failed") this.inviteUser?.unreachable?.();
  }

  /** On the stream that the request came by, or on a new one when that is gone (RFC 3261 §18.2.2). */
  private send(): void {
    if (!this.last) return;
    const { network } = this.around;
    const peer = network.reaches(this.first) ? this.first : this.second;
    network.send(peer, unshelve(this.last), () => this.input({ type: "transport-error" }));
  }

  private release(): void {
    this.fast?.cancel();
    this.fast = undefined;
    this.around.wheel.remove(this);
    this.around.forgetServer(this);
  }

  private startTimer(timer: TimerName, ms: number): void {
    if (timer === "G") {
      this.fast = this.around.clock.after(ms, () => this.input({ type: "timer", name: timer }));
      return;
    }
    this.slowName = timer;
    this.around.wheel.add(this, ms);
  }

  private stopTimer(timer: TimerName): void {
    if (timer !== "G") this.around.wheel.remove(this);
    else {
      this.fast?.cancel();
      this.fast = undefined;
    }
  }
}
