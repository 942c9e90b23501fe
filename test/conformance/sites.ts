// Site files of the conformance tests: without simulated phones a start is quick, and sessions need none.

/** A poll that has nothing to tell comes back soon, so that "nothing more comes" is cheap to see. */
export const quick = { AGENT_POLL_WAIT_TIMES: "3" } as const;

const agents = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `  - { id: ${101 + index}, name: Agent ${101 + index}, password: "", skills: [25, 26] }`,
  ).join("\n");

const phones = (count: number, password: string): string =>
  Array.from({ length: count }, (_, index) => `  - { number: "${40_001 + index}", password: ${password} }`).join("\n");

export type TrunkLine = { readonly name: string; readonly port: number; readonly pattern: string };

/** Twelve agents and phones; each trunk is another port of this machine. `more`: further lines of the file. */
export const siteWith = (trunks: readonly TrunkLine[], more = ""): string => `
vdn: { id: 1, name: Conformance }
skills:
  - { id: 25, name: voice, mediaType: 5 }
  - { id: 26, name: service, mediaType: 5, caller: "40039" }
  - { id: 27, name: recorded, record: true }
  - { id: 28, name: screened, detect: [progress, answer] }
agents:
${agents(12)}
phones:
${phones(12, "conformance")}
callers: ["40038", "40039"]
defaultCaller: "40038"
defaultSkill: 25
trunks:${trunks.length === 0 ? " []" : ""}
${trunks
  .map(
    ({ name, port, pattern }) =>
      `  - { name: ${name}, host: 127.0.0.1, port: ${port}, patterns: [${pattern}], probeMs: 1000 }`,
  )
  .join("\n")}
${more}
`;

export const bareSite = siteWith([]);

/** Agent 101 has a password, as this hash. */
export const guardedSite = (hash: string): string =>
  bareSite.replace('{ id: 101, name: Agent 101, password: "",', `{ id: 101, name: Agent 101, password: "${hash}",`);
