// The world of the demo site: the simulated phones and parties, told what to do over their control interface (docs/sim.md).

import assert from "node:assert/strict";
import { startGateway } from "../support/started-gateway.ts";
import { until } from "../support/until.ts";
import type { PartyManner, PhoneManner, Stage, World } from "./world.ts";

const phones: Readonly<Record<PhoneManner, object>> = {
  answers: {},
  "answers-without-video": { video: false },
  busy: { ring: false, answerAfterMs: 0, refuse: 486 },
  declines: { refuse: 603 },
  rings: { answerAfterMs: null },
  "not-registered": { registered: false },
};

const parties: Readonly<Record<PartyManner, object>> = {
  answers: {},
  "answers-at-once": { ring: false, answerAfterMs: 0 },
  "answers-without-video": { video: false },
  "hangs-up": { hangUpAfterMs: 0 },
  busy: { refuse: 486 },
  "no-answer": { refuse: 480 },
  declines: { refuse: 603, q850: 21 },
  vacant: { refuse: 404 },
  rings: { answerAfterMs: null },
  unavailable: { ring: false, answerAfterMs: 0, refuse: 480 },
  "carrier-failure": { ring: false, answerAfterMs: 0, refuse: 503 },
  "media-refused": { ring: false, answerAfterMs: 0, refuse: 488 },
};

/** All behaviours are told to these two, and taken back before the next callout. */
const phone = "phones/40001";
const party = "parties/40040";

export async function openDemoWorld(): Promise<World> {
  const gateway = await startGateway();
  const ask = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const headers = { "Content-Type": "application/json" };
    const reply = await fetch(`${gateway.control}/${path}`, {
      method,
      ...(body ? { headers, body: JSON.stringify(body) } : {}),
    });
    const text = await reply.text();
    assert.equal(reply.status, 200, `${method} ${path}: ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const invites = async (): Promise<number> => {
    const counts = await Promise.all(
      [phone, party].map(async (path) => (await ask("GET", `${path}/invites`))["count"]),
    );
    return counts.map(Number).reduce((sum, count) => sum + count, 0);
  };
  const registered = (wanted: boolean): Promise<true> =>
    until(`phone 40001 registered: ${wanted}`, async () => (await ask("GET", phone))["registered"] === wanted || null);

  const stage = async (phoneManner: PhoneManner, partyManner: PartyManner): Promise<Stage> => {
    await ask("POST", "reset");
    await registered(true);
    await ask("PUT", phone, phones[phoneManner]);
    await registered(phoneManner !== "not-registered");
    // 180 and answer 200 ms apart: long enough to be two events, short enough for a suite.
    await ask("PUT", party, { answerAfterMs: 200, ...parties[partyManner] });
    const before = await invites();
    return {
      phone: "40001",
      called: "40040",
      hangUpPhone: async () => void (await ask("POST", `${phone}/hangup`)),
      hangUpParty: async () => void (await ask("POST", `${party}/hangup`)),
      invites: async () => (await invites()) - before,
      close: async () => {},
    };
  };
  return {
    url: gateway.url,
    stage,
    close: async () => void (await gateway.stop()),
  };
}
