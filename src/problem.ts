// Whatever keeps the gateway from starting is one line that names the setting.

/** Why it does not start: `message` is that line (or one line for each mistake in a site file). */
export class StartProblem extends Error {
  override readonly name = "StartProblem";
}

type Told = { readonly problem: string } | { readonly problems: readonly string[] };

/** The part, or the line that came in its place. */
export function must<Part extends object>(part: Part | Told): Part {
  if ("problem" in part) throw new StartProblem(part.problem);
  if ("problems" in part) throw new StartProblem(part.problems.join("\n"));
  return part;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use: end the program that has it, or set another port",
  EACCES: "this user may not open the port",
  EADDRNOTAVAIL: "SEATWAY_HOST is not an address of this machine",
};

/** Awaits a part whose faults do not name the setting that they come from. */
export async function named<Part>(setting: string, opening: Promise<Part>): Promise<Part> {
  try {
    return await opening;
  } catch (fault) {
    const code = fault instanceof Error && "code" in fault ? String(fault.code) : "";
    throw new StartProblem(`${setting}: ${reasons[code] ?? (fault instanceof Error ? fault.message : String(fault))}`);
  }
}
