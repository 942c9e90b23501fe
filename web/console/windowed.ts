// Of a long grid of equal tiles only the rows that are seen, and some around them, are in the page: five hundred agents cost no more than
// fifty. The rest of the grid is room above and below.

import { useLayoutEffect, useRef, useState } from "react";

export type Windowed = {
  /** Of the items that are in the page; `end` is the first that is not. */
  readonly begin: number;
  readonly end: number;
  /** Room for the rows above and below, px. */
  readonly above: number;
  readonly below: number;
};

/** `row`: height of a tile and of the gap below it, px. */
type Grid = { readonly columns: number; readonly row: number };

/** Rows beyond each edge of the window: who goes on by keyboard finds the next tile there. So many are there in any case. */
const SPARE_ROWS = 4;

/** `top`: of the grid, from the top of the window; `height`: of the window; both px. `focused`: an item that has to be there. */
export function windowOf(
  count: number,
  { columns, row }: Grid,
  { top, height, focused }: { readonly top: number; readonly height: number; readonly focused?: number },
): Windowed {
  const rows = Math.ceil(count / columns);
  const focusedRow = focused === undefined ? undefined : Math.floor(focused / columns);
  const seenFrom = Math.min(Math.floor(-top / row), focusedRow ?? Number.POSITIVE_INFINITY);
  const seenTo = Math.max(Math.ceil((height - top) / row), focusedRow === undefined ? 0 : focusedRow + 1);
  const first = Math.max(0, Math.min(seenFrom - SPARE_ROWS, rows - SPARE_ROWS));
  const last = Math.min(rows, seenTo + SPARE_ROWS);
  return {
    begin: first * columns,
    end: Math.min(count, last * columns),
    above: first * row,
    below: (rows - last) * row,
  };
}

const isSame = (one: Windowed, other: Windowed): boolean =>
  one.begin === other.begin && one.end === other.end && one.above === other.above && one.below === other.below;

/** As the style sheet has laid the grid out. */
function gridOf(list: HTMLElement): Grid {
  const style = getComputedStyle(list);
  const gap = Number.parseFloat(style.rowGap) || 0;
  const tile = Number.parseFloat(style.gridAutoRows) || 1;
  return { columns: style.gridTemplateColumns.split(" ").length, row: tile + gap };
}

/** The list is a grid with `grid-auto-rows`, in a page that scrolls as a whole. */
export function useWindowed(count: number) {
  const list = useRef<HTMLUListElement>(null);
  const [shown, setShown] = useState<Windowed>({ begin: 0, end: Math.min(count, 40), above: 0, below: 0 });
  useLayoutEffect(() => {
    const { current } = list;
    if (!current) return;
    let grid = gridOf(current);
    const look = (focused?: number): void => {
      const { top } = current.getBoundingClientRect();
      const next = windowOf(count, grid, { top, height: innerHeight, ...(focused !== undefined && { focused }) });
      setShown((before) => (isSame(before, next) ? before : next));
    };
    const scrolled = (): void => look();
    // The window has not been scrolled yet: whoever goes on by keyboard at once finds the next tile all the same.
    const focused = ({ target }: FocusEvent): void => {
      const item = target instanceof Element ? target.closest("[aria-posinset]") : null;
      look(Number(item?.getAttribute("aria-posinset") ?? 1) - 1);
    };
    const resized = new ResizeObserver(() => {
      grid = gridOf(current);
      look();
    });
    look();
    resized.observe(current);
    // What stands above it may grow.
    resized.observe(document.body);
    addEventListener("scroll", scrolled, { passive: true });
    current.addEventListener("focusin", focused);
    return () => {
      resized.disconnect();
      removeEventListener("scroll", scrolled);
      current.removeEventListener("focusin", focused);
    };
  }, [count]);
  return [list, shown] as const;
}
