// A certificate by ACME, when names for it are set (SEATWAY_ACME_DOMAINS): the door for the authority, and who keeps it (acme.ts).

import { type AcmeKeeper, keepCertificate } from "./acme.ts";
import { readBinding } from "./acme-binding.ts";
import { openDoor } from "./acme-door.ts";
import { accountKey, readState, writeState } from "./acme-state.ts";
import { readCertificate, replaceCertificate } from "./certificate.ts";
import type { Ground } from "./ground.ts";
import { named } from "./problem.ts";
import type { Reloader } from "./runtime/operator/face.ts";

/** null: no names are set, and nothing of it is loaded. */
export async function keepAcme(
  { settings, clock, log, closing }: Ground,
  { renew }: Pick<Reloader, "renew">,
): Promise<AcmeKeeper | null> {
  const { data, acmeDomains: domains, acmeEmail: email, acmeDirectory: directory, host, acmePort: port } = settings;
  if (domains.length === 0) return null;
  const binding = await readBinding(settings);
  const door = await named(`SEATWAY_ACME_PORT=${port}`, openDoor({ host, port }));
  const keeper = keepCertificate({
    ...{ clock, log, domains },
    before: await readState(data),
    current: () => readCertificate(data, clock),
    async order() {
      const { order } = await import("./acme-order.ts");
      return order({ directory, domains, email, binding, door, accountKey: await accountKey(data) });
    },
    async install(pem) {
      const replaced = await replaceCertificate(data, pem, clock);
      if ("problem" in replaced) return replaced;
      const shown = await renew();
      return "refused" in shown ? { problem: shown.refused.join("; ") } : replaced;
    },
    remember: (state) => writeState(data, state),
  });
  closing.push(async () => {
    keeper.close();
    await door.close();
  });
  return keeper;
}
