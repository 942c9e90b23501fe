// One figure of a benchmark: what was measured, in which unit, which way is better, and what it is held against.

export type Figure = {
  /** Unique in a report: bench, load, what. */
  readonly name: string;
  /** null: it was not measured. */
  readonly value: number | null;
  readonly unit: string;
  readonly better: "less" | "more";
  /** The project's own aim. */
  readonly aim?: number;
  /** The same of other programs, and the floor, in the same run. */
  readonly beside?: Readonly<Record<string, number | null>>;
};

export const reached = ({ value, aim, better }: Figure): boolean | undefined => {
  if (aim === undefined || value === null) return undefined;
  return better === "less" ? value <= aim : value >= aim;
};

const digits = (value: number): number => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);

export const shown = (value: number | null): string =>
  value === null || !Number.isFinite(value)
    ? "-"
    : value.toLocaleString("en", { maximumFractionDigits: digits(value), useGrouping: true });
