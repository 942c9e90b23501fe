// Every operation of the interface, by the groups of its documents: what `call` and `file` of a session take.

export * as agentAccount from "../contract/agent-account.ts";
export * as agentConference from "../contract/agent-conference.ts";
export * as agentEvent from "../contract/agent-event.ts";
export * as agentGroup from "../contract/agent-group.ts";
export * as agentMessage from "../contract/agent-message.ts";
export * as callData from "../contract/call-data.ts";
export * as callFigures from "../contract/call-figures.ts";
export * as callMedia from "../contract/call-media.ts";
export * as callPickup from "../contract/call-pickup.ts";
export * as configuration from "../contract/configuration.ts";
export * as forwarding from "../contract/forwarding.ts";
export * as mediaCall from "../contract/media-call.ts";
export * as onlineAgent from "../contract/online-agent.ts";
export * as previewCall from "../contract/preview-call.ts";
export * as previewList from "../contract/preview-list.ts";
export * as qualityControl from "../contract/quality-control.ts";
export * as queryMonitor from "../contract/query-monitor.ts";
export * as queueDevice from "../contract/queue-device.ts";
export * as recordFile from "../contract/record-file.ts";
export * as recordPlay from "../contract/record-play.ts";
export * as textChat from "../contract/text-chat.ts";
export * as voiceCall from "../contract/voice-call.ts";
