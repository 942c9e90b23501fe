// Writes docs/coverage.md from the results of a test run: which operation of the interface is done, which not yet, and
// the events that agents receive. Run by `npm test`, whole: a change is written and said; with CI=true the page has to be there
// already, unchanged.

import { readFileSync, writeFileSync } from "node:fs";
import { catalogue } from "../src/contract/catalogue.ts";
import { builtOperations, pushEvent, pushedOperation, unsentEvents } from "../test/conformance/documents.ts";
import { byRow, holds, readResults } from "./run-results.mjs";

const page = "docs/coverage.md";
const [path] = process.argv.slice(2);
if (!path) fail("usage: coverage.mjs RESULTS");

const { tests, complete } = readResults(path);
if (!complete) fail(`${page} is left as it was: the test run did not come to its end`);
const found = byRow(tests);
const built = new Map([...builtOperations, pushEvent].map((each) => [`${each.method} ${each.path}`, each]));

/** A row of the page: the request, the operation's name where one is built, and how far it is. */
function operation(line) {
  const own = built.get(line);
  const tests = own && found.get(`operation ${own.id}`);
  const done = own !== undefined && holds(tests);
  const refused = done && own.refused !== undefined;
  const outcome = refused ? `refused with \`${own.refused.code}\`: ${own.refused.why}` : "done";
  const state = done ? outcome : own ? "not yet: its test did not pass" : "not yet";
  const group = /\/(\w+)/.exec(line)?.[1] ?? "push";
  const files = [...new Set((tests ?? []).map(({ file }) => file.replace(/^.*\//, "")))].sort().join(", ");
  return { group, line, id: own ? `\`${own.id}\`` : "", done: done && !refused, refused, state, files };
}

/** By path, then by method; plain code order, so that the page does not depend on a language. */
const byPath = ({ line: a }, { line: b }) => (sortKey(a) < sortKey(b) ? -1 : 1);
const sortKey = (line) => line.split(" ").reverse().join(" ");

const operations = [...catalogue, pushedOperation].map(operation).sort(byPath);
const groups = [...Map.groupBy(operations, ({ group }) => group)].sort(([a], [b]) => (a < b ? -1 : 1));
const sent = new Set(tests.flatMap(({ name }) => /^event (\w+)$/.exec(name)?.[1] ?? []));
const both = Object.keys(unsentEvents).filter((name) => sent.has(name));
if (both.length > 0) fail(`sent and not sent: ${both.join(", ")} (test/conformance/documents.ts)`);
const events = [...Map.groupBy(tests, ({ name }) => /^event (\w+)$/.exec(name)?.[1])]
  .filter(([name]) => name !== undefined)
  .map(([name, own]) => ({ name, done: holds(own), state: holds(own) ? "done" : "not yet: its test did not pass" }))
  .concat(Object.entries(unsentEvents).map(([name, why]) => ({ name, done: false, state: `not sent: ${why}` })))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

const count = (list) => list.filter(({ done }) => done).length;

function* write() {
  yield "# Coverage";
  yield "";
  yield "Written by `npm test` from its own results (`scripts/coverage.mjs`); do not edit. **done**: the operation is built and its";
  yield "conformance tests ran and passed. **refused**: what it is for is not in this product, and its test shows the documented";
  yield "code that says so. **not yet**: its test did not pass.";
  yield "";
  const refused = operations.filter((each) => each.refused).length;
  yield `Operations: ${count(operations)} of ${operations.length} done, ${refused} refused. Events: ${count(events)} of ${events.length} done.`;
  for (const [group, own] of groups) {
    yield "";
    yield `## ${group} (${count(own)} of ${own.length})`;
    yield "";
    yield "| Request | Operation | State | Tests |";
    yield "|---|---|---|---|";
    for (const { line, id, state, files } of own) yield `| \`${line}\` | ${id} | ${state} | ${files} |`;
  }
  yield "";
  yield "## Events";
  yield "";
  yield "| Event | State |";
  yield "|---|---|";
  for (const { name, state } of events) yield `| \`${name}\` | ${state} |`;
}

const text = `${[...write()].join("\n")}\n`;
const before = readPage();
if (text === before) process.exit(0);
if (process.env.CI === "true") fail(`${page} is not what this run shows; run npm test and commit it:\n${difference()}`);
writeFileSync(page, text);
process.stderr.write(`${page} changed: commit it\n${difference()}\n`);

function readPage() {
  try {
    return readFileSync(page, "utf8");
  } catch {
    return "";
  }
}

/** Lines that only one of the two has. */
function difference() {
  const [old, now] = [before.split("\n"), text.split("\n")];
  const gone = old.filter((line) => !now.includes(line)).map((line) => `-${line}`);
  const come = now.filter((line) => !old.includes(line)).map((line) => `+${line}`);
  return [...gone, ...come].join("\n");
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
