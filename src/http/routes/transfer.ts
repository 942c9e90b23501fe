// Calls between agents, passing calls on, joining them: the second half of contract/voice-call.ts carried out.

import { isRefusal, refuse } from "../../base/step.ts";
import * as contract from "../../contract/voice-call.ts";
import type { Gateway, Transfer } from "../../runtime/face.ts";
import type { Outcome } from "../reply.ts";
import { type Ask, type Route, route } from "../route.ts";

const placed = (outcome: ReturnType<Gateway["callInner"]>): Outcome =>
  isRefusal(outcome) ? outcome : { result: outcome.callId, callId: outcome.callId };

/** codes.json transfer_modes: what a mode means depends on the device. */
const modes: Readonly<Record<number, Readonly<Record<number, Transfer["mode"]>>>> = {
  1: { 0: "blind", 2: "success" },
  2: { 0: "blind", 2: "success" },
  3: { 0: "blind" },
  4: { 0: "blind", 2: "success" },
  5: { 1: "blind", 2: "success", 3: "talk", 4: "three-party" },
};

const devices = { 1: "skill", 2: "agent", 3: "ivr", 4: "access-code", 5: "number" } as const;

function transfer(gateway: Gateway, { agent, fields }: Ask<typeof contract.transfer>): Outcome {
  const { devicetype, address, mode, callappdata, caller, mediaability, holdflag, skillId } = fields;
  if (devicetype === 3 && mode === 1) return refuse("100-007", "mode: nothing leads a call back from a menu");
  if (devicetype === 2 && mode === 3) return refuse("100-007", "mode: agents have no private queues");
  const fitting = modes[devicetype] ?? {};
  const purpose = fitting[mode];
  const device = devices[devicetype as keyof typeof devices];
  if (!purpose)
    return refuse("000-002", `mode: with devicetype ${devicetype} one of ${Object.keys(fitting).join(", ")}`);
  if (device !== "number" && !/^[0-9]+$/.test(address)) return refuse("000-002", "address: 1-24 digits");
  const appData = callappdata || null;
  const media = { caller, mediaAbility: mediaability };
  return gateway.transfer(agent, { device, address, mode: purpose, appData, ...media, hold: holdflag, skillId });
}

function innerHelp(gateway: Gateway, { agent, fields }: Ask<typeof contract.innerHelp>): Outcome {
  const { dstaddress, devicetype, mode, callappdata, holdflag } = fields;
  const to = devicetype === 1 ? { skill: Number(dstaddress) } : { agent: dstaddress };
  return placed(gateway.innerHelp(agent, { to, parties: mode === 1 ? 2 : 3, appData: callappdata, hold: holdflag }));
}

export const transferRoutes = (gateway: Gateway): readonly Route[] => [
  route(contract.callInner, ({ agent, fields }) =>
    placed(
      gateway.callInner(agent, { to: { agent: fields.called }, skillId: fields.skillid, appData: fields.callappdata }),
    ),
  ),
  route(contract.callInnerSkill, ({ agent, fields }) =>
    placed(gateway.callInner(agent, { to: { skill: fields.skillId }, appData: "" })),
  ),
  route(contract.innerHelp, (ask) => innerHelp(gateway, ask)),
  route(contract.transfer, (ask) => transfer(gateway, ask)),
  route(contract.cancelTransfer, ({ agent }) => gateway.cancelTransfer(agent)),
  route(contract.disconnect, ({ agent, fields }) => gateway.disconnect(agent, fields.number)),
  route(contract.connectHold, ({ agent, fields }) =>
    gateway.command(agent, { type: "join-held", callId: fields.callid, leave: true, appData: null }),
  ),
  route(contract.confJoin, ({ agent, fields }) =>
    gateway.command(agent, {
      type: "join-held",
      callId: fields.callid,
      leave: false,
      appData: fields.callappdata || null,
    }),
  ),
];
