// The soft parameters: switches of the call flow that an operator changes while the gateway runs. ONE table.
// Values are unsigned 32-bit words; some are read as a number, some bit by bit. docs/parameters.md is printed from here.

export type ParameterDefinition = {
  /** One sentence each. */
  readonly meaning: string;
  /** Least and greatest value, both allowed. */
  readonly least: number;
  readonly most: number;
  readonly fallback: number;
};

/** The greatest unsigned 32-bit number. */
export const word = 0xffff_ffff;

export const parameterTable = {
  P18: {
    meaning: "1: an outgoing call first occupies the agent, then rings his phone; 0: the phone rings first",
    least: 0,
    most: 1,
    fallback: 0,
  },
  P978: {
    meaning: "32 switches; one-way video (userVideoDirection 1 to 3) works only while all of them are 0",
    least: 0,
    most: word,
    fallback: 0,
  },
} as const satisfies Record<string, ParameterDefinition>;

export type ParameterName = keyof typeof parameterTable;

/** In the order of the table. */
export const parameterNames = Object.keys(parameterTable) as readonly ParameterName[];

/** The name in the table's spelling, whatever letter case it came in. */
export const parameterName = (text: string): ParameterName | undefined =>
  parameterNames.find((name) => name === text.toUpperCase());

export const definitionOf = (name: ParameterName): ParameterDefinition => parameterTable[name];

/** A whole number within the parameter's bounds. */
export const fits = (name: ParameterName, value: number): boolean => {
  const { least, most } = definitionOf(name);
  return Number.isInteger(value) && value >= least && value <= most;
};

/** What is allowed, in words. */
export const boundsOf = (name: ParameterName): string => `${definitionOf(name).least} to ${definitionOf(name).most}`;

/** The table of docs/parameters.md. */
export function parametersMarkdown(): string {
  const lines = parameterNames.map(
    (name) => `| \`${name}\` | ${definitionOf(name).fallback} | ${boundsOf(name)} | ${definitionOf(name).meaning} |`,
  );
  return ["| Name | Default | Allowed | Meaning |", "|---|---|---|---|", ...lines].join("\n");
}
