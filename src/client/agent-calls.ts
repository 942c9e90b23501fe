// An agent's own calls and their wrap-ups (contract/agent-calls.ts). Beside the interface: replies without its envelope, refusals with it.

import {
  type AgentCallPage,
  type AgentCallRecord,
  agentCallsPath,
  type WrapUp,
  wrapUpPath,
} from "../contract/agent-calls.ts";
import { type Exchange, GatewayFault, type Read, type Reply } from "./exchange.ts";
import { pathSegment } from "./path-segment.ts";
import { refusal } from "./refusal.ts";
import { list, record } from "./shape.ts";

export type { AgentCallPage, AgentCallRecord, WrapUp } from "../contract/agent-calls.ts";

const calls = list(
  record<AgentCallRecord>({ callId: "string", kind: "string", outcome: "string", startedAt: "string" }),
);
const page: Read<AgentCallPage> = (value) => {
  const found = record<AgentCallPage>({})(value);
  const rows = calls(found?.calls ?? undefined);
  return found && rows ? { calls: rows, next: found.next ?? null } : undefined;
};
const wrapUp = record<WrapUp>({ name: "string", notes: "string", at: "string" });
const refusedBody = record<{ readonly retcode: string; readonly message: string }>({
  retcode: "string",
  message: "string",
});

export function agentCalls(exchange: Exchange, agent: string, signal: AbortSignal) {
  const ask = async <Result>(
    path: string,
    read: Read<Result>,
    send?: { readonly method: "PUT"; readonly body: unknown },
  ): Promise<Reply<Result>> => {
    const reply = await exchange.open(path, signal, send);
    const body = parsed(await reply.text());
    const result = reply.status === 200 ? read(body) : undefined;
    if (result !== undefined) return { ok: true, result, message: "" };
    const refused = refusedBody(body);
    if (refused) return refusal(refused.retcode, refused.message);
    throw new GatewayFault("malformed", `HTTP ${reply.status} in place of the agent's calls`);
  };
  const own = (path: string) => path.replace("{id}", pathSegment(agent));
  return {
    /** The newest first; `after`: `next` of the page before. */
    ownCalls: ({ after = "", limit = 20 }: { readonly after?: string; readonly limit?: number } = {}) =>
      ask(`${own(agentCallsPath)}?${new URLSearchParams({ limit: String(limit), after })}`, page),
    /** In place of what he has said about this call before; `code` null: none. */
    wrapUp: (callId: string, said: { readonly code: number | null; readonly notes: string }) =>
      ask(own(wrapUpPath).replace("{callid}", pathSegment(callId)), wrapUp, {
        method: "PUT",
        body: { code: said.code ?? 0, notes: said.notes },
      }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
