// What `seatway doctor` sees of a certificate by ACME: names that lead nowhere, and how the last order went. The certificate itself is
// looked at like any other (doctor-checks.ts).

import { waitAfter } from "./acme.ts";
import { readState } from "./acme-state.ts";
import { isoTime } from "./base/clock.ts";
import { addressesOf, type Finding, type Patient } from "./doctor-checks.ts";

export async function lookAtAcme({ settings }: Patient): Promise<readonly Finding[]> {
  const what = "acme";
  const { acmeDomains: domains, acmePort: port, data } = settings;
  if (domains.length === 0) return [];
  const found: Finding[] = [];
  for (const name of domains) {
    if ((await addressesOf(name)).length > 0) continue;
    const advice = "give it an A or AAAA record, or take it out of SEATWAY_ACME_DOMAINS";
    found.push({ what, state: "bad", said: `${name} leads to no address`, advice });
  }
  const state = await readState(data);
  if (state === null)
    return [...found, { what, state: "look", said: "nothing was ordered yet: the gateway does it once it runs" }];
  if (state.failures > 0) {
    const next = isoTime(state.at + waitAfter(state.failures));
    found.push({
      ...{ what, state: "bad", said: `failed ${state.failures} times, last ${isoTime(state.at)}: ${state.reason}` },
      advice: `port 80 of every name has to lead to port ${port} here; next try ${next}, or at once with a reload (docs/deploy.md)`,
    });
  }
  if (found.length > 0) return found;
  return [{ what, state: "ok", said: `${domains.join(", ")}: last ordered ${isoTime(state.at)}` }];
}
