// The site file with what was changed while running: entries of the site, soft parameters and the passwords that agents have given themselves, as hashes.
// Everything else stays as it stands there, comments too.

import { isMap, isScalar, isSeq } from "yaml";
import { parameterNames } from "./core/parameter/table.ts";
import { StartProblem } from "./problem.ts";
import { editedText, openText } from "./site-edits.ts";
import { parseSite } from "./site-file.ts";
import type { PasswordRow, SiteEditRow } from "./store/ports.ts";

export type Changed = {
  readonly parameters: Readonly<Record<string, number>>;
  readonly passwords: readonly PasswordRow[];
  readonly edits: readonly SiteEditRow[];
};

/** `source`: the site file, or the demo site as one. */
export type Source = { readonly path: string; readonly text: string };

/** Text of a site file that says what is in force. */
export function exportSite({ path, text: source }: Source, { parameters, passwords, edits }: Changed): string {
  const document = openText(editedText(source, edits).text);
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
