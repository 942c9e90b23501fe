// Our credentials of ICE towards a browser (RFC 8839 §5.4: 24 and 144 bits).

import { randomBytes } from "node:crypto";

export type Ice = () => { readonly ufrag: string; readonly password: string };

/** Drawn when first asked for, because most legs are no browser's; the same ones from then on. */
export function newIce(): Ice {
  let drawn: ReturnType<Ice> | undefined;
  return () => {
    drawn ??= { ufrag: randomBytes(3).toString("base64"), password: randomBytes(18).toString("base64") };
    return drawn;
  };
}
