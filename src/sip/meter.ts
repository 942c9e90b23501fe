// What crosses the sockets, told to whoever counts it. Labels come from tables: nobody outside can make up new ones without end.

import type { EndpointOptions, SipDrop } from "./face.ts";
import type { SipMessage } from "./message/parse.ts";
import { isKnownStatus } from "./message/reason.ts";
import { isMalformed } from "./message/syntax.ts";

export type Meter = {
  received(message: SipMessage): void;
  sent(bytes: Buffer): void;
  dropped(reason: SipDrop): void;
  overload(began: boolean): void;
};

const METHODS: ReadonlySet<string> = new Set([
  ...["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "UPDATE"],
  ...["INFO", "REFER", "NOTIFY", "SUBSCRIBE", "MESSAGE", "PUBLISH"],
]);

const methodOf = (method: string): string => (METHODS.has(method) ? method : "other");
const statusOf = (status: number): string => (isKnownStatus(status) ? `${status}` : `${Math.floor(status / 100)}xx`);

/** Undefined when nobody counts. */
export function meter({ report }: Pick<EndpointOptions, "report">): Meter | undefined {
  if (!report) return undefined;
  return {
    received(message) {
      if (message.kind === "request") {
        report({ type: "request", direction: "in", method: methodOf(message.method) });
        return;
      }
      const cseq = message.headers.cseq();
      const method = isMalformed(cseq) ? "other" : methodOf(cseq.method);
      report({ type: "response", direction: "in", method, status: statusOf(message.status) });
    },
    sent(bytes) {
      const first = bytes.toString("latin1", 0, 16);
      if (!first.startsWith("SIP/2.0 ")) {
        report({ type: "request", direction: "out", method: methodOf(first.slice(0, first.indexOf(" "))) });
        return;
      }
      const status = statusOf(Number(first.slice(8, 11)));
      report({ type: "response", direction: "out", method: methodOf(methodIn(bytes)), status });
    },
    dropped: (reason) => report({ type: "dropped", reason }),
    overload: (began) => report({ type: "overload", began }),
  };
}

const CSEQ = "\r\nCSeq: ";

/** Of a response as serialise.ts writes it. */
function methodIn(bytes: Buffer): string {
  const at = bytes.indexOf(CSEQ, 0, "latin1");
  if (at < 0) return "";
  const line = bytes.toString("latin1", at + CSEQ.length, at + CSEQ.length + 32);
  return /^\d+[ \t]+([A-Z]+)/.exec(line)?.[1] ?? "";
}
