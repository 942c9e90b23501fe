// One agent under test: asks, carries the newest Guid on, and keeps every reply and event for the rows that look at all of them.

import { ask, headerOf, type Order, type Reply, type Request } from "./conformance-client.ts";

export type Told = { readonly eventType: string; readonly workNo: unknown; readonly content: unknown };

/** How long a call may take to say what is expected of it. */
const PATIENCE_MS = 60_000;

export class TestedSession {
  readonly order: Order;
  readonly replies: Reply[] = [];
  readonly told: Told[] = [];
  guid = "";
  private readonly now: () => number;

  constructor(order: Order, now: () => number) {
    this.order = order;
    this.now = now;
  }

  async ask(line: string, body?: unknown, headers?: Request["headers"]): Promise<Reply> {
    const own = this.guid === "" ? {} : { Guid: this.guid };
    const reply = await ask(this.order, { line, body, headers: headers ?? own });
    this.replies.push(reply);
    const newest = headerOf(reply, "Set-GUID")?.replace("JSESSIONID=", "");
    if (newest && headers === undefined) this.guid = newest;
    return reply;
  }

  async code(line: string, body?: unknown): Promise<string> {
    return String((await this.ask(line, body)).envelope?.retcode);
  }

  signIn(): Promise<Reply> {
    const { phone: phonenum, password } = this.order;
    return this.ask("PUT /onlineagent/@/forcelogin", { password, phonenum, status: "4", releasephone: "true" });
  }

  /** Polls until an event of this name has come; what came on the way, it included. */
  async until(eventType: string): Promise<readonly Told[]> {
    const from = this.told.length;
    const end = this.now() + PATIENCE_MS;
    while (this.now() < end) {
      const { envelope } = await this.ask("GET /agentevent/@");
      if (envelope?.retcode !== "0") throw new Error(`the poll was answered ${JSON.stringify(envelope)}`);
      const event = envelope.event as Told | undefined;
      if (event) this.told.push(event);
      if (event?.eventType === eventType) return this.told.slice(from);
    }
    const came = this.told.slice(from).map((each) => each.eventType);
    throw new Error(`${eventType} did not come; there came ${came.join(", ") || "nothing"}`);
  }
}
