// What people hear over the gateway's own media.

import { heardSuite } from "./heard-suite.ts";

heardSuite("builtin");
