// Asks again, every 50 ms for up to 30 s, until the answer is `done`: a record and a recording are written shortly after the call's end.

import { setTimeout as sleep } from "node:timers/promises";

export async function settled<T>(ask: () => Promise<T>, done: (answer: T) => boolean): Promise<T> {
  for (let asked = 0; asked < 600; asked++) {
    const answer = await ask();
    if (done(answer)) return answer;
    await sleep(50);
  }
  throw new Error("what was asked for has not come within 30 s");
}
