// The process of the simulation: opens its ports when it is told to, reports them, and ends with its parent. Forked by
// launch.ts; without a parent it does nothing.

import type { AddressInfo } from "node:net";
import { systemClock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { openPhonePlane } from "../media/plane.ts";
import { controlServer } from "./control.ts";
import { openTown, type RunningTown } from "./town.ts";
import type { SimOrder, SimReport, SimSetup } from "./wiring.ts";

type Simulation = { readonly town: RunningTown; close(): Promise<void> };

const report = (message: SimReport) => void (process.connected && process.send?.(message));

const log: Log = {
  debug: (fields, message) => report({ type: "log", level: "debug", fields, message }),
  info: (fields, message) => report({ type: "log", level: "info", fields, message }),
  warn: (fields, message) => report({ type: "log", level: "warn", fields, message }),
  error: (fields, message) => report({ type: "log", level: "error", fields, message }),
};

async function open(setup: SimSetup): Promise<Simulation> {
  const { host, rtpPorts } = setup;
  const plane = await openPhonePlane({ clock: systemClock, log, host, advertise: host, ports: rtpPorts, workers: 1 });
  const town = await openTown({ clock: systemClock, log, plane, setup });
  const control = controlServer(town);
  await new Promise<void>((resolve, reject) => {
    control.once("error", reject);
    control.listen(0, host, resolve);
  });
  const { port: controlPort } = control.address() as AddressInfo;
  report({ type: "opened", phonePort: town.phonePort, trunkPort: town.trunkPort, controlPort });
  return {
    town,
    async close() {
      control.closeAllConnections();
      control.close();
      await town.close();
      await plane.close();
    },
  };
}

/** One at a time: a second `open` changes nothing. */
let simulation: Simulation | undefined;

async function obey(order: SimOrder): Promise<void> {
  if (order.type === "open") simulation ??= await open(order.setup);
  if (order.type === "register") simulation?.town.register(order.registrar);
  if (order.type !== "close") return;
  await simulation?.close();
  process.exit(0);
}

process.on("message", (order: SimOrder) => {
  obey(order).catch((error: unknown) => {
    const failed: SimReport = { type: "failed", reason: error instanceof Error ? error.message : String(error) };
    process.send?.(failed, () => process.exit(1));
  });
});
// The parent is gone, and with it everything that a phone could say goodbye to.
process.on("disconnect", () => process.exit());
// Ctrl-C goes to the whole group of the terminal, systemd's SIGTERM to the whole service: the gateway decides when its
// phones go, after it has said goodbye to them.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
