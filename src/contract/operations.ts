// All operations of the interface, as one list: what the documents of the interface are generated from (docs/openapi.json), and what
// the conformance tests have to cover.

import * as agentAccount from "./agent-account.ts";
import * as agentConference from "./agent-conference.ts";
import { getAgentEvent, getAllAgentEvent } from "./agent-event.ts";
import * as agentGroup from "./agent-group.ts";
import * as agentMessage from "./agent-message.ts";
import * as callData from "./call-data.ts";
import * as callFigures from "./call-figures.ts";
import * as callMedia from "./call-media.ts";
import * as callPickup from "./call-pickup.ts";
import * as configuration from "./configuration.ts";
import * as forwarding from "./forwarding.ts";
import * as mediaCall from "./media-call.ts";
import * as onlineAgent from "./online-agent.ts";
import type { Operation } from "./operation.ts";
import * as previewCall from "./preview-call.ts";
import * as previewList from "./preview-list.ts";
import * as qualityControl from "./quality-control.ts";
import * as queryMonitor from "./query-monitor.ts";
import * as queueDevice from "./queue-device.ts";
import * as recordFile from "./record-file.ts";
import * as recordPlay from "./record-play.ts";
import * as textChat from "./text-chat.ts";
import * as voiceCall from "./voice-call.ts";

/** In the order of the documents' groups. */
export const documentedOperations: readonly Operation[] = [
  ...Object.values(onlineAgent),
  ...Object.values(agentMessage),
  ...Object.values(agentAccount),
  ...Object.values(forwarding),
  getAgentEvent,
  getAllAgentEvent,
  ...Object.values(voiceCall),
  ...Object.values(callMedia),
  ...Object.values(previewCall),
  ...Object.values(callPickup),
  ...Object.values(callData),
  ...Object.values(recordPlay),
  ...Object.values(recordFile),
  ...Object.values(qualityControl),
  ...Object.values(callFigures),
  ...Object.values(queueDevice),
  ...Object.values(agentGroup),
  ...Object.values(queryMonitor),
  ...Object.values(mediaCall),
  ...Object.values(textChat),
  ...Object.values(configuration),
  ...Object.values(agentConference),
];

/** Those of no document: Seatway's own. */
export const ownOperations: readonly Operation[] = Object.values(previewList);
