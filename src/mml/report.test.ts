import assert from "node:assert/strict";
import { test } from "node:test";
import { fail, interpret, listing, refused } from "./commands.ts";
import { parseCommand } from "./parse.ts";
import { writeReport } from "./report.ts";

const head = {
  nodeName: "AgentGateway1",
  at: 1_455_885_056_000,
  timeZone: "UTC",
  serial: 7,
  echo: "LST SFP: ID=P978;",
};
const lines = (...text: string[]): string => text.map((line) => `${line}\r\n`).join("");

test("one record", () => {
  const fields = [
    ["Parameter ID", "P978"],
    ["Value", "0"],
  ] as const;
  assert.equal(
    writeReport(head, { type: "record", fields }),
    lines(
      "+++    AgentGateway1        2016-02-19 12:30:56",
      "O&M    #7",
      "%%LST SFP: ID=P978;%%",
      "RETCODE = 0  Operation succeeded",
      "",
      "The result is as follows",
      "------------------------",
      "     Parameter ID  =  P978",
      "            Value  =  0",
      "(Number of results = 1)",
      "",
      "---    END",
    ),
  );
});

test("several records", () => {
  const rows = [
    ["P18", "1"],
    ["P978", "4294967295"],
  ];
  assert.equal(
    writeReport(head, { type: "table", header: ["ID", "Value"], rows })
      .split("\r\n")
      .slice(5)
      .join("\n"),
    "The result is as follows\n------------------------\nID    Value\n\nP18   1\nP978  4294967295\n(Number of results = 2)\n\n---    END\n",
  );
});

test("a write and a failure have no result", () => {
  const rest = (text: string): string => text.split("\r\n").slice(3).join("\n");
  assert.equal(rest(writeReport(head, { type: "done" })), "RETCODE = 0  Operation succeeded\n\n---    END\n");
  assert.equal(
    rest(writeReport(head, fail("value", "BITVAL: 0 or 1 expected"))),
    "RETCODE = 4  BITVAL: 0 or 1 expected\n\n---    END\n",
  );
});

test("times are those of the zone, midnight is 00", () => {
  const first = (at: number, timeZone: string): string =>
    writeReport({ ...head, at, timeZone }, { type: "done" }).slice(28, 47);
  assert.equal(first(1_455_885_056_000, "Asia/Shanghai"), "2016-02-19 20:30:56");
  assert.equal(first(1_455_840_000_000, "UTC"), "2016-02-19 00:00:00");
});

const asked = (text: string): ReturnType<typeof interpret> => {
  const command = parseCommand(text);
  assert.ok(!("malformed" in command), text);
  return interpret(command);
};

test("decisions 23: what LST SFP and MOD SFP ask for", () => {
  assert.deepEqual(asked("LST SFP:;"), { type: "list", id: null });
  assert.deepEqual(asked("lst sfp: id=p978;"), { type: "list", id: "p978" });
  assert.deepEqual(asked("MOD SFP: ID=P978, MODTYPE=P0, VALUE=4294967295;"), {
    type: "change",
    change: { type: "set-value", name: "P978", value: 4_294_967_295 },
  });
  assert.deepEqual(asked("MOD SFP: BITVAL=1, BIT=31, MODTYPE=p1, ID=P978;"), {
    type: "change",
    change: { type: "set-bit", name: "P978", bit: 31, on: true },
  });
});

test("decisions 23: a refused command has a non-zero RETCODE and says what was expected", () => {
  const wrong: readonly [text: string, retcode: number, expected: RegExp][] = [
    ["RMV SFP:;", 2, /LST SFP or MOD SFP expected/],
    ["LST MSFP:;", 2, /LST SFP or MOD SFP expected/],
    ["LST SFP: NAME=P18;", 3, /ID is missing, ID expected/],
    ["LST SFP: ID=P18, BIT=0;", 3, /BIT does not belong here, ID expected/],
    ["MOD SFP:;", 3, /MODTYPE is missing/],
    ["MOD SFP: ID=P18, MODTYPE=P2, VALUE=1;", 4, /P0 \(whole value\) or P1 \(one bit\) expected/],
    ["MOD SFP: ID=P18, MODTYPE=P0;", 3, /VALUE is missing/],
    ["MOD SFP: ID=P18, MODTYPE=P0, VALUE=1, BIT=0;", 3, /BIT does not belong here/],
    ["MOD SFP: MODTYPE=P0, VALUE=1;", 3, /ID is missing/],
    ["MOD SFP: ID=P18, MODTYPE=P0, VALUE=-1;", 4, /VALUE: a whole number/],
    ["MOD SFP: ID=P18, MODTYPE=P0, VALUE=1e0;", 4, /VALUE: a whole number/],
    ['MOD SFP: ID=P18, MODTYPE=P0, VALUE="";', 4, /VALUE: a whole number/],
    ["MOD SFP: ID=P978, MODTYPE=P1, BIT=x, BITVAL=0;", 4, /BIT: a whole number from 0 to 31/],
    ["MOD SFP: ID=P978, MODTYPE=P1, BIT=0, BITVAL=2;", 4, /BITVAL: 0 or 1/],
  ];
  for (const [text, retcode, expected] of wrong) {
    const failed = asked(text);
    assert.ok(failed.type === "failed", text);
    assert.equal(failed.retcode, retcode, text);
    assert.match(failed.text, expected);
  }
  assert.deepEqual(refused({ refused: "not-stored", message: "m" }), fail("store", "m"));
  assert.deepEqual(refused({ refused: "unknown-parameter", message: "m" }), fail("parameter", "m"));
  assert.deepEqual(refused({ refused: "value-not-allowed", message: "m" }), fail("value", "m"));
});

test("decisions 23: LST SFP with an ID shows the value and every bit", () => {
  const value = {
    name: "P978",
    value: 0x8000_0001,
    fallback: 0,
    least: 0,
    most: 0xffff_ffff,
    source: "stored",
    meaning: "x",
  } as const;
  const outcome = listing([value], "p978");
  assert.ok(outcome.type === "record");
  const fields = new Map(outcome.fields);
  assert.deepEqual([fields.get("Value"), fields.get("Hexadecimal")], ["2147483649", "0x80000001"]);
  const bits = Array.from({ length: 32 }, (_, bit) => fields.get(`Bit ${bit}`)).join("");
  assert.equal(bits, `1${"0".repeat(30)}1`);
  assert.deepEqual(listing([value], "P5"), fail("parameter", "no parameter P5, P978 expected"));
  const all = listing([value], null);
  assert.ok(all.type === "table" && all.rows.length === 1);
});
