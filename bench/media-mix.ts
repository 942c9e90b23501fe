// What conferences of three cost: CPU of this whole process (all threads), with the phones in a child process.
// `node bench/media-mix.ts [conferences] [seconds]` prints one JSON object.

import { fork } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../src/base/clock.ts";
import { silentLog } from "../src/base/log.ts";
import type { MediaLeg, PhoneLeg } from "../src/media/face.ts";
import { openPhonePlane, openPlane } from "../src/media/plane.ts";

const parties = 3;
const local = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 } as const;

if (process.argv[2] === "phones") await phones();
else await measure(Number(process.argv[2] ?? 50), Number(process.argv[3] ?? 5));

async function measure(conferences: number, seconds: number): Promise<void> {
  const count = conferences * parties;
  const plane = await openPlane({ ...local, ports: [30_000, 30_000 + count * 2 + 200] });
  const child = fork(import.meta.filename, ["phones"]);
  const legs: MediaLeg[] = [];
  for (let index = 0; index < count; index += 1) legs.push(await plane.open(String(index)));
  child.send(legs.map((leg) => leg.offer({ video: false })));
  const [answers] = (await once(child, "message")) as [string[]];
  for (const [index, leg] of legs.entries()) leg.acceptAnswer(answers[index] ?? "");
  for (const [index, leg] of legs.entries()) {
    const first = index - (index % parties);
    const others = legs.slice(first, first + parties).filter((other) => other !== leg);
    leg.hear({ mix: others.map((other) => ({ leg: other, gain: 1 })) });
  }
  await pause(1_000);
  const before = process.cpuUsage();
  await pause(seconds * 1_000);
  const used = process.cpuUsage(before);
  const counted = await Promise.all(legs.map((leg) => leg.statistics()));
  child.disconnect();
  await plane.close();
  const cores = (used.user + used.system) / (seconds * 1_000_000);
  console.log(
    JSON.stringify(
      {
        node: process.version,
        conferences,
        cores,
        cpuUsPerFrame: (cores * 1_000_000) / (count * 50),
        lost: counted.reduce((sum, { audio }) => sum + audio.lost, 0),
      },
      null,
      2,
    ),
  );
}

/** The child: phones that speak, one for each offer. */
async function phones(): Promise<void> {
  const [offers] = (await once(process, "message")) as [string[]];
  const plane = await openPhonePlane({ ...local, ports: [40_000, 40_000 + offers.length * 2 + 200] });
  const spoken: PhoneLeg[] = [];
  const answers: string[] = [];
  for (const [index, offer] of offers.entries()) {
    const phone = await plane.open(String(index));
    const answer = phone.answer(offer);
    if ("refused" in answer) throw new Error(answer.refused);
    answers.push(answer.sdp);
    spoken.push(phone);
  }
  for (const phone of spoken) phone.hear({ tone: 700 });
  process.send?.(answers);
  await once(process, "disconnect");
  await plane.close();
}
