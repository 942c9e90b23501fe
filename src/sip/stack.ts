// What the log says about an exception that nobody expected.

/** The stack, for whatever was thrown. */
export const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
