// What a simulated phone or party does with a call, as data: the defaults of the demo site, and the checks of a change
// that comes through the control interface. Pure.

export type Behaviour = {
  /** 180 Ringing at once. */
  readonly ring: boolean;
  /** A network tone in early media (183) from the INVITE on; null = none. */
  readonly early: "ringback" | "busy" | "congestion" | "information" | null;
  /** From the INVITE to the answer (or the refusal); null = never, it rings until the caller gives up. */
  readonly answerAfterMs: number | null;
  /** Final status instead of an answer, 300-699. */
  readonly refuse: number | null;
  /** Q.850 cause in a Reason header of the refusal (RFC 3326). */
  readonly q850: number | null;
  /** From our answer to our BYE; null = the other side ends the call. */
  readonly hangUpAfterMs: number | null;
  /** Takes video when it is offered. */
  readonly video: boolean;
  readonly speaks: "tone" | "machine" | "nothing";
  /** The tone, so that tests know whom they hear. */
  readonly hertz: number;
  /** Share of its RTP packets that is not sent, 0-1. */
  readonly dropPackets: number;
  /** Phones only: registered at the gateway. */
  readonly registered: boolean;
};

/** An answering phone: a short ring, then its own tone; video when offered. */
export const phoneBehaviour: Behaviour = {
  ring: true,
  early: null,
  answerAfterMs: 200,
  refuse: null,
  q850: null,
  hangUpAfterMs: null,
  video: true,
  speaks: "tone",
  hertz: 400,
  dropPackets: 0,
  registered: true,
};

/** Tones are multiples of 50 Hz: whole periods in each 20 ms packet. 40001 has 400 Hz, 40002 450 Hz, … */
const phoneTone = (index: number): number => 400 + 50 * (index % 21);

export const phoneDefaults = (index: number): Behaviour => ({ ...phoneBehaviour, hertz: phoneTone(index) });

const answering: Behaviour = { ...phoneBehaviour, answerAfterMs: 1_000, hertz: 1_500 };
const refusing = (status: number, q850: number | null = null): Behaviour => ({
  ...answering,
  refuse: status,
  q850,
});
const atOnce = (status: number): Behaviour => ({ ...refusing(status), ring: false, answerAfterMs: 0 });

/** The parties behind the demo site's trunk. Every other number is vacant. */
const parties: Readonly<Record<string, Behaviour>> = {
  40040: answering,
  40041: refusing(486),
  40042: { ...answering, answerAfterMs: null },
  // Declined by the person called: Q.850 cause 21, call rejected.
  40043: refusing(603, 21),
  40044: refusing(404),
  40045: { ...answering, video: false, hertz: 1_550 },
  40046: { ...answering, hertz: 1_600 },
  40047: { ...answering, hangUpAfterMs: 3_000, hertz: 1_650 },
  40048: atOnce(480),
  40049: atOnce(503),
  40050: { ...answering, speaks: "machine", hertz: 1_700 },
  40051: { ...answering, ring: false, early: "busy", answerAfterMs: null },
  // The answer tone of a fax (ITU-T V.25).
  40052: { ...answering, hertz: 2_100 },
};

export const partyNumbers: readonly string[] = Object.keys(parties);

export const partyDefaults = (number: string): Behaviour =>
  Object.hasOwn(parties, number) ? (parties[number] ?? atOnce(404)) : atOnce(404);

type Rule = { readonly fits: (value: unknown) => boolean; readonly rule: string };

const whole = (value: unknown, low: number, high: number): boolean =>
  typeof value === "number" && Number.isInteger(value) && value >= low && value <= high;
const orNull = (low: number, high: number, unit: string): Rule => ({
  fits: (value) => value === null || whole(value, low, high),
  rule: `a whole number ${low}-${high}${unit}, or null`,
});
const yesOrNo: Rule = { fits: (value) => typeof value === "boolean", rule: "true or false" };

const earlyTones = ["ringback", "busy", "congestion", "information"] as const;
const longestMs = 3_600_000;
const rules: Readonly<Record<keyof Behaviour, Rule>> = {
  ring: yesOrNo,
  early: {
    fits: (value) => value === null || earlyTones.some((tone) => tone === value),
    rule: `${earlyTones.map((tone) => `"${tone}"`).join(", ")} or null`,
  },
  answerAfterMs: orNull(0, longestMs, " ms"),
  refuse: orNull(300, 699, ", a final SIP status"),
  q850: orNull(1, 127, ", a Q.850 cause"),
  hangUpAfterMs: orNull(0, longestMs, " ms"),
  video: yesOrNo,
  speaks: {
    fits: (value) => value === "tone" || value === "machine" || value === "nothing",
    rule: '"tone", "machine" or "nothing"',
  },
  hertz: { fits: (value) => whole(value, 100, 3_400), rule: "a whole number 100-3400 Hz" },
  dropPackets: {
    fits: (value) => typeof value === "number" && value >= 0 && value <= 1,
    rule: "a number 0-1, the share that is dropped",
  },
  registered: yesOrNo,
};

const isField = (name: string): name is keyof Behaviour => Object.hasOwn(rules, name);

/** A change as it came in: the fields to set, or the first broken rule, which names its field. */
export function readChange(value: unknown): Partial<Behaviour> | { readonly broken: string } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { broken: "body: a JSON object" };
  for (const [name, given] of Object.entries(value)) {
    if (!isField(name))
      return { broken: `${JSON.stringify(name.slice(0, 40))}: no such field; known: ${Object.keys(rules).join(", ")}` };
    if (!rules[name].fits(given)) return { broken: `${name}: ${rules[name].rule}` };
  }
  return value as Partial<Behaviour>;
}
