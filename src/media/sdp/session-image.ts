// What a session description exchange has come to, as plain data without a key (MediaImage in face.ts).

import type { HoldStyle, SessionFacts } from "../face.ts";
import type { Remote, Terms } from "./terms.ts";
import type { LocalSection } from "./write.ts";

export type SessionImage = SessionFacts & {
  readonly hold: HoldStyle | null;
  readonly mids: readonly string[];
  readonly slots: readonly LocalSection[];
  readonly terms: Terms;
};

/** An m-line without our keys and our side of ICE. */
export function bareSection(section: LocalSection): LocalSection {
  if ("tokens" in section) return section;
  const { cryptos: _, browser: __, ...bare } = section;
  return bare;
}

/** The terms without any key. */
export const bareTerms = ({ audio, video }: Terms): Terms => ({
  audio: audio && { ...audio, remote: bareRemote(audio.remote) },
  video: video && { ...video, remote: bareRemote(video.remote) },
});

const bareRemote = (remote: Remote): Remote => ({ ...remote, protection: null, browser: null });

/** Terms of a peer that may have counted its packets before we knew its keys (RFC 3711 §3.3.1). */
export const joinedTerms = ({ audio, video }: Terms): Terms => ({
  audio: audio && { ...audio, remote: joinedRemote(audio.remote) },
  video: video && { ...video, remote: joinedRemote(video.remote) },
});

const joinedRemote = ({ protection, ...remote }: Remote): Remote => ({
  ...remote,
  protection: protection && { ...protection, joined: true },
});
