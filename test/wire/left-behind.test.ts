// An endpoint dies with INVITEs under way, and the next one at its port ends them: real sockets, and endpoints of ours as those who
// ring and those who call.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DialogEvent, IncomingInvite, InviteImage, InviteKeeper, Peer } from "../../src/sip/face.ts";
import { mortal } from "../support/mortal.ts";
import { Seen } from "../support/sip-endpoints.ts";
import { until } from "../support/until.ts";

/** What is kept of one endpoint, for the next one. */
function shelf(): InviteKeeper & { images(): readonly InviteImage[] } {
  const kept = new Map<string, InviteImage>();
  return {
    keep(image, then) {
      kept.set(image.id, image);
      then?.();
    },
    drop: (id) => void kept.delete(id),
    images: () => JSON.parse(JSON.stringify([...kept.values()])),
  };
}

const ringing = (events: Seen<DialogEvent>) => (call: IncomingInvite) => {
  call.observe(events.push);
  call.ring(180);
};

describe("INVITEs that an endpoint has left", () => {
  test("who rings is told to stop, who calls gets 503", async () => {
    const invites = shelf();
    const events = new Seen<DialogEvent>();
    const phone = await mortal({}, { invite: ringing(events) });
    const first = await mortal({ invites });
    const rung = new Seen<DialogEvent>();
    const from = { uri: "sip:7@127.0.0.1" };
    first.endpoint.invite({ uri: `sip:8@127.0.0.1:${phone.endpoint.port}`, from, sdp: "v=0" }, rung.push);
    await rung.type("provisional");
    const caller = await mortal();
    const told = new Seen<DialogEvent>();
    caller.endpoint.invite({ uri: `sip:9@127.0.0.1:${first.endpoint.port}`, from, sdp: "v=0" }, told.push);
    await until("both to be kept", () => invites.images().length === 2 || null);
    const images = invites.images();
    await first.die();
    await mortal({ port: first.endpoint.port, invites, leftBehind: { images } });
    const [ended, failed] = [await events.type("ended"), await told.type("failed")];
    assert.deepEqual(ended, { type: "ended", by: "remote", status: 487, q850: 41 });
    assert.ok(failed.type === "failed" && failed.status === 503);
    await until("nothing to be kept", () => invites.images().length === 0 || null);
  });

  test("who has answered, unknown to any image, gets BYE", async () => {
    const invites = shelf();
    const events = new Seen<DialogEvent>();
    const answered = (call: IncomingInvite): void => {
      call.observe(events.push);
      call.answer("v=0");
    };
    const phone = await mortal({}, { invite: answered });
    const first = await mortal({ invites });
    const from = { uri: "sip:7@127.0.0.1" };
    first.endpoint.invite({ uri: `sip:8@127.0.0.1:${phone.endpoint.port}`, from, sdp: "v=0" }, () => {});
    const images = invites.images();
    await events.type("confirmed");
    await first.die();
    await mortal({ port: first.endpoint.port, invites, leftBehind: { images } });
    assert.deepEqual(await events.type("ended"), { type: "ended", by: "remote", q850: 41 });
  });

  test("a phone behind its own connection is told over the next one", async () => {
    const invites = shelf();
    const events = new Seen<DialogEvent>();
    // Its Contact leads nowhere, as that of a phone behind a NAT.
    const phone = await mortal({ transports: ["tcp"], advertise: "127.0.0.9" }, { invite: ringing(events) });
    const bindings = new Seen<{ readonly uri: string; readonly peer: Peer }>();
    const registrar = {
      password: () => "secret",
      register: ({
        contacts,
        source,
      }: {
        contacts: readonly { uri: string; expiresS: number; q: number }[] | "*";
        source: Peer;
      }) => {
        if (contacts === "*") return { status: 200, bindings: [] } as const;
        for (const { uri } of contacts) bindings.push({ uri, peer: source });
        return { status: 200, bindings: contacts } as const;
      },
    };
    const register = async (port: number) => {
      const known = bindings.items.length;
      const place = { transport: "tcp", address: "127.0.0.1", port } as const;
      const credentials = { username: "8", password: "secret" };
      phone.endpoint.register(
        { user: "8", registrar: place, domain: "127.0.0.1", credentials, expiresS: 600 },
        () => {},
      );
      return until("the phone to be registered", () => bindings.items[known] ?? null);
    };
    const first = await mortal({ invites, transports: ["udp", "tcp"] }, registrar);
    const { uri, peer } = await register(first.endpoint.port);
    const rung = new Seen<DialogEvent>();
    first.endpoint.invite({ uri, peer, from: { uri: "sip:7@127.0.0.1" }, sdp: "v=0" }, rung.push);
    await rung.type("provisional");
    const images = invites.images();
    await first.die();
    const next = await mortal(
      { port: first.endpoint.port, transports: ["udp", "tcp"], invites, leftBehind: { images } },
      registrar,
    );
    await register(next.endpoint.port);
    assert.deepEqual(await events.type("ended"), { type: "ended", by: "remote", status: 487, q850: 41 });
    await until("nothing to be kept", () => invites.images().length === 0 || null);
  });
});
