// How many requests in a time: a bucket that leaks (GCRA, ITU-T I.371), as one number for each key.

/** So many requests in so many seconds, all at once or spread. */
export type Rate = { readonly requests: number; readonly seconds: number };

/** When the bucket is empty again, ms; 0 = it was never used. */
export type Bucket = number;

export type Admission = {
  readonly bucket: Bucket;
  readonly admitted: boolean;
  /** Requests that may come at once now. */
  readonly left: number;
  /** Seconds, rounded up: until one more may come, when there is none left; else until all may. */
  readonly resetS: number;
};

export function admit(bucket: Bucket, rate: Rate, now: number): Admission {
  const windowMs = rate.seconds * 1000;
  const costMs = windowMs / rate.requests;
  const filled = Math.max(bucket, now);
  const after = filled + costMs;
  const admitted = after - now <= windowMs + 1e-6;
  const level = (admitted ? after : filled) - now;
  const left = Math.max(0, Math.floor((windowMs - level + 1e-6) / costMs));
  const untilMs = left === 0 ? level + costMs - windowMs : level;
  return { bucket: admitted ? after : filled, admitted, left, resetS: Math.max(1, Math.ceil((untilMs - 1e-6) / 1000)) };
}
