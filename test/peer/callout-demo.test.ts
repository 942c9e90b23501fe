// The callout suite over the simulated phones and parties of the demo site.

import { calloutSuite } from "./callout-suite.ts";
import { openDemoWorld } from "./demo-world.ts";

calloutSuite({ name: "the demo site", open: openDemoWorld, ringTimes: false });
