// The order in which servers or trunks are tried: by rank, and among equals drawn by weight (RFC 2782, "Weight").

/** What is ordered. A lower rank goes first. */
export type Ranked = { readonly rank: number; readonly weight: number };

/** `random`: from 0 up to, not including, 1. A weight of 0 is drawn last among its equals, yet not never. */
export function drawOrder<Item extends Ranked>(items: readonly Item[], random: () => number): readonly Item[] {
  const left = items.toSorted((a, b) => a.rank - b.rank || a.weight - b.weight);
  const drawn: Item[] = [];
  while (left.length > 0) {
    const rank = left[0]?.rank;
    const group = left.filter((item) => item.rank === rank);
    const [chosen] = left.splice(drawnIndex(group, random), 1);
    if (chosen) drawn.push(chosen);
  }
  return drawn;
}

/** Sorted by weight, so that those of 0 stand first: the running sum passes them only when the draw is 0. */
function drawnIndex(group: readonly Ranked[], random: () => number): number {
  const sum = group.reduce((total, { weight }) => total + weight, 0);
  const mark = Math.floor(random() * (sum + 1));
  let running = 0;
  return Math.max(
    0,
    group.findIndex(({ weight }) => {
      running += weight;
      return running >= mark;
    }),
  );
}
