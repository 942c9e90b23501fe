// The agent's calls from before, as the gateway's records have them.

import { useInfiniteQuery } from "@tanstack/react-query";
import type { AgentCallRecord } from "../../../src/client/connect.ts";
import { useCommands, useModel } from "./use-desk.tsx";

/** Those that this session has not shown already. */
export function useEarlier() {
  const { ownCalls } = useCommands();
  const { agent, desk } = useModel();
  const here = new Set(desk.calls.map(({ id }) => id));
  const found = useInfiniteQuery({
    queryKey: ["calls", agent],
    queryFn: ({ pageParam }) => ownCalls(pageParam),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next ?? undefined,
    networkMode: "always",
    retry: false,
  });
  const calls = (found.data?.pages ?? []).flatMap((page) => page.calls);
  return { ...found, calls: calls.filter(({ callId, outcome }) => outcome !== "live" && !here.has(callId)) };
}

const directions = { outgoing: "out", incoming: "in", internal: "inside", help: "inside" } as const;

export const directionOf = ({ kind }: AgentCallRecord) => directions[kind] ?? "inside";
