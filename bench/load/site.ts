// The site that the load runs on: as many agents as phones, one trunk. Passwords are empty, which a gateway on loopback
// allows: hashing them is not what is measured here.

export type LoadSite = {
  readonly agents: number;
  /** UDP port of the party's side of the trunk. */
  readonly trunkPort: number;
};

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
export function siteText({ agents, trunkPort }: LoadSite): string {
  const seats = Array.from({ length: agents }, (_, index) => seat(index));
  return [
    "agents:",
    ...seats.map(({ agent }) => `  - { id: "${agent}", name: Load ${agent}, password: "", skills: [25] }`),
    "skills:",
    "  - { id: 25, name: load }",
    "phones:",
    ...seats.map(({ phone }) => `  - { number: "${phone}", password: "" }`),
    'callers: ["40038"]',
    'defaultCaller: "40038"',
    "defaultSkill: 25",
    "trunks:",
    `  - { name: parties, host: 127.0.0.1, port: ${trunkPort}, patterns: ["9xxxxxxx"], probeMs: 0 }`,
    "",
  ].join("\n");
}
