// Video in a call of the agent's: he is not seen for a while; it is added to an audio call or taken away (mediaswitch).
//
//   talking --switch-media--> the phone is asked (re-INVITE) --> the party is asked --> AgentEvent_MediaSwith

import { refuse } from "../../base/step.ts";
import type { CallFact } from "../call/state.ts";
import { change } from "./leaving.ts";
import {
  type AgentCall,
  type AgentEffect,
  type CallVideo,
  isConnected,
  type MediaWish,
  notify,
  type Outcome,
  type Refused,
  type SignedIn,
} from "./state.ts";

const none: CallVideo = { on: false, muted: false, switching: null };

/** codes.json media_ability_in_events. */
const AUDIO = 1;
const AUDIO_AND_VIDEO = 3;

export const videoOf = ({ video }: AgentCall): CallVideo => video ?? none;

export function muteVideo(agent: SignedIn, current: AgentCall | undefined): Outcome | Refused {
  if (!current) return refuse("200-003", "there is no call to mute");
  if (!isConnected(current)) return refuse("200-004", "the call is not connected yet");
  if (!videoOf(current).on) return refuse("200-004", "the call has no video");
  return setMuted(agent, current, true);
}

export function unmuteVideo(agent: SignedIn, current: AgentCall | undefined): Outcome | Refused {
  if (!current) return refuse("200-007", "there is no call to unmute");
  return videoOf(current).muted ? setMuted(agent, current, false) : refuse("200-008", "the video is not muted");
}

/** A hold ends the mute. */
export const unseen = ({ video }: AgentCall): Pick<AgentCall, "video"> =>
  video?.muted ? { video: { ...video, muted: false } } : {};

const setMuted = (agent: SignedIn, call: AgentCall, muted: boolean): Outcome => [
  change(agent, call.id, { video: { ...videoOf(call), muted } }),
  [{ type: "tell-call", call: call.id, event: { type: "mute-video", muted } }],
];

/** operations.json mediaSwitch. That the call is one of two, the gateway has seen. */
export function switchMedia(
  agent: SignedIn,
  current: AgentCall | undefined,
  { video, videoDirection }: MediaWish,
): Outcome | Refused {
  if (current?.stage !== "talking") return refuse("100-007", "there is no connected call");
  const why = hindrance(agent, current, video);
  if (why !== null) return refuse("100-007", why);
  const { phone } = agent;
  if (phone.name !== "off-hook") return refuse("100-007", "the connection to the agent's phone is lost");
  const wish = { video, videoDirection };
  if (phone.video === video) return askParty(agent, current, wish);
  const asking: CallVideo = { ...videoOf(current), switching: { ...wish, asked: "phone" } };
  return [change(agent, current.id, { video: asking }), [reoffer(phone.leg, current, wish)]];
}

function hindrance({ profile }: SignedIn, call: AgentCall, video: boolean): string | null {
  if (profile.agentType !== 11) return "the agent has not signed in as a video agent (agenttype 11)";
  if (call.kind === "internal" || call.kind === "help") return "a call between agents has no video";
  if (call.bringing) return "somebody is being brought into this call";
  if (videoOf(call).switching) return "the media of this call are being switched already";
  if (videoOf(call).on === video) return video ? "the call has video already" : "the call has no video";
  return null;
}

/** The number shown matters to a first INVITE alone. */
const reoffer = (
  leg: Extract<AgentEffect, { type: "reoffer-phone" }>["leg"],
  { id }: AgentCall,
  { video, videoDirection }: MediaWish,
): AgentEffect => ({
  type: "reoffer-phone",
  leg,
  order: { call: id, shown: "", mediaAbility: video ? 2 : 0, videoDirection },
});

function askParty(agent: SignedIn, call: AgentCall, wish: MediaWish): Outcome {
  const asking: CallVideo = { ...videoOf(call), switching: { ...wish, asked: "party" } };
  return [
    change(agent, call.id, { video: asking }),
    [{ type: "tell-call", call: call.id, event: { type: "switch-media", ...wish } }],
  ];
}

/** The phone's answer, be it to a call that is over meanwhile. */
export function phoneSwitched(agent: SignedIn, video: boolean): Outcome {
  const { phone } = agent;
  if (phone.name !== "off-hook" && phone.name !== "lost") return [agent, []];
  const next: SignedIn = { ...agent, phone: { ...phone, video } };
  const call = next.calls.find((one) => one.video?.switching?.asked === "phone");
  const wish = call?.video?.switching;
  if (!call || !wish) return [next, []];
  if (video === wish.video) return askParty(next, call, wish);
  return [next, [{ type: "tell-call", call: call.id, event: { type: "keep-media" } }]];
}

/** What has become of it; a phone that has agreed in vain is asked to go back. */
export function mediaSwitched(agent: SignedIn, call: AgentCall, fact: CallFact & { type: "media-switched" }): Outcome {
  const wish = call.video?.switching;
  if (!wish) return [agent, []];
  const { phone } = agent;
  const wanted = wish.video ? AUDIO_AND_VIDEO : AUDIO;
  const inVain = !fact.done && phone.name === "off-hook" && phone.video !== fact.video;
  const back: MediaWish = { video: fact.video, videoDirection: null };
  return [
    change(agent, call.id, { video: { on: fact.video, muted: fact.video && videoOf(call).muted, switching: null } }),
    [
      ...(inVain ? [reoffer(phone.leg, call, back)] : []),
      notify("AgentEvent_MediaSwith", {
        callid: call.id,
        reason: fact.done ? 0 : 1,
        caller: fact.caller,
        mediaType: wanted,
        called: fact.called,
      }),
    ],
  ];
}
