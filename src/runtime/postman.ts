// The POST that carries pushed events, over undici: it follows no redirect, and has limits for time and for the length of an answer.

import { getCACertificates } from "node:tls";
import type { Agent, request } from "undici";
import type { Post } from "./push.ts";

const CONNECT_MS = 5_000;
/** From the first byte of the request to the last one of the answer. */
const WHOLE_MS = 10_000;
/** An answer says no more than {"message":…,"retcode":…}. */
const LONGEST_ANSWER = 65_536;
/** For one target: a slow one cannot take every socket. */
const CONNECTIONS = 64;

export type Postman = { readonly post: Post; close(): Promise<void> };

type Line = { readonly agent: Agent; readonly ask: typeof request };

/** undici is loaded with the first push: most gateways push nothing, and it is 5 MB. */
async function openLine(ca: string, wholeMs: number): Promise<Line> {
  const undici = await import("undici");
  const agent = new undici.Agent({
    connections: CONNECTIONS,
    maxResponseSize: LONGEST_ANSWER,
    headersTimeout: wholeMs,
    bodyTimeout: wholeMs,
    connect: {
      timeout: CONNECT_MS,
      minVersion: "TLSv1.2",
      ...(ca === "" ? {} : { ca: [...getCACertificates("default"), ca] }),
    },
  });
  return { agent, ask: undici.request };
}

/** `ca`: PEM text of a CA that is trusted beside those of Node.js; "" = none. */
export function openPostman(ca: string, wholeMs = WHOLE_MS): Postman {
  let line: Promise<Line> | undefined;
  return {
    async post({ url, headers, body }) {
      try {
        line ??= openLine(ca, wholeMs);
        const { agent, ask } = await line;
        const signal = AbortSignal.timeout(wholeMs);
        const answer = await ask(url, { method: "POST", headers, body, dispatcher: agent, signal });
        await answer.body.dump({ limit: LONGEST_ANSWER });
        return answer.statusCode;
      } catch (fault) {
        throw new Error(reasonOf(fault));
      }
    },
    close: async () => (await line)?.agent.destroy(),
  };
}

/** The code of the fault (`ECONNREFUSED`, `UND_ERR_…`): its words may quote the request. */
function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return "no answer";
  if ("code" in fault && typeof fault.code === "string") return fault.code;
  return fault.name === "TimeoutError" ? "no answer in time" : fault.name;
}
