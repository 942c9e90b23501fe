// The soft parameters in force: a stored change ranks over the site file, that over the default. Run by
// runtime/parameters.ts, which stores what a change asks for before it takes effect.

import { type Refusal, refuse } from "../../base/step.ts";
import {
  boundsOf,
  definitionOf,
  fits,
  type ParameterName,
  parameterName,
  parameterNames,
  parameterTable,
} from "./table.ts";

export type Values = Readonly<Partial<Record<ParameterName, number>>>;

export type Parameters = {
  /** Changed while running, kept in the database. */
  readonly stored: Values;
  /** Set by the site file. */
  readonly site: Values;
};

/** The value of every parameter. */
export type InForce = Readonly<Record<ParameterName, number>>;

export type ParameterValue = {
  readonly name: ParameterName;
  /** 0..4294967295. */
  readonly value: number;
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
  readonly source: "stored" | "site" | "default";
  readonly meaning: string;
};

/** A change: the whole value, or one bit of it. `name` in any letter case. */
export type ParameterChange =
  | { readonly type: "set-value"; readonly name: string; readonly value: number }
  | { readonly type: "set-bit"; readonly name: string; readonly bit: number; readonly on: boolean };

/** The value to be written down. `before` = `after` pins a value that was a default until now. */
export type ParameterEffect = {
  readonly type: "store-parameter";
  readonly name: ParameterName;
  readonly before: number;
  readonly after: number;
};

/** A step with exactly one effect: what was decided has to be written down. */
export type ParameterStep = readonly [state: Parameters, effects: readonly [ParameterEffect]];

export type ParameterRefused = Refusal<"unknown-parameter" | "value-not-allowed">;

/**
 * Starting state from what was read outside. Names and values that the table does not allow are left out: an older
 * database may hold a parameter, or a value, that this version no longer has.
 */
export function parametersFrom(
  stored: Readonly<Record<string, number>>,
  site: Readonly<Record<string, number>>,
): Parameters {
  return { stored: known(stored), site: known(site) };
}

function known(values: Readonly<Record<string, number>>): Values {
  const kept: Partial<Record<ParameterName, number>> = {};
  for (const [text, value] of Object.entries(values)) {
    const name = parameterName(text);
    if (name && fits(name, value)) kept[name] = value;
  }
  return kept;
}

export const valueIn = (state: Parameters, name: ParameterName): number =>
  state.stored[name] ?? state.site[name] ?? definitionOf(name).fallback;

const sourceOf = (state: Parameters, name: ParameterName): ParameterValue["source"] => {
  if (state.stored[name] !== undefined) return "stored";
  return state.site[name] === undefined ? "default" : "site";
};

/** Every parameter with where its value comes from, in the order of the table. */
export const listParameters = (state: Parameters): readonly ParameterValue[] =>
  parameterNames.map((name) => ({
    name,
    value: valueIn(state, name),
    source: sourceOf(state, name),
    ...parameterTable[name],
  }));

export const inForce = (state: Parameters): InForce => ({ P18: valueIn(state, "P18"), P978: valueIn(state, "P978") });

/** Bit 0 is the least significant one, bit 31 the greatest. */
export const bitOf = (value: number, bit: number): 0 | 1 => ((value >>> bit) & 1 ? 1 : 0);

/** JavaScript's bit operators answer signed words: `>>> 0` makes bit 31 worth 2147483648 again. */
const withBit = (value: number, bit: number, on: boolean): number =>
  (on ? value | (1 << bit) : value & ~(1 << bit)) >>> 0;

/** One change. Refused: nothing changed, and the message says what was expected. */
export function changeParameter(state: Parameters, change: ParameterChange): ParameterStep | ParameterRefused {
  const name = parameterName(change.name);
  if (!name)
    return refuse("unknown-parameter", `${change.name} is no parameter, one of ${parameterNames.join(", ")} expected`);
  const before = valueIn(state, name);
  if (change.type === "set-bit" && !(Number.isInteger(change.bit) && change.bit >= 0 && change.bit <= 31))
    return refuse("value-not-allowed", `bit ${change.bit} does not exist, 0 to 31 expected`);
  const after = change.type === "set-bit" ? withBit(before, change.bit, change.on) : change.value;
  if (!fits(name, after)) return refuse("value-not-allowed", `${name} cannot be ${after}, ${boundsOf(name)} expected`);
  return [{ ...state, stored: { ...state.stored, [name]: after } }, [{ type: "store-parameter", name, before, after }]];
}
