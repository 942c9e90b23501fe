// The commands of the console: what a parsed command asks for, and how the answer is laid out. Pure; console.ts runs
// them. RETCODEs are told in docs/parameters.md.

import type { ParameterChange, ParameterRefusal, ParameterValue } from "../runtime/parameters.ts";
import type { MmlCommand } from "./parse.ts";
import type { Outcome } from "./report.ts";

/** Operators' scripts read these numbers: add to them, never move one. */
export const retcodes = { malformed: 1, command: 2, argument: 3, value: 4, parameter: 5, store: 6, limit: 7 } as const;

export type Failed = Extract<Outcome, { type: "failed" }>;

/** What a command asks of the parameter desk. */
export type Request =
  | { readonly type: "list"; readonly id: string | null }
  | { readonly type: "change"; readonly change: ParameterChange };

export const fail = (reason: keyof typeof retcodes, text: string): Failed => ({
  type: "failed",
  retcode: retcodes[reason],
  text,
});

const commands: ReadonlyMap<string, (args: Args) => Request | Failed> = new Map([
  ["LST SFP", listRequest],
  ["MOD SFP", modifyRequest],
]);

type Args = ReadonlyMap<string, string>;

/** The request behind a command, or a failure that says what was expected. */
export function interpret({ verb, object, args }: MmlCommand): Request | Failed {
  const read = commands.get(`${verb} ${object}`);
  return read
    ? read(args)
    : fail("command", `no command ${verb} ${object}, ${[...commands.keys()].join(" or ")} expected`);
}

function listRequest(args: Args): Request | Failed {
  if (args.size === 0) return { type: "list", id: null };
  return misfit(args, ["ID"]) ?? { type: "list", id: args.get("ID") ?? "" };
}

/** MODTYPE says which arguments belong to it: P0 writes the whole value, P1 one bit. */
function modifyRequest(args: Args): Request | Failed {
  const type = args.get("MODTYPE")?.toUpperCase();
  const name = args.get("ID") ?? "";
  if (type === "P0") return misfit(args, ["ID", "MODTYPE", "VALUE"]) ?? valueRequest(name, args);
  if (type === "P1") return misfit(args, ["ID", "MODTYPE", "BIT", "BITVAL"]) ?? bitRequest(name, args);
  if (type === undefined) return fail("argument", "MODTYPE is missing, P0 (whole value) or P1 (one bit) expected");
  return fail("value", "MODTYPE: P0 (whole value) or P1 (one bit) expected");
}

function valueRequest(name: string, args: Args): Request | Failed {
  const value = digits(args.get("VALUE"));
  if (value === undefined) return fail("value", "VALUE: a whole number from 0 to 4294967295 expected");
  return { type: "change", change: { type: "set-value", name, value } };
}

function bitRequest(name: string, args: Args): Request | Failed {
  const bit = digits(args.get("BIT"));
  if (bit === undefined) return fail("value", "BIT: a whole number from 0 to 31 expected");
  const on = digits(args.get("BITVAL"));
  if (on !== 0 && on !== 1) return fail("value", "BITVAL: 0 or 1 expected");
  return { type: "change", change: { type: "set-bit", name, bit, on: on === 1 } };
}

/** Decimal digits only: no sign, no exponent, no other base. */
const digits = (text = ""): number | undefined => (/^\d{1,10}$/.test(text) ? Number(text) : undefined);

/** Exactly these arguments, in any order. */
function misfit(args: Args, names: readonly string[]): Failed | undefined {
  const missing = names.find((name) => !args.has(name));
  if (missing) return fail("argument", `${missing} is missing, ${names.join(", ")} expected`);
  const other = [...args.keys()].find((name) => !names.includes(name));
  return other === undefined
    ? undefined
    : fail("argument", `${other} does not belong here, ${names.join(", ")} expected`);
}

/** The answer to `LST SFP`: one parameter with every bit, or all of them as a table. */
export function listing(values: readonly ParameterValue[], id: string | null): Outcome {
  if (id === null) return { type: "table", header: columns, rows: values.map(row) };
  const value = values.find(({ name }) => name === id.toUpperCase());
  if (value) return { type: "record", fields: [...fields(value), ...bits(value)] };
  return fail("parameter", `no parameter ${id.slice(0, 20)}, ${values.map(({ name }) => name).join(" or ")} expected`);
}

/** Meaning comes last: it is as long as it likes. */
const columns = ["Parameter ID", "Value", "Hexadecimal", "Default", "Source", "Meaning"];

const hexadecimal = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(8, "0")}`;

const row = ({ name, value, fallback, source, meaning }: ParameterValue): readonly string[] => [
  name,
  `${value}`,
  hexadecimal(value),
  `${fallback}`,
  source,
  meaning,
];

const fields = (value: ParameterValue): readonly (readonly [string, string])[] => [
  ["Parameter ID", value.name],
  ["Value", `${value.value}`],
  ["Hexadecimal", hexadecimal(value.value)],
  ["Allowed", `${value.least} to ${value.most}`],
  ["Default", `${value.fallback}`],
  ["Source", value.source],
  ["Meaning", value.meaning],
];

/** All 32, also of a parameter that uses one, so that a script can ask for any of them. */
const bits = ({ value }: ParameterValue): readonly (readonly [string, string])[] =>
  Array.from({ length: 32 }, (_, bit) => [`Bit ${bit}`, `${(value >>> bit) & 1}`] as const);

/** A change that the desk refused. Its message says already what was expected. */
export function refused({ refused: code, message }: ParameterRefusal): Failed {
  if (code === "unknown-parameter") return fail("parameter", message);
  return fail(code === "not-stored" ? "store" : "value", message);
}
