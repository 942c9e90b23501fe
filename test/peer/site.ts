// Site files for gateways with real programs around them, and no simulation.

export type TestTrunk = {
  readonly pattern: string;
  readonly port: number;
  readonly transport?: "udp" | "tcp";
  readonly srtp?: boolean;
  /** ms between OPTIONS probes; default 0, not probed: a SIPp scenario expects no OPTIONS. */
  readonly probeMs?: number;
  readonly responseMs?: number;
  /** Default 1. */
  readonly priority?: number;
  /** Default `trunk-` and the pattern. */
  readonly name?: string;
};

/** `rtpengine`: its ng control port. `digits`: where it tells of digits. */
export type TestEngine = { readonly rtpengine: number; readonly digits: number };

export type TestSite = {
  /** Absent: the gateway's own media. */
  readonly media?: TestEngine;
  readonly phones: readonly string[];
  readonly trunks: readonly TestTrunk[];
  /** Numbers that lead to skill 25. */
  readonly numbers?: readonly string[];
  readonly ring?: { readonly agentMs: number; readonly customerMs: number };
  readonly parameters?: Readonly<Record<string, number>>;
  /** What callouts listen for; default nothing. */
  readonly detect?: readonly ("progress" | "answer")[];
};

/** The password of every phone in these sites. */
export const password = "correct-horse";

/** JSON is YAML. */
export const siteFile = ({ phones, trunks, numbers, ring, parameters, detect, media }: TestSite): string =>
  JSON.stringify({
    skills: [{ id: 25, name: "voice", ...(detect ? { detect } : {}) }],
    agents: ["101", "102"].map((id) => ({ id, name: `Agent ${id}`, password: "", skills: [25] })),
    phones: phones.map((number) => ({ number, password })),
    callers: ["40038"],
    defaultCaller: "40038",
    defaultSkill: 25,
    trunks: trunks.map(({ pattern, port, transport, probeMs, responseMs, priority, name, srtp }) => ({
      name: name ?? `trunk-${pattern}`,
      host: "127.0.0.1",
      port,
      transport: transport ?? "udp",
      ...(responseMs === undefined ? {} : { responseMs }),
      ...(srtp === undefined ? {} : { srtp }),
      patterns: [pattern],
      priority: priority ?? 1,
      probeMs: probeMs ?? 0,
    })),
    ...(media ? { media: overRtpengine(media) } : {}),
    ...(numbers ? { numbers: numbers.map((pattern) => ({ pattern, to: { skill: 25 } })) } : {}),
    ...(ring ? { ring } : {}),
    ...(parameters ? { parameters } : {}),
  });

const overRtpengine = ({ rtpengine: port, digits: digitPort }: TestEngine) => ({
  engine: "rtpengine",
  digitPort,
  instances: [{ name: "edge", host: "127.0.0.1", port }],
});
