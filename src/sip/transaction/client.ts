// One client transaction: a machine (invite-client.ts or non-invite-client.ts) with its request, its timers and its user.

import type { Clock, Timer } from "../../base/clock.ts";
import type { Step } from "../../base/step.ts";
import type { Peer } from "../face.ts";
import type { SipResponse } from "../message/parse.ts";
import { type RequestDraft, requestBytes } from "../message/serialise.ts";
import { own } from "../message/syntax.ts";
import { isStream, isWebSocket } from "../transport/kinds.ts";
import type { Network } from "../transport/network.ts";
import {
  type InviteClientInput,
  type InviteClientState,
  inviteClient,
  resumeInviteClient,
  startInviteClient,
} from "./invite-client.ts";
import type { LargeRequests } from "./large-request.ts";
import { clientKey } from "./matching.ts";
import {
  type NonInviteClientInput,
  type NonInviteClientState,
  nonInviteClient,
  startNonInviteClient,
} from "./non-invite-client.ts";
import { type Shelved, shelve, unshelve } from "./shelf.ts";
import type { TimerName, TransactionEffect } from "./timer-values.ts";
import type { Expiring, Wheel } from "./wheel.ts";

/** Who has sent the request. */
export type ClientUser = {
  /** Provisional and final responses; for an INVITE each 2xx, also those of forks and those that came again. */
  response(response: SipResponse): void;
  /** No final response will come. */
  failed(why: "timeout" | "transport"): void;
};

/** What a transaction needs of its layer. */
export type Around = { readonly clock: Clock; readonly network: Network; readonly wheel: Wheel };

type ClientAround = Around & { readonly large: LargeRequests; forget(transaction: ClientTransaction): void };

export type ClientRequest = {
  readonly draft: RequestDraft;
  readonly user: ClientUser;
  readonly branch: string;
  readonly way: Way;
  /** Runs once, when the final response is here or will never come. */
  readonly over?: (() => void) | undefined;
  /** Where the request goes when the first way, taken for its size, is none. */
  readonly otherwise: Way | undefined;
};

/** Where a request goes, with the Via of that transport. */
export type Way = { readonly peer: Peer; readonly via: string; readonly bytes: Buffer };

type State = InviteClientState | NonInviteClientState;
type Input = InviteClientInput | NonInviteClientInput;

/** Made and started by the layer; `key` finds it when a response comes. */
export class ClientTransaction implements Expiring {
  bucket: Set<Expiring> | undefined = undefined;
  readonly key: string;
  /** Where it is sent. */
  peer: Peer;
  // No closures here: they would keep the request and its user alive as long as the transaction lingers.
  private readonly around: ClientAround;
  private readonly isInvite: boolean;
  private state: State;
  /** Until the final response; afterwards only `bytes` (an ACK) is left, so that a finished call weighs little. */
  private request: ClientRequest | undefined;
  private user: ClientUser | undefined;
  private bytes: Shelved | undefined;
  /** Until the first response. */
  private otherwise: Way | undefined;
  private over: (() => void) | undefined;
  private started = false;
  private fast: Timer | undefined = undefined;
  private slowName: TimerName = "B";

  constructor(request: ClientRequest, around: ClientAround) {
    this.request = request;
    this.user = request.user;
    this.key = own(clientKey(request.branch, request.draft.method));
    this.peer = request.way.peer;
    this.around = around;
    this.bytes = request.way.bytes;
    this.otherwise = request.otherwise;
    this.over = request.over;
    this.isInvite = request.draft.method === "INVITE";
    this.state = { name: "terminated" };
  }

  get branch(): string {
    return this.key.slice(0, this.key.indexOf(" "));
  }

  /** The final response is here (or will never come). */
  get lingering(): boolean {
    if (this.isWaiting) return false;
    return this.state.name === "completed" || this.state.name === "accepted" || this.state.name === "terminated";
  }

  /** Nothing has been sent yet. */
  get isWaiting(): boolean {
    return !this.started && this.user !== undefined;
  }

  /** Sends the request, unless it was abandoned meanwhile. */
  start(): void {
    if (this.user === undefined) return;
    this.started = true;
    const reliable = isStream(this.peer.transport);
    this.take(this.isInvite ? startInviteClient(reliable) : startNonInviteClient(reliable), undefined);
  }

  /** Goes on with an INVITE that another process has sent. */
  resume(): void {
    this.started = true;
    this.take(resumeInviteClient(isStream(this.peer.transport)), undefined);
  }

  /** A response that matches (RFC 3261 §17.1.3). */
  receive(response: SipResponse): void {
    this.otherwise = undefined;
    this.input({ type: "response", status: response.status }, response);
  }

  /** After a CANCEL the INVITE must end within 64*T1. */
  cancelled(): void {
    this.input({ type: "cancelled" }, undefined);
  }

  /** Whether its messages go over the stream to this peer. */
  isSentTo(peer: Peer): boolean {
    return this.peer.transport === peer.transport && this.peer.port === peer.port && this.peer.address === peer.address;
  }

  notSent(): void {
    if (this.otherwise) this.goTheOtherWay(this.otherwise);
    else this.input({ type: "transport-error" }, undefined);
  }

  /** The connection that it was sent over is gone. */
  connectionLost(): void {
    if (this.isWaiting) return;
    if (isWebSocket(this.peer)) this.input({ type: "peer-gone" }, undefined);
    else this.notSent();
  }

  /** §18.1.1: nobody takes TCP there, so the datagram has to do. */
  private goTheOtherWay(way: Way): void {
    this.otherwise = undefined;
    this.around.large.noTcpAt(this.peer);
    if (!this.request) return;
    this.fast?.cancel();
    this.around.wheel.remove(this);
    this.peer = way.peer;
    this.bytes = way.bytes;
    this.request = { ...this.request, way };
    this.start();
  }

  /** From now on somebody else hears what comes. */
  handTo(user: ClientUser): void {
    this.user = user;
  }

  /** Nobody wants it any more, and it has not been sent. */
  withdraw(): void {
    this.settle();
    this.abandon();
  }

  /** The endpoint closes: no timer, no report. */
  abandon(): void {
    this.user = undefined;
    this.state = { name: "terminated" };
    this.release();
  }

  /** The wheel says that the slow timer has run out. */
  expire(): void {
    this.input({ type: "timer", name: this.slowName }, undefined);
  }

  private input(input: Input, response: SipResponse | undefined): void {
    const { state } = this;
    const next = this.isInvite
      ? inviteClient(state as InviteClientState, input as InviteClientInput)
      : nonInviteClient(state as NonInviteClientState, input as NonInviteClientInput);
    this.take(next, response);
  }

  private take([state, effects]: Step<State, TransactionEffect>, response: SipResponse | undefined): void {
    this.state = state;
    const { user } = this;
    for (const effect of effects) {
      // The user comes last: what he does (a new request, a hang-up) finds the machine in its new state.
      if (effect.type !== "deliver" && effect.type !== "failed") this.perform(effect, response);
    }
    if (this.lingering) this.lighten();
    for (const effect of effects) {
      if (effect.type === "deliver" && response) user?.response(response);
      else if (effect.type === "failed") user?.failed(effect.why);
    }
  }

  private perform(effect: TransactionEffect, response: SipResponse | undefined): void {
    switch (effect.type) {
      case "send":
        this.send();
        break;
      case "send-ack":
        this.sendAck(response);
        break;
      case "start":
        this.startTimer(effect.timer, effect.ms);
        break;
      case "stop":
        this.stopTimer(effect.timer);
        break;
    }
  }

  private send(): void {
    const { peer, bytes } = this;
    // What went wrong on the first way is no news once the second one is taken.
    if (bytes) this.around.network.send(peer, unshelve(bytes), () => this.peer === peer && this.notSent());
  }

  /** The ACK for 300-699 belongs to the transaction: same branch, the response's To (RFC 3261 §17.1.1.3). */
  private sendAck(response: SipResponse | undefined): void {
    if (this.request && response) {
      const { draft, way } = this.request;
      const to = response.headers.get("to") ?? draft.to;
      this.bytes = shelve(requestBytes({ ...draft, method: "ACK", to, extra: "", body: "" }, way.via));
      this.request = undefined;
    }
    if (this.bytes) this.around.network.send(this.peer, unshelve(this.bytes));
  }

  private settle(): void {
    const { over } = this;
    this.over = undefined;
    over?.();
  }

  private lighten(): void {
    this.settle();
    this.request = undefined;
    if (this.state.name !== "completed" || !this.isInvite) this.bytes = undefined;
    if (this.state.name === "accepted") return;
    this.user = undefined;
    if (this.state.name === "terminated") this.release();
  }

  private release(): void {
    this.fast?.cancel();
    this.fast = undefined;
    this.around.wheel.remove(this);
    this.around.forget(this);
  }

  private startTimer(timer: TimerName, ms: number): void {
    if (timer === "A" || timer === "E") {
      this.fast = this.around.clock.after(ms, () => this.input({ type: "timer", name: timer }, undefined));
      return;
    }
    this.slowName = timer;
    this.around.wheel.add(this, ms);
  }

  private stopTimer(timer: TimerName): void {
    if (timer !== "A" && timer !== "E") this.around.wheel.remove(this);
    else {
      this.fast?.cancel();
      this.fast = undefined;
    }
  }
}
