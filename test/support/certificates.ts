// A CA for one test, and certificates that it signs.

import { generate } from "selfsigned";

export type Pem = { readonly key: string; readonly cert: string };

export const makeCa = (name: string): Promise<Pem> =>
  make(name, { extensions: [{ name: "basicConstraints", cA: true, critical: true }] });

/** For 127.0.0.1, ::1 and the host name `name`. */
export const certificateBy = (ca: Pem, name: string): Promise<Pem> =>
  make(name, {
    ca,
    extensions: [
      {
        name: "subjectAltName",
        altNames: [
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
          { type: 2, value: name },
        ],
      },
    ],
  });

async function make(name: string, more: Parameters<typeof generate>[1]): Promise<Pem> {
  const pems = await generate([{ name: "commonName", value: name }], { keyType: "ec", algorithm: "sha256", ...more });
  return { key: pems.private, cert: pems.cert };
}
