// npm run bench start -- [--starts 5] [--rest 8] [--form package,checkout]
// How soon a gateway is ready, and what it has of memory when nobody calls: as a package that was installed has it, and as a checkout.
// One JSON object on standard output, a summary on standard error.

import process from "node:process";
import { parseArgs } from "node:util";
import { machine } from "./load/figures.ts";
import { oneOf, whole } from "./load/options.ts";
import { type Form, forms, runStarts, type StartFigures } from "./load/start-run.ts";

const { values } = parseArgs({
  options: {
    starts: { type: "string", default: "5" },
    rest: { type: "string", default: "8" },
    form: { type: "string", default: forms.join() },
  },
});
const load = { starts: whole("starts", values.starts), restSeconds: whole("rest", values.rest) };

const summary = (form: Form, { readyS, commandS, residentMb, launcherMb }: StartFigures): string =>
  [
    `${form}`,
    `  ready         p50 ${readyS.p50}  max ${readyS.max} s, as it says itself; from the command p50 ${commandS.p50}  max ${commandS.max} s`,
    `  idle          p50 ${residentMb.p50}  max ${residentMb.max} MB; its launcher ${launcherMb.p50} MB`,
    "",
  ].join("\n");

const runs: Partial<Record<Form, StartFigures>> = {};
for (const each of values.form.split(",")) {
  const form = oneOf("form", each, forms);
  const figures = await runStarts({ ...load, form });
  process.stderr.write(summary(form, figures));
  runs[form] = figures;
}
process.stdout.write(`${JSON.stringify({ benchmark: "start", machine: machine(), load, runs }, null, 2)}\n`);
