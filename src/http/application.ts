// The router with every route of the face. Fastify matches paths and gathers bodies; the checks and the bytes of the
// replies are our own, because the interface is older than any framework's ideas of it.

import { type FastifyInstance, fastify } from "fastify";
import { refuse } from "../base/step.ts";
import { agentCallRoutes } from "./agent-calls.ts";
import { deskSetup } from "./desk-setup.ts";
import { interfaceDocuments } from "./interface-documents.ts";
import { openLive } from "./live.ts";
import { localPage } from "./local-page.ts";
import { metricsRoute } from "./metrics.ts";
import { operatorRoutes } from "./operator/operator.ts";
import { pages } from "./pages.ts";
import { probes } from "./probes.ts";
import { recordRoutes } from "./records.ts";
import { refusalBody, sendJson } from "./reply.ts";
import { resourceScriptRoute } from "./resource-js.ts";
import type { Route } from "./route.ts";
import { absentRoutes } from "./routes/absent.ts";
import { agentAccountRoutes } from "./routes/agent-account.ts";
import { agentConferenceRoutes } from "./routes/agent-conference.ts";
import { agentEventRoutes } from "./routes/agent-event.ts";
import { agentGroupRoutes } from "./routes/agent-group.ts";
import { agentMessageRoutes } from "./routes/agent-message.ts";
import { callDataRoutes } from "./routes/call-data.ts";
import { callFigureRoutes } from "./routes/call-figures.ts";
import { callMediaRoutes } from "./routes/call-media.ts";
import { callPickupRoutes } from "./routes/call-pickup.ts";
import { configurationRoutes } from "./routes/configuration.ts";
import { forwardingRoutes } from "./routes/forwarding.ts";
import { onlineAgentRoutes } from "./routes/online-agent.ts";
import { previewCallRoutes } from "./routes/preview-call.ts";
import { qualityControlRoutes } from "./routes/quality-control.ts";
import { queryMonitorRoutes } from "./routes/query-monitor.ts";
import { queueDeviceRoutes } from "./routes/queue-device.ts";
import { recordFileRoutes } from "./routes/record-file.ts";
import { recordPlayRoutes } from "./routes/record-play.ts";
import { transferRoutes } from "./routes/transfer.ts";
import { voiceCallRoutes } from "./routes/voice-call.ts";
import { type Door, handlerOf, routerPath } from "./serve.ts";
import { routeSip } from "./sip-upgrade.ts";
import { serverSentEvents } from "./sse.ts";
import { callTrace } from "./trace.ts";
import { trunkRoutes } from "./trunks.ts";
import { serveUnserved } from "./unserved.ts";

/** Far above any legal body: callappdata is the longest field, 16,384 bytes. */
const bodyLimit = 1_048_576;

const routes = ({ gateway, settings }: Door): readonly Route[] => [
  ...onlineAgentRoutes(gateway),
  ...agentMessageRoutes(gateway),
  ...agentAccountRoutes(gateway),
  ...forwardingRoutes(gateway),
  ...agentEventRoutes(gateway, settings),
  ...voiceCallRoutes(gateway),
  ...transferRoutes(gateway),
  ...callMediaRoutes(gateway),
  ...callPickupRoutes(gateway),
  ...callDataRoutes(gateway),
  ...previewCallRoutes(gateway),
  ...qualityControlRoutes(gateway),
  ...callFigureRoutes(gateway),
  ...queueDeviceRoutes(gateway),
  ...agentGroupRoutes(gateway),
  ...queryMonitorRoutes(gateway),
  ...recordPlayRoutes(gateway),
  ...recordFileRoutes(gateway),
  ...configurationRoutes(gateway),
  ...absentRoutes,
  ...agentConferenceRoutes(gateway),
];

const tooLong = refusalBody(refuse("000-002", `body: at most ${bodyLimit} bytes`));
const notWhole = refusalBody(refuse("000-002", "body: shorter or longer than its Content-Length"));
const badPath = refusalBody(refuse("000-002", "path: not a valid one"));

/** What Fastify itself refuses, in our envelope; status 200 because programs read no other body (wire.md 1). */
function refuseUnread(app: FastifyInstance, door: Door): void {
  app.setErrorHandler<Error & { readonly code?: string }>((error, request, reply) => {
    reply.hijack();
    door.log.warn({ method: "unread", reason: error.code ?? error.name }, "request");
    // What is left of the body is not read: the connection cannot carry another request.
    const headers = ["Connection", "close", ...door.cors.reply(request.headers.origin)];
    sendJson(reply.raw, 200, error.code === "FST_ERR_CTP_BODY_TOO_LARGE" ? tooLong : notWhole, headers);
  });
}

/** No route has a schema for the router to compile: its two compilers, a hundred modules, are never loaded. */
const unused = () => () => {
  throw new Error("a route was given a schema");
};

export type Application = {
  readonly app: FastifyInstance;
  /** Ends the live feeds. */
  readonly close: () => void;
};

/** Builds the router; `ready()` has been awaited. */
export async function application(door: Door): Promise<Application> {
  const app = fastify({
    logger: false,
    // HEAD would run a poll and throw its event away.
    exposeHeadRoutes: false,
    bodyLimit,
    schemaController: { compilersFactory: { buildValidator: unused, buildSerializer: unused } },
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, maxParamLength: 256 },
    frameworkErrors: (_error, _request, reply) => {
      reply.hijack();
      sendJson(reply.raw, 404, badPath, []);
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  for (const it of routes(door)) {
    app.route({ method: it.operation.method, url: routerPath(it), handler: handlerOf(door, it) });
  }
  const live = openLive(door);
  const endStreams = serverSentEvents(app, door);
  probes(app, door);
  await localPage(app);
  pages(app, door.settings.frameOrigins);
  interfaceDocuments(app);
  resourceScriptRoute(app);
  callTrace(app, door);
  deskSetup(app, door);
  agentCallRoutes(app, door);
  app.get("/live", live.handler);
  metricsRoute(app, door);
  trunkRoutes(app, door.trunks);
  recordRoutes(app, door);
  const endBoards = operatorRoutes(app, door);
  routeSip(app, door);
  refuseUnread(app, door);
  app.setNotFoundHandler((request, reply) => {
    reply.hijack();
    serveUnserved(door, request.raw, reply.raw);
  });
  await app.ready();
  const close = () => {
    live.close();
    endStreams();
    endBoards();
  };
  return { app, close };
}
