// The demo site: what the gateway serves when there is no site file. Agents without passwords, so it runs on loopback
// only (checkExposure). Phones and trunk parties are played by the simulator, a process of its own.

import type { Right, Site, SitePhone, SiteTrunk } from "./core/site.ts";

/** Bytes from the system's generator; a test hands in its own. */
export type Random = (bytes: number) => Uint8Array;

/** 40038 is the platform's caller number and a phone as well. */
const caller = "40038";
const agents = Array.from({ length: 20 }, (_, index) => `${101 + index}`);
const phones = [...Array.from({ length: 20 }, (_, index) => `${40_001 + index}`), caller];

/** Two of them may inspect the others. */
const rightsOf = (agent: string): readonly Right[] => {
  if (agent === "119") return ["agent", "supervisor"];
  return agent === "120" ? ["agent", "supervisor", "administrator"] : ["agent"];
};

/** Where the simulator's trunk parties listen, known once it runs. */
export type TrunkPeer = Pick<SiteTrunk, "host" | "port" | "transport">;

/** 96 random bits, new at each start: whoever reads them from the terminal may register in a phone's place. */
const phoneWith =
  (random: Random) =>
  (number: string): SitePhone => ({ number, password: Buffer.from(random(12)).toString("base64url") });

/** The phones' credentials come first: the simulator needs them before its trunk has an address. */
export const demoPhones = (random: Random): readonly SitePhone[] => phones.map(phoneWith(random));

/** The demo site over these phones, its trunk at `peer`. 999 and the like have no route. */
export const demoSite = (accounts: readonly SitePhone[], peer: TrunkPeer): Site => ({
  vdn: { id: 1, name: "Demo" },
  agents: agents.map((id) => ({ id, name: `Agent ${id}`, password: "", skills: [25, 26], rights: rightsOf(id) })),
  skills: [
    { id: 25, name: "voice", mediaType: 5, queue: { maxWaiting: 50, maxWaitMs: 600_000 } },
    { id: 26, name: "service", mediaType: 5 },
    { id: 27, name: "screened", mediaType: 5, detect: ["progress", "answer"] },
  ],
  phones: accounts,
  callers: [caller, "40039"],
  defaultCaller: caller,
  defaultSkill: 25,
  trunks: [{ name: "demo", ...peer, patterns: ["4xxxx", "1xxxxxxxxxx"], priority: 1, probeMs: 5000 }],
  numbers: [
    { pattern: "8000", to: { skill: 25 } },
    { pattern: "8001", to: { skill: 26 }, priority: 1 },
    // 8101 is agent 101, 8120 agent 120.
    ...agents.map((id) => ({ pattern: `8${id}`, to: { agent: id } })),
  ],
  restCauses: [
    { id: 5, name: "rest" },
    { id: 6, name: "eat" },
  ],
  busyReasons: [
    { id: 201, name: "training" },
    { id: 202, name: "meeting" },
  ],
  wrapUpCodes: [
    { id: 1, name: "solved" },
    { id: 2, name: "call back" },
    { id: 3, name: "complaint" },
  ],
  groups: [
    { id: 1, name: "voice", members: agents.slice(0, 10) },
    { id: 2, name: "service", members: agents.slice(10) },
  ],
  wrapUpMs: 120_000,
  ring: { agentMs: 30_000, customerMs: 60_000 },
  parameters: {},
  detect: [],
});
