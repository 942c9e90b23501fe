// The site that the load runs on: as many agents as phones, one trunk. Passwords are empty, which a gateway on loopback
// allows: hashing them is not what is measured here.

export type LoadSite = {
  readonly agents: number;
  /** UDP port of the party's side of the trunk. */
  readonly trunkPort: number;
  /** Ids; without them one. */
  readonly skills?: readonly number[];
  /** What each agent serves, in the site file's words; without it that one skill. */
  readonly served?: readonly string[];
  /** Work number of one more, who looks at the others from the console. */
  readonly supervisor?: string;
};

export const FIRST_SKILL = 25;

const FIRST_AGENT = 1001;
const FIRST_PHONE = 400_001;

/** Agent and phone of one seat, counted from 0. */
export const seat = (index: number): { readonly agent: string; readonly phone: string } => ({
  agent: String(FIRST_AGENT + index),
  phone: String(FIRST_PHONE + index),
});

/** A number of the trunk that is called once in a run, so that each call is found again at the party. */
export const partyNumber = (index: number): string => `9${String(index).padStart(7, "0")}`;

/** The text of a site file. */
export function siteText({ agents, trunkPort, skills = [FIRST_SKILL], served = [], supervisor }: LoadSite): string {
  const seats = Array.from({ length: agents }, (_, index) => seat(index));
  return [
    "agents:",
    ...seats.map(
      ({ agent }, index) =>
        `  - { id: "${agent}", name: Load ${agent}, password: "", skills: [${served[index] ?? FIRST_SKILL}] }`,
    ),
    ...(supervisor ? [`  - { id: "${supervisor}", name: Supervisor, password: "", rights: [supervisor] }`] : []),
    "skills:",
    ...skills.map((id) => `  - { id: ${id}, name: load ${id} }`),
    "phones:",
    ...seats.map(({ phone }) => `  - { number: "${phone}", password: "" }`),
    'callers: ["40038"]',
    'defaultCaller: "40038"',
    `defaultSkill: ${FIRST_SKILL}`,
    "trunks:",
    `  - { name: parties, host: 127.0.0.1, port: ${trunkPort}, patterns: ["9xxxxxxx"], probeMs: 0 }`,
    "",
  ].join("\n");
}
