// The flow that we have registered over, held open (RFC 5626 §4.4): a double CRLF on a stream, a STUN Binding request over UDP,
// as often as the registrar's Flow-Timer says.

import type { Timer } from "../../base/clock.ts";
import type { Peer } from "../face.ts";
import type { HeaderFields } from "../message/header-fields.ts";
import { digits } from "../message/syntax.ts";
import { isStream } from "../transport/kinds.ts";
import { bindingRequest } from "../transport/stun.ts";
import type { UserAgent } from "./user-agent.ts";

/** Seconds, when the registrar names none: the upper ends of §4.4.1 and §4.4.2. */
const STREAM_S = 120;
const DATAGRAM_S = 29;
const MAX_S = 86_400;
const PING = Buffer.from("\r\n\r\n");

export class KeptFlow {
  private readonly agent: UserAgent;
  private peer: Peer | undefined = undefined;
  private timer: Timer | undefined = undefined;

  constructor(agent: UserAgent) {
    this.agent = agent;
  }

  /** `headers`: of the registrar's 200. */
  keep(peer: Peer, headers: HeaderFields): void {
    this.leave();
    this.peer = peer;
    const told = digits(headers.get("flow-timer") ?? "", MAX_S);
    const seconds = told || (isStream(peer.transport) ? STREAM_S : DATAGRAM_S);
    this.beat(peer, seconds * 1_000);
  }

  isOver({ transport, address, port }: Peer): boolean {
    const { peer } = this;
    return peer !== undefined && peer.transport === transport && peer.address === address && peer.port === port;
  }

  leave(): void {
    this.peer = undefined;
    this.timer?.cancel();
  }

  /** §4.4.1: at 80 to 100 % of the time, so that many clients do not beat as one. */
  private beat(peer: Peer, ms: number): void {
    this.timer = this.agent.clock.after(ms * (0.8 + 0.2 * Math.random()), () => {
      this.agent.layer.network.send(peer, isStream(peer.transport) ? PING : bindingRequest());
      this.beat(peer, ms);
    });
  }
}
