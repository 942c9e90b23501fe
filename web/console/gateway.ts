// What the pages of the console ask the gateway: by client/operator.ts, through one cache. A session that is over is told here once.

import { type QueryClient, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { GatewayFault } from "../../src/client/exchange.ts";
import {
  isOperatorRefused,
  type OperatorFetch,
  type OperatorRefused,
  type OperatorRequest,
  operatorClient,
} from "../../src/client/operator.ts";
import type { OperatorReplies } from "../../src/contract/operator-reply.ts";

/** Of this page's own origin: the cookie goes along by itself. */
const sameOrigin: OperatorFetch = async (url, { headers: _, ...init }) => {
  const reply = await fetch(url, init);
  return {
    ...{ status: reply.status, body: reply.body, text: () => reply.text() },
    headers: { get: (name) => reply.headers.get(name), getSetCookie: () => [] },
  };
};

export const gateway = operatorClient({ url: "", fetch: sameOrigin });

/** The gateway has refused, or does not answer. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly refused: OperatorRefused | null;

  constructor(refused: OperatorRefused | null) {
    super(refused?.message ?? "");
    this.refused = refused;
  }
}

export type Fields = NonNullable<OperatorRequest["fields"]>;

/** @throws Refusal; `refused` null: nobody answers. */
export async function ask<Id extends keyof OperatorReplies>(
  id: Id,
  request: OperatorRequest = {},
  signal?: AbortSignal,
): Promise<OperatorReplies[Id]> {
  const value = await gateway.ask(id, request, signal).catch((fault: unknown) => {
    throw fault instanceof GatewayFault ? new Refusal(null) : fault;
  });
  if (isOperatorRefused(value)) throw new Refusal(value);
  return value as OperatorReplies[Id];
}

export const keyOf = (id: keyof OperatorReplies, fields: Fields = {}) => ["operator", id, fields] as const;

export type Answer<Id extends keyof OperatorReplies> = UseQueryResult<OperatorReplies[Id], Error>;

type Asking<Id extends keyof OperatorReplies> = {
  readonly everyMs?: number | ((known: OperatorReplies[Id] | undefined) => number | false);
  readonly retry?: number;
  /** false: it is not asked. */
  readonly when?: boolean;
};

/** `everyMs`: asked again and again while the page is seen, where it says so of what is known. */
export function useAnswer<Id extends keyof OperatorReplies>(
  id: Id,
  fields: Fields = {},
  { everyMs, retry = 1, when = true }: Asking<Id> = {},
): Answer<Id> {
  return useQuery<OperatorReplies[Id], Error>({
    queryKey: keyOf(id, fields),
    queryFn: ({ signal }) => ask(id, { fields }, signal),
    networkMode: "always",
    enabled: when,
    retry: (count, fault) => count < retry && fault instanceof Refusal && fault.refused === null,
    refetchInterval: ({ state }) => (typeof everyMs === "function" ? everyMs(state.data) : (everyMs ?? false)),
  });
}

const isOver = (fault: unknown): boolean => fault instanceof Refusal && fault.refused?.status === 401;

/** The console asks who is signed in as soon as anything says that nobody is. Returns how to stop. */
export function watchSession(queries: QueryClient): () => void {
  return queries.getQueryCache().subscribe((event) => {
    // An old refusal that is still in the cache says nothing of who has signed in since.
    if (event.type !== "updated" || event.action.type !== "error") return;
    const { query } = event;
    if (query.queryKey[0] !== "operator" || query.queryKey[1] === "session" || !isOver(query.state.error)) return;
    queries.setQueryData(keyOf("session"), null);
  });
}
