// The trunk doctor: what the trunks tell about themselves, and a test now: an OPTIONS and, when a number is named, an INVITE that
// is cancelled at its first 18x, or released as soon as it is answered.

import type { Clock } from "../base/clock.ts";
import { type Log, maskNumber } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import type { TrunkReport, TrunkTest, TrunkTestCall } from "../contract/trunk.ts";
import type { Site } from "../core/site.ts";
import { matches } from "../core/trunk/trunk.ts";
import type { MediaPlane, MediaProfile } from "../media/face.ts";
import type { DialogEvent } from "../sip/face.ts";
import type { Refused } from "./face.ts";
import type { TollDesk } from "./toll.ts";
import type { TrunkLine } from "./trunk-line.ts";
import type { Trunks } from "./trunks.ts";

/** What the faces ask of the trunks. */
export type TrunkDesk = {
  list(): readonly TrunkReport[];
  /** undefined = no such trunk. */
  report(name: string): TrunkReport | undefined;
  /** `number` absent: OPTIONS alone. Refused: no such trunk, a number that is not the trunk's, no free channel, a test that runs. */
  test(name: string, number?: string): Promise<TrunkTest | Refused>;
};

export type TrunkDoctorOptions = {
  readonly trunks: Pick<Trunks, "lines">;
  readonly media: Pick<MediaPlane, "open">;
  readonly clock: Clock;
  readonly log: Log;
  /** A test call shows the default caller, and meets the toll walls of the default skill. */
  readonly site: Pick<Site, "defaultCaller" | "defaultSkill" | "skills">;
  readonly toll: Pick<TollDesk, "bar" | "count">;
};

/** A carrier that has said nothing by then has said enough. */
const PATIENCE_MS = 20_000;

export function openTrunkDoctor({ trunks, media, clock, log, site, toll }: TrunkDoctorOptions): TrunkDesk {
  const testing = new Set<TrunkLine>();
  const find = (name: string): TrunkLine | undefined => trunks.lines.find(({ trunk }) => trunk.name === name);

  const objection = (line: TrunkLine, number: string | undefined): Refused | undefined => {
    if (testing.has(line)) return refuse("100-007", "a test of this trunk is running");
    if (number === undefined) return undefined;
    if (!line.trunk.patterns.some((pattern) => matches(pattern, number)))
      return refuse("200-001", "number: not one of this trunk's patterns");
    const bar = toll.bar({ called: number, agent: "", skill: defaultSkillOf(site) });
    if (bar !== undefined) return refuse("200-001", `number: ${bar}`);
    return line.state() === "full" ? refuse("100-007", "every channel of this trunk is taken") : undefined;
  };

  const call = async (line: TrunkLine, called: string): Promise<TrunkTestCall> => {
    const leg = await media.open(`${line.trunk.name}.test`).catch((fault: unknown) => {
      log.error({ trunk: line.trunk.name, error: String(fault) }, "no media for a trunk test");
      return undefined;
    });
    if (!leg) return { outcome: "failed", status: 503, reason: "no media port is free", ms: 0 };
    const order = {
      caller: site.defaultCaller,
      called,
      offer: (profile: MediaProfile) => leg.offer({ video: false, profile }),
    };
    toll.count("", site.defaultSkill);
    return testCall(line, order, { clock, over: () => leg.close() });
  };

  return {
    list: () => trunks.lines.map((line) => line.report()),
    report: (name) => find(name)?.report(),
    async test(name, number) {
      const line = find(name);
      if (!line) return refuse("000-002", "no such trunk");
      const refused = objection(line, number);
      if (refused) return refused;
      testing.add(line);
      try {
        log.info({ trunk: name, ...(number === undefined ? {} : { called: maskNumber(number) }) }, "trunk test");
        const probe = await line.probe();
        return { probe, call: number === undefined ? null : await call(line, number) };
      } finally {
        testing.delete(line);
      }
    },
  };
}

/** Whoever may ask for a test may not call where no agent may. */
const defaultSkillOf = ({ skills, defaultSkill }: TrunkDoctorOptions["site"]) =>
  skills.find(({ id }) => id === defaultSkill) ?? { id: defaultSkill };

type Around = { readonly clock: Clock; readonly over: () => void };

/** Resolves when the outcome is clear; `over` comes with the last event, when the hang-up is through. */
function testCall(
  line: TrunkLine,
  order: Parameters<TrunkLine["invite"]>[0],
  { clock, over }: Around,
): Promise<TrunkTestCall> {
  const begun = clock.monotonic();
  return new Promise((resolve) => {
    const decide = (outcome: TrunkTestCall["outcome"], { status, reason }: { status: number; reason: string }): void =>
      resolve({ outcome, status, reason, ms: Math.round(clock.monotonic() - begun) });
    const timer = clock.after(PATIENCE_MS, () => {
      decide("failed", { status: 408, reason: "no answer in time" });
      dialog.hangUp();
    });
    const dialog = line.invite(order, (event) => {
      const said = verdict(event);
      if (said) decide(said.outcome, said);
      if (event.type === "offer") event.reply({ status: 488 });
      if (event.type === "failed" || event.type === "ended") {
        timer.cancel();
        over();
      } else if (said) dialog.hangUp();
    });
  });
}

type Verdict = Pick<TrunkTestCall, "outcome" | "status" | "reason">;

/** What an event says about the trunk; undefined while nothing is clear. The first verdict stands. */
function verdict(event: DialogEvent): Verdict | undefined {
  if (event.type === "answered") return { outcome: "answered", status: 200, reason: "OK" };
  if (event.type === "failed") return { outcome: "failed", status: event.status, reason: event.reason };
  if (event.type !== "provisional" || event.status < 180) return undefined;
  return { outcome: "rang", status: event.status, reason: event.reason };
}
