// What people hear when rtpengine stands between them and the gateway.

import { heardSuite } from "./heard-suite.ts";

heardSuite("rtpengine");
