// Opens the REST face: HTTPS for everybody, plain HTTP for this machine, one router behind both.

import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer, Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { application } from "./application.ts";
import { cors } from "./cors.ts";
import { type EventSockets, openEventSockets } from "./event-socket.ts";
import { openPending } from "./idempotency.ts";
import { openLimits } from "./limits.ts";
import { type Doors, listen } from "./listen.ts";
import type { HttpFace, HttpOptions, HttpSettings } from "./options.ts";
import type { Door } from "./serve.ts";
import { handUpgrades, takesUpgrade } from "./sip-upgrade.ts";

export type { HttpFace, HttpOptions, HttpSettings } from "./options.ts";

/** A request must be complete within 30 s, so slow senders cannot collect; agents' connections stay open between polls. */
const limits: ServerOptions = { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 75_000 };
const tlsHandshakeMs = 10_000;
/** How long open requests may go on when the face closes. */
const closeGraceMs = 500;

type Listener = { readonly server: Server; readonly host: string; readonly port: number; readonly setting: string };

/** HTTP/1.1 on both: HTTP/2 would lower-case `Set-GUID` (wire.md 9). */
function listeners(door: Door, events: EventSockets, serve: RequestListener): readonly Listener[] {
  const { settings } = door;
  const { httpsPort, httpPort, tls, host } = settings;
  const common = { ...limits, shouldUpgradeCallback: takesUpgrade(door, events) };
  const list: Listener[] = [];
  if (httpsPort !== undefined) {
    if (!tls) throw new Error(`SEATWAY_HTTPS_PORT ${httpsPort}: a certificate and its key are needed`);
    // Asked for, never demanded: whoever has none is served like everybody.
    const clients = settings.trustedCa ? { requestCert: true, rejectUnauthorized: false } : {};
    const options = { ...common, ...clients, ...secureContext(settings, tls), handshakeTimeout: tlsHandshakeMs };
    list.push({ server: createTlsServer(options, serve), host, port: httpsPort, setting: "SEATWAY_HTTPS_PORT" });
  }
  if (httpPort !== undefined) {
    list.push({ server: createServer(common, serve), host: "127.0.0.1", port: httpPort, setting: "SEATWAY_HTTP_PORT" });
  }
  return list;
}

const secureContext = ({ trustedCa }: HttpSettings, { key, cert }: NonNullable<HttpSettings["tls"]>) => ({
  ...{ key, cert, minVersion: "TLSv1.2" as const },
  ...(trustedCa && { ca: trustedCa }),
});

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use: end the program that has it, or set another port",
  EACCES: "this user may not open the port",
  EADDRNOTAVAIL: "SEATWAY_HOST is not an address of this machine",
};

async function open({ server, host, port, setting }: Listener): Promise<Doors> {
  try {
    return await listen(server, { host, port });
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new Error(`${setting}=${port}: ${reasons[code] ?? message}`);
  }
}

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    if (!server.listening) return resolve();
    server.close(() => resolve());
    server.closeIdleConnections();
  });

const portOf = (list: readonly Listener[], setting: string): number | undefined => {
  const address = list.find((it) => it.setting === setting)?.server.address();
  return address ? (address as AddressInfo).port : undefined;
};

/**
 * Listens on the ports of the settings.
 * @throws Error with one line that names the setting, when a port cannot be opened; nothing stays open then.
 */
export async function openHttp(options: HttpOptions): Promise<HttpFace> {
  const { settings, clock, precedence } = options;
  const trusted = new Set(settings.trustedHosts);
  const door = {
    ...options,
    cors: cors(settings.corsOrigins),
    trusted,
    limits: openLimits(clock, settings.rates, options.limited),
    pending: openPending(),
  };
  const { app, close: closeFeeds } = await application(door);
  const events = openEventSockets(door);
  const faces = listeners(door, events, (request, response) => {
    // The type that a client gives his body means nothing (wire.md 19); without it every body is gathered alike.
    delete request.headers["content-type"];
    if (precedence) precedence.run(() => app.routing(request, response));
    else app.routing(request, response);
  });
  const endUpgraded = handUpgrades(
    faces.map(({ server }) => server),
    door,
    events,
  );
  const doors: Doors[] = [];
  const close = async () => {
    closeFeeds();
    events.close();
    const grace = clock.after(closeGraceMs, () => {
      endUpgraded();
      for (const { server } of faces) server.closeAllConnections();
    });
    await Promise.all([...faces.map(({ server }) => stop(server)), ...doors.map((each) => each.close())]);
    grace.cancel();
    await app.close();
  };
  try {
    for (const listener of faces) {
      doors.push(await open(listener));
      // A connection that cannot be accepted is no reason to end the calls of the others.
      listener.server.on("error", (error) => options.log.error({ error: error.message }, listener.setting));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const renew: HttpFace["renew"] = (own) => {
    for (const { server } of faces)
      if (server instanceof TlsServer) server.setSecureContext(secureContext(settings, own));
  };
  return { httpsPort: portOf(faces, "SEATWAY_HTTPS_PORT"), httpPort: portOf(faces, "SEATWAY_HTTP_PORT"), renew, close };
}
