// The live board in the browser: a snapshot, then rows that have changed put over it. One clock for every time on the page.

import { useEffect, useRef, useState } from "react";
import type { Board, BoardItem } from "../../src/contract/board.ts";
import { duration, every, now } from "../clock.ts";
import { gateway } from "./gateway.ts";

export type Line = "opening" | "live" | "away";

export type BoardNow = { readonly board: Board | null; readonly line: Line };

/** Rows that have not changed stay the same objects: whoever shows one has nothing to do. */
export function after(board: Board | null, item: BoardItem): Board | null {
  if (item.type === "snapshot") return item;
  if (!board) return null;
  const changed = new Map((item.agents ?? []).map((agent) => [agent.id, agent]));
  const agents = changed.size === 0 ? board.agents : board.agents.map((agent) => changed.get(agent.id) ?? agent);
  return { agents, skills: item.skills ?? board.skills, figures: item.figures ?? board.figures };
}

export function useBoard(over: () => void): BoardNow {
  const [state, setState] = useState<BoardNow>({ board: null, line: "opening" });
  const told = useRef(over);
  told.current = over;
  useEffect(() => {
    const stopper = new AbortController();
    const observer = {
      item: (item: BoardItem) => setState(({ board }) => ({ board: after(board, item), line: "live" })),
      state: (line: "live" | "away" | "signed-out") => {
        if (line === "signed-out") told.current();
        else setState(({ board }) => ({ board, line }));
      },
    };
    void gateway.follow(observer, stopper.signal);
    return () => stopper.abort();
  }, []);
  return state;
}

/** Each `data-since` below it shows how long that is ago, by the gateway's clock. The texts are none of React's. */
export function useTicking(at: number) {
  const place = useRef<HTMLDivElement>(null);
  const ahead = useRef(0);
  ahead.current = at === 0 ? 0 : at - now();
  useEffect(() => {
    const { current } = place;
    if (!current) return;
    const tick = () => {
      const moment = now() + ahead.current;
      for (const clock of current.querySelectorAll<HTMLElement>("[data-since]"))
        write(clock, duration(moment - Number(clock.dataset["since"])));
    };
    tick();
    // What has just come into the page, or has begun anew, does not wait for the next second.
    const changed = new MutationObserver(tick);
    changed.observe(current, { subtree: true, childList: true, attributeFilter: ["data-since"] });
    const stop = every(1000, tick);
    return () => {
      changed.disconnect();
      stop();
    };
  }, []);
  return place;
}

/** In the text that is there already: a node less to lay out, and none for an observer of nodes. */
function write(clock: HTMLElement, text: string): void {
  if (clock.firstChild === null) clock.textContent = text;
  else if (clock.firstChild.nodeValue !== text) clock.firstChild.nodeValue = text;
}
