// The demo site and its simulated phones and parties, a child process whose trunk port makes the site complete. Run by start.ts, when there is no
// site file.

import { randomBytes } from "node:crypto";
import { isIPv4 } from "node:net";
import type { Site } from "./core/site.ts";
import { demoPhones, demoSite } from "./demo-site.ts";
import type { Ground } from "./ground.ts";
import { StartProblem } from "./problem.ts";
import type { Sim } from "./sim/launch.ts";

/** `site`: before any change by operators. */
export type DemoTown = { readonly sim: Sim; readonly site: Site };

export async function openDemo({ settings, clock, log, closing }: Ground): Promise<DemoTown> {
  // Its phones and parties are at 127.0.0.1, out of reach of an IPv6 socket.
  if (!isIPv4(settings.host)) {
    throw new StartProblem(`SEATWAY_HOST=${settings.host}: allowed is an IPv4 address with the demo site`);
  }
  const phones = demoPhones(randomBytes);
  // Only the demo site needs it: with a site file nothing of the simulation is loaded.
  const { launchSim } = await import("./sim/launch.ts");
  const sim = await launchSim({ clock, log, phones, domain: settings.advertise });
  closing.push(() => sim.close());
  return { sim, site: demoSite(phones, { host: "127.0.0.1", port: sim.trunkPort, transport: "udp" }) };
}
