// The program of ours in the two-leg benchmark: every INVITE to it becomes an INVITE of its own to the callee, what happens to
// the one happens to the other. Built on the face of src/sip alone. Forked by two-leg-run.ts.

import { once } from "node:events";
import process from "node:process";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { openEndpoint } from "../../src/sip/endpoint.ts";
import type { Dialog, DialogEvent, IncomingInvite, Peer, SipEndpoint } from "../../src/sip/face.ts";
import type { Ends } from "./two-leg-messages.ts";
import type { Pem } from "./two-leg-wire.ts";

export type SubjectOrder = { readonly ends: Ends; readonly pem: Pem };
/** The port that it listens on; afterwards, asked with "heap", the bytes that are in use when all garbage is gone. */
export type SubjectMessage = { readonly port: number } | { readonly heapBytes: number };

const refusal = (event: DialogEvent): number => (event.type === "failed" ? event.status : 480);

function connectLegs(endpoint: SipEndpoint, incoming: IncomingInvite, peer: Peer): void {
  const way = peer.transport === "udp" ? "" : `;transport=${peer.transport}`;
  const { user, displayName } = incoming.from;
  const outgoing: Dialog = endpoint.invite(
    {
      uri: `sip:${incoming.user}@127.0.0.1:${peer.port}${way}`,
      peer,
      from: { uri: `sip:${user}@127.0.0.1`, displayName },
      sdp: incoming.sdp ?? "",
    },
    (event) => {
      if (event.type === "provisional") incoming.ring(event.status, event.sdp);
      else if (event.type === "answered") incoming.answer(event.sdp);
      else if (event.type === "failed") incoming.reject(refusal(event));
      else if (event.type === "ended") incoming.hangUp();
    },
  );
  incoming.observe((event) => {
    if (event.type === "ended" && event.by !== "local") outgoing.hangUp();
  });
}

async function start({ ends, pem }: SubjectOrder): Promise<number> {
  const peer: Peer = { transport: ends.transport, address: "127.0.0.1", port: ends.calleePort };
  const endpoint = await openEndpoint({
    ...{ clock: systemClock, log: silentLog, host: "127.0.0.1", port: 0, advertise: "127.0.0.1" },
    ...{ transports: [ends.transport], userAgent: "seatway bench", realm: "bench" },
    tls: { port: 0, ...pem, identities: new Map([[peer.address, { ca: pem.cert }]]) },
    guard: { trusts: () => true, banned: () => {} },
    handlers: {
      password: () => undefined,
      register: () => ({ status: 403 }),
      invite: (incoming) => connectLegs(endpoint, incoming, peer),
    },
  });
  return endpoint.tlsPort ?? endpoint.port;
}

const COLLECTIONS = 10;

const tell = (message: SubjectMessage): void => void process.send?.(message);

if (process.send) {
  const [order] = (await once(process, "message")) as [SubjectOrder];
  tell({ port: await start(order) });
  process.on("message", () => {
    // Several times: code that only the start needed is thrown away after a few, and must not count as calls that ended.
    for (let turn = 0; turn < COLLECTIONS; turn++) global.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    tell({ heapBytes: heapUsed + arrayBuffers });
  });
  process.on("disconnect", () => process.exit());
}
