import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSite } from "./site-file.ts";

const site = (media: unknown): string =>
  JSON.stringify({
    agents: [],
    skills: [{ id: 25, name: "voice" }],
    phones: [],
    callers: ["40038"],
    defaultCaller: "40038",
    defaultSkill: 25,
    media,
  });
const edge = { name: "edge-1", host: "192.0.2.10", port: 22_222 };

test("rtpengine with its instances", () => {
  const media = {
    engine: "rtpengine",
    digitPort: 22_333,
    probeMs: 500,
    instances: [{ ...edge, inside: "in", outside: "out" }],
  };
  const read = parseSite("f", site(media));
  assert.ok("site" in read, JSON.stringify(read));
  assert.deepEqual(read.site.media, media);
});

const rows: readonly (readonly [unknown, string])[] = [
  [{ engine: "other" }, "f:1: media.engine: other is not allowed, builtin or rtpengine expected"],
  [{ engine: "rtpengine" }, "f:1: media.instances: rtpengine needs one at least"],
  [{ engine: "builtin", instances: [edge] }, "f:1: media.instances: only with engine: rtpengine"],
  [{ engine: "builtin", digitPort: 5 }, "f:1: media.digitPort: only with engine: rtpengine"],
  [
    { engine: "rtpengine", instances: [{ ...edge, host: "edge.example" }] },
    "f:1: media.instances[0].host: edge.example is not allowed, an IP address expected",
  ],
  [
    { engine: "rtpengine", instances: [edge, { ...edge, port: 1 }] },
    "f:1: media.instances[1].name: edge-1 stands here twice",
  ],
  [
    { engine: "rtpengine", instances: [edge, { ...edge, name: "b" }] },
    "f:1: media.instances[1].port: 192.0.2.10 port 22222 stands here twice",
  ],
  [
    { engine: "rtpengine", instances: [{ ...edge, inside: "in" }] },
    "f:1: media.instances[0]: inside and outside belong together",
  ],
];
for (const [media, problem] of rows)
  test(problem, () => {
    const read = parseSite("f", site(media));
    assert.deepEqual("problems" in read ? read.problems : read, [problem]);
  });
