// Dialogs of an earlier endpoint. Their sessions stand before the first message arrives, so that no peer is told 481; whoever
// watches them comes when he is ready, and hears then what has happened meanwhile.

import type { DialogImage, SipEndpoint } from "../face.ts";
import { keyringFor } from "../user-agent/keyring.ts";
import type { UserAgent } from "../user-agent/user-agent.ts";
import { startOf } from "./dialog-image.ts";
import { Observation } from "./observation.ts";
import { Session } from "./session.ts";

export function takeUps(agent: UserAgent, images: readonly DialogImage[]): SipEndpoint["takeUp"] {
  const standing = (image: DialogImage): Session =>
    new Session(agent, { ...startOf(image), observation: new Observation(agent.log, undefined) });
  const waiting = new Map(images.map((image) => [image.localTag, standing(image)]));
  return (localTag, { observer, credentials, watched }) => {
    const session = waiting.get(localTag);
    waiting.delete(localTag);
    if (!session) return undefined;
    session.keys = keyringFor(credentials);
    const told = watched === undefined ? observer : agent.board.enter(watched, observer, "confirmed");
    queueMicrotask(() => session.observation.observe(told));
    return session;
  };
}
