// Video in a call: contract/call-media.ts carried out.

import { isRefusal, refuse } from "../../base/step.ts";
import * as contract from "../../contract/call-media.ts";
import type { Gateway } from "../../runtime/face.ts";
import type { Outcome } from "../reply.ts";
import { type Ask, type Route, refusing, route } from "../route.ts";

/** codes.json media_ability_in_events. */
const AUDIO = 1;
const AUDIO_AND_VIDEO = 3;

function mediaSwitch(gateway: Gateway, { agent, fields }: Ask<typeof contract.mediaSwitch>): Outcome {
  const { mediaType, videoDirection } = fields;
  if (mediaType !== AUDIO && mediaType !== AUDIO_AND_VIDEO) return refuse("000-002", "mediaType: 1 or 3");
  const switched = gateway.switchMedia(agent, {
    video: mediaType === AUDIO_AND_VIDEO,
    userVideoDirection: videoDirection,
  });
  if (isRefusal(switched)) return switched;
  return switched.note === "" ? {} : { message: switched.note };
}

export const callMediaRoutes = (gateway: Gateway): readonly Route[] => [
  route(contract.beginMuteVideo, ({ agent }) => gateway.command(agent, { type: "begin-mute-video" })),
  route(contract.endMuteVideo, ({ agent }) => gateway.command(agent, { type: "end-mute-video" })),
  route(contract.mediaSwitch, (ask) => mediaSwitch(gateway, ask)),
  route(contract.reportSound, ({ agent }) => gateway.sayWorkNumber(agent)),
  refusing(contract.startAsrByCallId),
];
