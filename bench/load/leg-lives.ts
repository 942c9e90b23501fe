// What the life of a leg costs our plane: 200 a second are opened, offered, answered, put together and closed.

import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { MediaLeg, MediaPlane } from "../../src/media/face.ts";
import { openPlane } from "../../src/media/plane.ts";
import { rounded } from "./figures.ts";

const host = "127.0.0.1";
const answer = `v=0\r\no=- 1 1 IN IP4 ${host}\r\ns=-\r\nc=IN IP4 ${host}\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n`;

export async function runLegs(seconds: number) {
  const ports = [30_000, 39_999] as const;
  const plane = await openPlane({ clock: systemClock, log: silentLog, host, advertise: host, ports, workers: 1 });
  const before = process.cpuUsage();
  const lives = await live(plane, seconds);
  const { user, system } = process.cpuUsage(before);
  await plane.close();
  return {
    lives,
    perSecond: rounded(lives / seconds),
    cpuMsPerLeg: rounded((user + system) / 1_000 / lives),
  };
}

async function live(plane: MediaPlane, seconds: number): Promise<number> {
  let lives = 0;
  const open: MediaLeg[] = [];
  const end = performance.now() + seconds * 1_000;
  for (let next = performance.now(); next < end; next += 10) {
    for (const leg of open.splice(0)) leg.close();
    for (const id of ["a", "b"]) {
      const leg = await plane.open(id);
      leg.offer({ video: false });
      leg.acceptAnswer(answer);
      open.push(leg);
    }
    const [a, b] = open;
    if (a && b) {
      a.hear({ leg: b });
      b.hear({ leg: a });
    }
    lives += 2;
    await pause(Math.max(0, next + 10 - performance.now()));
  }
  for (const leg of open) leg.close();
  return lives;
}
