// The callout suite with baresip and SIPp in the place of the simulation.

import { calloutSuite } from "./callout-suite.ts";
import { without } from "./missing.ts";
import { openProgramWorld } from "./program-world.ts";

calloutSuite({
  name: "baresip and SIPp",
  open: openProgramWorld,
  skip: without("baresip", "sipp"),
  ringTimes: true,
});
