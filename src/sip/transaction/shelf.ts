// Messages that wait to be sent once more, for up to 64*T1 behind each call: as text, because a small Buffer is a view of a
// block of 8 kB that it keeps alive.

/** One message: as it was made, or as latin1 text, byte by byte. */
export type Shelved = Buffer | string;

export const shelve = (message: Shelved): string =>
  typeof message === "string" ? message : message.toString("latin1");

export const unshelve = (message: Shelved): Buffer =>
  typeof message === "string" ? Buffer.from(message, "latin1") : message;
