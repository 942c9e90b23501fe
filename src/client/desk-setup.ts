// What a desk shows of the site (contract/desk-setup.ts). Beside the interface, so without its envelope.

import { type DeskSetup, deskSetupPath } from "../contract/desk-setup.ts";
import { type Exchange, GatewayFault } from "./exchange.ts";
import { pathSegment } from "./path-segment.ts";
import { list, record } from "./shape.ts";

export type { DeskSetup } from "../contract/desk-setup.ts";

const setup = record<DeskSetup>({ name: "string" });
const named = list(record({ id: "number", name: "string" }));

/** Rejects with a GatewayFault when nobody answers, or not so. */
export async function readDeskSetup(exchange: Exchange, agent: string, signal: AbortSignal): Promise<DeskSetup> {
  const reply = await exchange.open(deskSetupPath.replace("{id}", pathSegment(agent)), signal);
  const body = await reply.text();
  const found = reply.status === 200 ? setup(parsed(body)) : undefined;
  const lists = [found?.restCauses, found?.busyReasons, found?.wrapUpCodes, found?.skills];
  const whole = Array.isArray(found?.callers) && lists.every((each) => named(each) !== undefined);
  if (!found || !whole) throw new GatewayFault("malformed", `HTTP ${reply.status} in place of the desk's setup`);
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
