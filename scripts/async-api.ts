// docs/asyncapi.json: the streams of events and the pushes as AsyncAPI 3.0, from the same types as the polls. Pure.

import { readFileSync } from "node:fs";
import { eventStreamPath } from "../src/contract/event-stream.ts";
import { eventSchemas, streamItems } from "./event-types.ts";
import type { Schema } from "./json-schema.ts";

const { version, license } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
  license: string;
};

const messageName = (type: string): string => `stream-${type}`;
const ref = (path: string): Schema => ({ $ref: `#/${path}` });

const pushed: Schema = {
  type: "object",
  properties: {
    workNo: { type: "string" },
    eventList: { type: "array", items: { $ref: "#/components/schemas/AgentEventMessage" }, maxItems: 50 },
    message: { type: "string", description: "With the last events of a session: who ended it, from where and when." },
  },
  required: ["workNo", "eventList"],
};

/** The document. */
export const asyncApi = (): Schema => ({
  asyncapi: "3.0.0",
  info: {
    title: "Seatway: events of agents",
    version,
    description: "How long events are kept, who may read, and how a lost connection goes on: docs/events.md.",
    license: { name: license },
  },
  defaultContentType: "application/json",
  channels: {
    stream: {
      address: eventStreamPath,
      description:
        "One agent's events with his Guid: server-sent events, or with Upgrade: websocket one JSON text for each item. since or Last-Event-ID says from where.",
      parameters: { id: { description: "Work number." } },
      messages: Object.fromEntries(
        Object.keys(streamItems).map((type) => [messageName(type), ref(`components/messages/${messageName(type)}`)]),
      ),
    },
    push: {
      address: "{callBackUri}",
      description: "POST to the address that the sign-in named; any 2xx acknowledges.",
      parameters: { callBackUri: { description: "Of an origin in SEATWAY_PUSH_TARGETS." } },
      messages: { push: ref("components/messages/push") },
    },
  },
  operations: {
    stream: { action: "send", channel: ref("channels/stream"), summary: "The gateway sends, the desk reads." },
    push: { action: "send", channel: ref("channels/push"), summary: "The gateway posts, a receiver acknowledges." },
  },
  components: {
    messages: {
      ...Object.fromEntries(
        Object.entries(streamItems).map(([type, payload]) => [messageName(type), { name: type, payload }]),
      ),
      push: {
        name: "push",
        headers: {
          type: "object",
          properties: {
            Guid: { type: "string", description: "The newest Guid; a secret." },
            service_token: { type: "string" },
            "Event-Id": { type: "string", description: "Of each event, joined by commas." },
            "Trace-Id": { type: "string", description: "Of each event, joined by commas." },
          },
        },
        payload: pushed,
      },
    },
    schemas: eventSchemas,
  },
});
