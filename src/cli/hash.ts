// `seatway hash`: a password from standard input, so that it stands in no list of processes and no shell history, as the
// scrypt hash that a site file holds.

import { hashPassword } from "../base/password.ts";
import { type ExitCode, exit } from "./exit.ts";
import type { Io } from "./terminal.ts";

/** A sign-in takes 32 characters at most (operations.json). */
const longest = 32;

export async function hash(io: Io): Promise<ExitCode> {
  const password = await io.line();
  if (password.length < 1 || password.length > longest) {
    io.err(`the password on standard input: 1 to ${longest} characters`);
    return exit.usage;
  }
  io.out(await hashPassword(password));
  return exit.done;
}
