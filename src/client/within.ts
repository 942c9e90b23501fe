// An answer that is waited for no longer than so long.

/** undefined: the time is over, or it was stopped. */
export function within<Value>(value: Promise<Value>, ms: number, signal: AbortSignal): Promise<Value | undefined> {
  const limit = AbortSignal.any([AbortSignal.timeout(ms), signal]);
  return new Promise((resolve, reject) => {
    const over = () => resolve(undefined);
    if (limit.aborted) over();
    limit.addEventListener("abort", over, { once: true });
    value.then(resolve, reject).finally(() => limit.removeEventListener("abort", over));
  });
}
