// An agent's session as his program keeps it: it signs in until it is let in, gives each command a key, reads the events in one of four
// ways, and signs in anew when the gateway does not know it any more.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Asked, Door, Reply, Told } from "./door.ts";
import type { FindingKind } from "./finding.ts";
import { Reader, type Way } from "./reader.ts";

/** Replies of a gateway that does not know the session. */
export const unknown: ReadonlySet<string> = new Set(["100-006", "000-003"]);

export type SessionOptions = {
  readonly door: Door;
  readonly phone: string;
  readonly way: Way;
  readonly url: string;
  /** Where its events are pushed, for `push`. */
  readonly callBackUri: string;
};

export type SessionEvents = {
  /** It is about to sign in. */
  readonly out: () => void;
  readonly signedIn: () => void;
  /** Whatever went on is over. */
  readonly lost: () => void;
  readonly heard: (event: Told) => void;
  readonly found: (kind: FindingKind, what: string) => void;
};

export class Session {
  readonly reader: Reader;
  /** Commands under way. */
  commands = 0;
  signIns = 0;
  /** The agent has asked for its end. */
  leaving = false;
  readonly #options: SessionOptions;
  readonly #events: SessionEvents;
  #signingIn = false;

  constructor(options: SessionOptions, events: SessionEvents) {
    const { way, door, url } = options;
    this.#options = options;
    this.#events = events;
    this.reader = new Reader(way, door, url, {
      heard: events.heard,
      wrong: (fault, what) =>
        events.found(way === "sse" || way === "ws" ? "stream" : "queue", `${way}: ${fault} ${what}`),
      lost: () => this.lost("its reader was refused"),
    });
  }

  async signIn(): Promise<void> {
    if (this.#signingIn || this.leaving) return;
    this.#signingIn = true;
    this.#events.out();
    this.reader.await();
    try {
      for (let operation = ""; ; operation = "/forcelogin") {
        const { retcode, message } = await this.#options.door.ask(this.#signInAs(operation));
        if (retcode === "0") break;
        if (retcode !== "100-002" && retcode !== "100-021") {
          this.#events.found("stuck", `sign-in: ${retcode} ${message}`);
          await sleep(1_000);
        }
      }
      this.signIns += 1;
      this.#events.signedIn();
      this.reader.begin();
    } finally {
      this.#signingIn = false;
    }
  }

  #signInAs(operation: string): Asked {
    const { door, phone, way, callBackUri } = this.#options;
    const push = way === "push" ? { callBackUri, serviceToken: `token-${door.agent}` } : {};
    return {
      method: "PUT",
      path: `/onlineagent/${door.agent}${operation}`,
      body: { password: "", phonenum: phone, releasephone: true, ...push },
    };
  }

  leave(): Promise<Reply> {
    this.leaving = true;
    this.reader.stop();
    return this.command("DELETE", `/onlineagent/${this.#options.door.agent}/forcelogout`);
  }

  /** Out, and in again. */
  async renew(): Promise<void> {
    await this.leave();
    this.leaving = false;
    this.#events.lost();
    await this.signIn();
  }

  /** The gateway does not know it any more. */
  lost(how: string): void {
    if (this.#signingIn || this.leaving) return;
    this.#events.found("session", how);
    this.reader.stop();
    this.#events.lost();
    void this.signIn();
  }

  async command(method: Asked["method"], path: string, more: Pick<Asked, "body" | "key"> = {}): Promise<Reply> {
    this.commands += 1;
    try {
      const reply = await this.#options.door.ask({ method, path, key: more.key ?? randomUUID(), ...more });
      if (unknown.has(reply.retcode)) this.lost(`${path.split("/").at(-1)}: ${reply.retcode}`);
      return reply;
    } finally {
      this.commands -= 1;
    }
  }

  async handshake(): Promise<void> {
    const path = `/onlineagent/${this.#options.door.agent}/handshake`;
    const { retcode } = await this.#options.door.ask({ method: "POST", path });
    if (unknown.has(retcode)) this.lost(`handshake: ${retcode}`);
  }
}
