// The log as a port. The shell hands in pino; tests hand in a collector. Secrets never come here;
// full phone numbers only through `debug`.

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export type Log = {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
};

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** The last four characters of a number, the rest as dots: what the log may show above level debug. */
export const maskNumber = (number: string): string =>
  number.length <= 4 ? number : `${"·".repeat(number.length - 4)}${number.slice(-4)}`;
