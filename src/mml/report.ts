// The report that answers a command, in the form that operators and their scripts know:
//
//   +++    <node>        <YYYY-MM-DD hh:mm:ss, local time>
//   O&M    #<serial>
//   %%<the command>%%
//   RETCODE = <0 done, else failed>  <text>
//                                        <- then, for a query: title, dashes, one record or a table, the count
//   ---    END
//
// Lines end with CR LF. Pure.

export type Outcome =
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly retcode: number; readonly text: string }
  /** One result: names right-aligned. */
  | { readonly type: "record"; readonly fields: readonly (readonly [name: string, value: string])[] }
  /** Several results: a header, then a row for each. */
  | { readonly type: "table"; readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

export type ReportHead = {
  readonly nodeName: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** An IANA name; absent = the time zone of the machine. */
  readonly timeZone?: string;
  readonly serial: number;
  /** The command in one printable line. */
  readonly echo: string;
};

export function writeReport({ nodeName, at, timeZone, serial, echo }: ReportHead, outcome: Outcome): string {
  const [retcode, text] = outcome.type === "failed" ? [outcome.retcode, outcome.text] : [0, "Operation succeeded"];
  const lines = [
    `+++    ${nodeName}        ${localTime(at, timeZone)}`,
    `O&M    #${serial}`,
    `%%${echo}%%`,
    `RETCODE = ${retcode}  ${text}`,
    "",
    ...results(outcome),
    "---    END",
    "",
  ];
  return lines.join("\r\n");
}

function results(outcome: Outcome): readonly string[] {
  if (outcome.type === "record") return [...title, ...record(outcome.fields), "(Number of results = 1)", ""];
  if (outcome.type === "table")
    return [...title, ...table(outcome.header, outcome.rows), `(Number of results = ${outcome.rows.length})`, ""];
  return [];
}

const title = ["The result is as follows", "------------------------"];

function record(fields: readonly (readonly [string, string])[]): readonly string[] {
  const width = 5 + Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padStart(width)}  =  ${value}`);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(header), "", ...rows.map(line)];
}

/** `YYYY-MM-DD hh:mm:ss`. */
function localTime(at: number, timeZone?: string): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part["year"]}-${part["month"]}-${part["day"]} ${part["hour"]}:${part["minute"]}:${part["second"]}`;
}
