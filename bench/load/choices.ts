// How long the gateway's queues took to choose, as its own metrics tell: seatway_choice_seconds.

/** ms; `p99` is the upper bound of the bucket that holds it, `over` those that took longer than a millisecond. */
export type Choices = { readonly count: number; readonly p50: number; readonly p99: number; readonly over: number };

type Bucket = { readonly bound: number; readonly count: number };

export function choicesIn(text: string): Choices {
  const found = text.matchAll(/^seatway_choice_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm);
  const buckets: readonly Bucket[] = [...found].map(([, bound = "", count]) => ({
    bound: bound === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound) * 1000,
    count: Number(count),
  }));
  const count = buckets.at(-1)?.count ?? 0;
  const rank = (share: number): number =>
    buckets.find((bucket) => bucket.count >= share * count)?.bound ?? Number.POSITIVE_INFINITY;
  const within = buckets.findLast(({ bound }) => bound <= 1)?.count ?? 0;
  return { count, p50: rank(0.5), p99: rank(0.99), over: count - within };
}
