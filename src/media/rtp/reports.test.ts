import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyView } from "./packet.ts";
import { Reception } from "./reception.ts";
import { Reports } from "./reports.ts";
import { readReport } from "./rtcp.ts";

/** A stream of 20 ms packets of which every tenth is lost. */
function heardStream(ssrc: number, packets = 200): Reception {
  const reception = new Reception(8);
  for (let index = 0; index < packets; index += 1) {
    if (index % 10 === 9) continue;
    reception.take({ ...emptyView(), ssrc, sequence: index, timestamp: 160 * index }, 160, 20 * index);
  }
  return reception;
}

const sender = (at: number) => ({ at, rtpTimestamp: 0, packets: 1, octets: 160 });

/** Two ends 40 ms apart; their clocks have nothing to do with each other. */
test("the time there and back, whatever the clocks of the two ends say", () => {
  const [ours, theirs] = [new Reports(), new Reports()];
  const [usHeard, themHeard] = [heardStream(2), heardStream(1)];
  const base = { cname: "x", metrics: false };
  const first = ours.write({ ...base, ssrc: 1, sender: sender(1_795_600_000_000), reception: usHeard, now: 1_000 });
  theirs.hear(readReport(first, 2) ?? assert.fail(), 777_040);
  const back = theirs.write({ ...base, ssrc: 2, sender: sender(5_000), reception: themHeard, now: 779_540 });
  ours.hear(readReport(back, 1) ?? assert.fail(), 1_000 + 40 + 2_500 + 40);
  const { rttMs, lostAtPeer, mos } = ours.figures(usHeard, 8);
  assert.ok(rttMs !== null && Math.abs(rttMs - 80) < 1, `${rttMs}`);
  assert.equal(lostAtPeer, themHeard.lost);
  // A tenth lost here and there.
  assert.ok(mos !== null && mos > 3 && mos < 3.7, `${mos}`);
});

test("an answer to no report of ours, or one that was kept longer than it is old, measures nothing", () => {
  const ours = new Reports();
  const reception = heardStream(2);
  const block = { lost: 0, jitter: 80, lastReport: 0x1234, delay: 0 };
  ours.hear({ ntpMiddle: -1, block, mos: null }, 1_000);
  assert.equal(ours.figures(reception, 8).rttMs, null);
  const sent = ours.write({ ssrc: 1, cname: "x", sender: sender(9_000), reception, metrics: false, now: 2_000 });
  ours.hear(
    { ntpMiddle: -1, block: { ...block, lastReport: sent.readUInt32BE(10), delay: 10 * 65_536 }, mos: null },
    3_000,
  );
  assert.equal(ours.figures(reception, 8).rttMs, null);
  assert.equal(ours.figures(reception, 8).jitterAtPeerMs, 10);
  assert.equal(ours.figures(reception, 48).jitterAtPeerMs, 80 / 48);
});

test("VoIP metrics for who asks for them, and what a peer says in its own", () => {
  const reception = heardStream(2);
  const report = { ssrc: 1, cname: "x", sender: sender(0), reception, now: 0 };
  const plain = new Reports().write({ ...report, metrics: false });
  const packet = new Reports().write({ ...report, metrics: true });
  assert.equal(packet.length, plain.length + 44);
  const extended = packet.subarray(plain.length);
  assert.deepEqual([extended[1], extended.readUInt16BE(2), extended[8], extended.readUInt32BE(12)], [207, 10, 7, 2]);
  assert.ok(Math.abs((extended[16] ?? 0) - 0.1 * 256) < 2, "a tenth lost");
  const mos = readReport(packet, 2)?.mos ?? 0;
  assert.ok(mos > 3 && mos < 3.7, `${mos}`);
  assert.equal(readReport(packet, 3)?.mos, null);
});
