// The site file with what was changed while running: soft parameters and the passwords that agents have given themselves, as hashes.
// Everything else stays as it stands there, comments too.

import { readFile } from "node:fs/promises";
import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import { parameterNames } from "./core/parameter/table.ts";
import { StartProblem } from "./problem.ts";
import { parseSite } from "./site-file.ts";
import type { PasswordRow } from "./store/ports.ts";

export type Changed = {
  readonly parameters: Readonly<Record<string, number>>;
  readonly passwords: readonly PasswordRow[];
};

/** Text of a site file that says what is in force. */
export async function exportSite(path: string, { parameters, passwords }: Changed): Promise<string> {
  // As scalars stand in the file: a number with leading zeros keeps them.
  const document = parseDocument(await readFile(path, "utf8"), { schema: "failsafe" });
  for (const [name, value] of Object.entries(parameters))
    if (parameterNames.some((known) => known === name)) document.setIn(["parameters", name], `${value}`);
  const agents = document.get("agents");
  const changed = new Map(passwords.map((row) => [row.agent, row]));
  for (const agent of isSeq(agents) ? agents.items : []) {
    if (!isMap(agent)) continue;
    const own = changed.get(String(agent.get("id")));
    // Somebody has written another one into the file since: that one holds.
    if (own && agent.get("password") === own.insteadOf) setText(agent, own.hash);
  }
  const text = document.toString({ lineWidth: 0 });
  const read = parseSite(path, text);
  if ("problems" in read) throw new StartProblem(read.problems.join("\n"));
  return text;
}

function setText(
  agent: { get(key: string, keep: true): unknown; set(key: string, value: string): void },
  text: string,
) {
  const node = agent.get("password", true);
  if (isScalar(node)) node.value = text;
  else agent.set("password", text);
}
