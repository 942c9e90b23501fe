import assert from "node:assert/strict";
import { test } from "node:test";
import type { MediaLeg } from "../media/face.ts";
import type { Dialog } from "../sip/face.ts";
import { openDialler } from "./dial.ts";

/** A leg and its dialog as far as digits go; `statuses` are the replies to INFOs. */
function peer(telephoneEvent: boolean, statuses?: number[]) {
  const [dialled, informed]: [string[], string[]] = [[], []];
  const media = {
    agreed: { audio: { codec: "PCMA", direction: "sendrecv", telephoneEvent }, video: null },
    dial: (digits: string) => dialled.push(digits) > 0,
  } as Pick<MediaLeg, "agreed" | "dial"> as MediaLeg;
  const info = async (_type: string, body: string): Promise<number> => {
    informed.push(body.slice("Signal=".length, "Signal=".length + 1));
    return statuses?.shift() ?? 200;
  };
  const dialog: Dialog = {
    sipCallId: "x",
    hangUp() {},
    reoffer: async () => ({ status: 491 }),
    ...(statuses && { info }),
  };
  return { media, dialog, dialled, informed };
}
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const cases: readonly [name: string, it: ReturnType<typeof peer>, dialled: string[], informed: string[]][] = [
  ["telephone-events where they are agreed on, whatever else the peer knows", peer(true, [200]), ["12"], []],
  ["INFO where there are none", peer(false, [200, 200]), [], ["1", "2"]],
  ["tones where INFO is refused", peer(false, [415]), ["12"], ["1"]],
  ["tones for what is left when INFO is refused later", peer(false, [200, 500]), ["2"], ["1", "2"]],
  ["tones where no INFO can be", peer(false), ["12"], []],
];
for (const [name, it, dialled, informed] of cases) {
  test(name, async () => {
    openDialler()(it, "12");
    await settled();
    assert.deepEqual([it.dialled, it.informed], [dialled, informed]);
  });
}

test("two requests are one sequence; a leg without media is no error", async () => {
  const it = peer(false, [200, 200, 200]);
  const dial = openDialler();
  dial(it, "12");
  dial(it, "3");
  dial({ media: null, dialog: null }, "4");
  await settled();
  assert.deepEqual(it.informed, ["1", "2", "3"]);
});
