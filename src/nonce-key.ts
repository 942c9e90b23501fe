// The secret that the nodes behind one edge share (SEATWAY_SIP_NONCE_KEY): read at start, so that a wrong path is told then.

import { readFile } from "node:fs/promises";
import { named, StartProblem } from "./problem.ts";

const LEAST_BYTES = 16;

/** `path` "": nothing is shared. Throws StartProblem; the content is never told. */
export async function readNonceKey(path: string): Promise<{ readonly nonceKey?: Buffer }> {
  if (path === "") return {};
  const setting = `SEATWAY_SIP_NONCE_KEY=${path}`;
  const nonceKey = await named(setting, readFile(path));
  if (nonceKey.length < LEAST_BYTES)
    throw new StartProblem(`${setting}: allowed is a file of ${LEAST_BYTES} bytes or more`);
  return { nonceKey };
}
