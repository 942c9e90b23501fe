// Most calls agree on the same formats: what is equal is kept once, for as long as any number of calls stand on it. Descriptions of
// strangers come in here too, so there is room for so many, and what does not fit is its call's own.

import type { Format } from "./description.ts";
import type { AudioTerms } from "./terms.ts";

const most = 128;
const longestKey = 400;

/** A table of values by their text. It begins anew when it is full. */
function sharing<Value>(textOf: (value: Value) => string): (value: Value) => Value {
  const known = new Map<string, Value>();
  return (value) => {
    const text = textOf(value);
    const shared = known.get(text);
    if (shared || text.length > longestKey) return shared ?? value;
    if (known.size >= most) known.clear();
    known.set(text, value);
    return value;
  };
}

/** The formats of an m-line. */
export const sharedFormats = sharing<readonly Format[]>((formats) =>
  formats.map(({ payload, name, clock, parameters }) => `${payload} ${name} ${clock} ${parameters}`).join("\n"),
);

/** What a peer may send. */
export const sharedHeard = sharing<AudioTerms["heard"]>(
  ({ codecs, event, noise }) =>
    `${event} ${noise}${codecs.map(({ payload, codec }) => ` ${payload} ${codec}`).join("")}`,
);
