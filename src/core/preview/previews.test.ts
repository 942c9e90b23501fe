// The list of previews: what happens to one, and who gets which.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { agentId, callId } from "../../base/ids.ts";
import { previewOf, reducePreviews } from "./previews.ts";
import type { Preview, PreviewEffect, PreviewEvent, Previews } from "./state.ts";

type Untimed = PreviewEvent extends infer Event ? (Event extends unknown ? Omit<Event, "at"> : never) : never;

const [a101, a102] = [agentId("101"), agentId("102")];

const preview = (id: number, change: Partial<Preview> = {}): Preview => ({
  ...{ id, state: "waiting", numbers: ["40040"], data: "", caller: "", agent: null, skill: 25 },
  ...{ offeredTo: null, declinedBy: [], call: null, called: "", createdAt: 0, changedAt: 0 },
  ...change,
});

/** One event after the other; what has been asked for in the end. */
function run(...events: readonly Untimed[]): { previews: Previews; effects: readonly PreviewEffect[] } {
  let previews: Previews = new Map();
  let effects: readonly PreviewEffect[] = [];
  for (const [at, event] of events.entries())
    [previews, effects] = reducePreviews(previews, { ...event, at } as PreviewEvent);
  return { previews, effects };
}

const added = (id: number, change: Partial<Preview> = {}): Untimed => ({ type: "added", preview: preview(id, change) });
const ready = (agent = a101, skills: readonly number[] = [25]): Untimed => ({ type: "agent-ready", agent, skills });
const shown = ({ effects }: ReturnType<typeof run>) =>
  effects.flatMap((effect) => (effect.type === "offer" ? [`${effect.preview.id} to ${effect.agent}`] : []));

test("the oldest of his skills, one at a time; those of others and of other skills are passed over", () => {
  const list = [added(1, { agent: a102 }), added(2, { skill: 26 }), added(3), added(4)];
  assert.deepEqual(shown(run(...list, ready())), ["3 to 101"]);
  assert.deepEqual(shown(run(...list, ready(), ready())), []);
  assert.deepEqual(shown(run(...list, ready(), ready(a102))), ["1 to 102"]);
  assert.deepEqual(shown(run(...list, ready(a101, []))), []);
});

test("called: it is calling until the call ends, then answered or failed, and the agent gets the next one", () => {
  const call = callId("1-1");
  const chosen: Untimed = { type: "chosen", id: 1, call, called: "40040" };
  const begun = [added(1), added(2), ready(), chosen];
  assert.deepEqual(shown(run(...begun, ready())), [], "he is in the call");
  for (const [answered, state] of [
    [true, "answered"],
    [false, "failed"],
  ] as const) {
    const ended = run(...begun, { type: "call-ended", call, answered });
    assert.deepEqual(
      ended.effects.map((effect) => [effect.type, effect.preview.state, effect.preview.called]),
      [["keep", state, "40040"]],
    );
    assert.deepEqual([...ended.previews.keys()], [2]);
  }
  assert.deepEqual(shown(run(...begun, { type: "call-ended", call, answered: true }, ready())), ["2 to 101"]);
});

test("declined: another agent of the skill gets it, he does not again; one for him alone is over", () => {
  const declined: Untimed = { type: "declined", id: 1, agent: a101 };
  assert.deepEqual(shown(run(added(1), ready(), declined, ready())), []);
  assert.deepEqual(shown(run(added(1), ready(), declined, ready(a102))), ["1 to 102"]);
  assert.equal(run(added(1, { agent: a101 }), ready(), declined).previews.size, 0);
});

test("signed out: it waits again, at its old place", () => {
  const gone: Untimed = { type: "agent-gone", agent: a101 };
  assert.deepEqual(shown(run(added(1), added(2), ready(), gone, ready(a102))), ["1 to 102"]);
  assert.deepEqual(shown(run(added(1), ready(), { type: "removed", id: 1 }, gone, ready(a102))), []);
});

test("in any order each agent has one at most, and nobody has one that waits", () => {
  const event = fc.oneof(
    fc.record({ type: fc.constant("added" as const), preview: fc.nat(5).map((id) => preview(id + 1)) }),
    fc.record({
      type: fc.constant("agent-ready" as const),
      agent: fc.constantFrom(a101, a102),
      skills: fc.constant([25]),
    }),
    fc.record({ type: fc.constant("agent-gone" as const), agent: fc.constantFrom(a101, a102) }),
    fc.record({ type: fc.constant("declined" as const), id: fc.nat(6), agent: fc.constantFrom(a101, a102) }),
    fc.record({ type: fc.constant("removed" as const), id: fc.nat(6) }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const { previews } = run(...events);
      for (const agent of [a101, a102]) {
        const own = [...previews.values()].filter((one) => one.state !== "waiting" && one.offeredTo === agent);
        assert.ok(own.length <= 1);
        assert.equal(previewOf(previews, agent), own[0]);
      }
    }),
  );
});
