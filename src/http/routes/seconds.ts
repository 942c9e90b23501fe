// Times of statistics cross in whole seconds.

export const seconds = (ms: number): number => Math.floor(ms / 1000);
