// The ng control protocol of rtpengine over UDP: `cookie SP bencoded dictionary`, answered under the same cookie. A request that
// gets no answer is sent again with its cookie, for which rtpengine repeats the answer that it gave instead of acting twice.

import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { Clock, Timer } from "../../base/clock.ts";
import { type Dictionary, decode, encode } from "./bencode.ts";

/** When a request is sent again, ms after the time before, and when it is given up. */
const patienceMs = [150, 300, 600, 950] as const;

/** What rtpengine did not do. `no-answer`: nobody is there; `refused`: it says why. */
export class NgFault extends Error {
  readonly kind: "no-answer" | "refused";

  constructor(kind: NgFault["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

export type NgClientOptions = {
  readonly clock: Clock;
  /** An address, not a name. */
  readonly host: string;
  readonly port: number;
};

type Waiting = {
  readonly request: Buffer;
  readonly resolve: (answer: Dictionary) => void;
  readonly reject: (fault: NgFault) => void;
  sent: number;
  timer: Timer | null;
};

export class NgClient {
  readonly #options: NgClientOptions;
  readonly #socket: Socket;
  readonly #waiting = new Map<string, Waiting>();
  /** Cookies of another process, or of this one before a restart, must not be ours. */
  readonly #prefix = randomBytes(6).toString("hex");
  #asked = 0;
  #closed = false;

  static async open(options: NgClientOptions): Promise<NgClient> {
    const socket = createSocket(isIPv6(options.host) ? "udp6" : "udp4");
    socket.connect(options.port, options.host);
    await once(socket, "connect");
    return new NgClient(options, socket);
  }

  private constructor(options: NgClientOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    socket.on("message", (datagram) => this.#hear(datagram));
    // ICMP "port unreachable": the request is tried again and then given up.
    socket.on("error", () => {});
    socket.unref();
  }

  /** Resolves with rtpengine's answer whose `result` is not `error`; rejects with an NgFault. */
  ask(command: string, parameters: Dictionary = {}): Promise<Dictionary> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new NgFault("no-answer", "the control socket is closed"));
        return;
      }
      this.#asked += 1;
      const cookie = `${this.#prefix}_${this.#asked}`;
      const request = Buffer.concat([Buffer.from(`${cookie} `), encode({ ...parameters, command })]);
      const waiting: Waiting = { request, resolve, reject, sent: 0, timer: null };
      this.#waiting.set(cookie, waiting);
      this.#send(cookie, waiting, command);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { timer, reject } of this.#waiting.values()) {
      timer?.cancel();
      reject(new NgFault("no-answer", "the control socket is closed"));
    }
    this.#waiting.clear();
    this.#socket.close();
  }

  #send(cookie: string, waiting: Waiting, command: string): void {
    const wait = patienceMs[waiting.sent];
    if (wait === undefined) {
      this.#waiting.delete(cookie);
      waiting.reject(new NgFault("no-answer", `no answer to ${command}`));
      return;
    }
    waiting.sent += 1;
    this.#socket.send(waiting.request, () => {});
    waiting.timer = this.#options.clock.after(wait, () => this.#send(cookie, waiting, command));
  }

  #hear(datagram: Buffer): void {
    const space = datagram.indexOf(" ");
    const cookie = datagram.toString("latin1", 0, Math.max(0, space));
    const waiting = this.#waiting.get(cookie);
    if (!waiting) return;
    const answer = decode(datagram.subarray(space + 1));
    // What cannot be read is as good as lost.
    if (typeof answer !== "object" || Array.isArray(answer)) return;
    this.#waiting.delete(cookie);
    waiting.timer?.cancel();
    const { result, "error-reason": reason } = answer as Dictionary;
    if (result === "error") waiting.reject(new NgFault("refused", String(reason ?? "no reason given")));
    else waiting.resolve(answer as Dictionary);
  }
}
