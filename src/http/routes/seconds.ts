// Times of statistics cross in whole seconds; those across which the clock was set back are none.

export const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1000));
