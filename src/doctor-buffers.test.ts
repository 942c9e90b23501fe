import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeBuffers, lookAtBuffers, lostIn } from "./doctor-buffers.ts";

test("a buffer as a system gives it that nobody has told otherwise is too small: what to set", () => {
  const { state, said, advice = "" } = judgeBuffers({ given: 425_984, lost: 0 });
  assert.deepEqual([state, said], ["look", "room for 184 SIP messages that wait"]);
  assert.match(advice, /^sysctl -w net\.core\.rmem_max=4194304, /);
});

test("a large one is right, until datagrams have been lost all the same", () => {
  assert.equal(judgeBuffers({ given: 8_388_608, lost: 0 }).state, "ok");
  const { state, said, advice = "" } = judgeBuffers({ given: 8_388_608, lost: 7 });
  assert.equal(state, "look");
  assert.match(said, /; 7 datagrams were lost/);
  assert.match(advice, /UdpRcvbufErrors/);
});

test("what was lost stands in the system's table, by name", () => {
  const table =
    "Tcp: RtoMin\nTcp: 200\nUdp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors\nUdp: 9 1 3 9 2\nUdpLite: InDatagrams\nUdpLite: 0\n";
  assert.deepEqual([lostIn(table), lostIn("")], [2, 0]);
});

test("this machine gives some room", async () => {
  const [finding] = await lookAtBuffers();
  assert.match(finding?.said ?? "", /^room for \d{2,} SIP messages/);
});
