import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { firstCommand, type MmlCommand, parseCommand, printable } from "./parse.ts";

function parsed(text: string): MmlCommand {
  const command = parseCommand(text);
  assert.ok(!("malformed" in command), "malformed" in command ? `${text}: ${command.malformed}` : "");
  return command;
}

const argsOf = (text: string): Record<string, string> => Object.fromEntries(parsed(text).args);

test("the documented commands", () => {
  assert.deepEqual(parsed("LST SFP: ID=P978;"), { verb: "LST", object: "SFP", args: new Map([["ID", "P978"]]) });
  assert.deepEqual(parsed("LST SFP:;").args.size, 0);
  const bit = { ID: "P978", MODTYPE: "P1", BIT: "0", BITVAL: "0" };
  assert.deepEqual(argsOf("MOD SFP: ID=P978, MODTYPE=P1, BIT=0, BITVAL=0;"), bit);
});

test("letter case, spaces, line ends and quotes are the operator's own", () => {
  for (const text of [
    "mod sfp:id=P18,modtype=P0,value=1;",
    '  MOD\tSFP :\r\n ID = "P18" ,\n MODTYPE= P0 , VALUE ="1" ;\r\n',
  ]) {
    assert.deepEqual([parsed(text).verb, parsed(text).object], ["MOD", "SFP"]);
    assert.deepEqual(argsOf(text), { ID: "P18", MODTYPE: "P0", VALUE: "1" });
  }
  assert.deepEqual(argsOf('A B: X="a;b, =c", Y="";'), { X: "a;b, =c", Y: "" });
});

test("what cannot be read says what was expected", () => {
  const wrong: readonly [text: string, expected: RegExp][] = [
    ["", /VERB OBJECT:/],
    [";", /VERB OBJECT:/],
    ["LST;", /VERB OBJECT:/],
    ["LST SFP;", /VERB OBJECT:/],
    ["LST SFP:", /NAME=VALUE expected at the end/],
    ["LST SFP: ID;", /NAME=VALUE expected at "ID;"/],
    ["LST SFP: ID=;", /NAME=VALUE expected/],
    ["LST SFP: ID=P1", /, or ; expected at the end/],
    ["LST SFP: ID=P1 P2;", /, or ; expected at "P2;"/],
    ["LST SFP: ID=P1,;", /NAME=VALUE expected/],
    ["LST SFP: ID=P1, id=P2;", /ID stands here twice/],
    ['LST SFP: ID="P1;', /NAME=VALUE expected/],
    ['LST SFP: ID="P1\n";', /NAME=VALUE expected/],
    ["LST SFP:; LST SFP:;", /one command only/],
    ["LST SFP: ID=\u0000;", /control characters/],
    ["LST SFP: ID=\u001b[2J;", /control characters/],
  ];
  for (const [text, expected] of wrong) {
    const command = parseCommand(text);
    assert.ok("malformed" in command, text);
    assert.match(command.malformed, expected);
  }
});

test("commands are cut at a ; that is not in quotes", () => {
  assert.equal(firstCommand("LST SFP: ID=1"), undefined);
  assert.deepEqual(firstCommand("A B:;C D:;"), { command: "A B:;", rest: "C D:;" });
  assert.deepEqual(firstCommand('A B: X=";";C'), { command: 'A B: X=";";', rest: "C" });
  assert.deepEqual(firstCommand('A B: X="1\nC D:;'), { command: 'A B: X="1\nC D:;', rest: "" });
});

const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,10}$/);
const value = fc.stringMatching(/^[ !#-~]{0,20}$/);
const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

test("what is written in the grammar is read as it was meant, from any stream of chunks", () => {
  const args = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 6 });
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z]{1,5}$/), name, args, space, (verb, object, pairs, gap) => {
      const list = pairs.map(([key, text]) => `${gap}${key}${gap}=${gap}"${text}"${gap}`).join(",");
      const text = `${gap}${verb} ${gap}${object}${gap}:${gap}${list};`;
      const cut = firstCommand(`${text}LST SFP:;`);
      assert.deepEqual(cut, { command: text, rest: "LST SFP:;" });
      assert.deepEqual(parsed(text), { verb, object, args: new Map(pairs) });
    }),
  );
});

test("any text gives a command or a printable refusal", () => {
  const piece = fc.constantFrom("LST", "SFP", ":", ";", ",", "=", '"', " ", "\n", "ID", "P18", "\u0000", "ü");
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(text, (source) => {
      const command = parseCommand(source);
      if ("malformed" in command) assert.match(command.malformed, /^[\x20-\x7e]+$/);
      assert.match(printable(source), /^[\x20-\x7e]*$/);
    }),
  );
});
