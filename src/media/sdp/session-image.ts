// What a session description exchange has come to, as plain data without a key (MediaImage in face.ts), and the keys apart from it.

import type { HoldStyle, MediaKeys, SessionFacts } from "../face.ts";
import type { Protection, Remote, Terms } from "./terms.ts";
import type { LocalSection } from "./write.ts";

export type SessionImage = SessionFacts & {
  readonly hold: HoldStyle | null;
  readonly mids: readonly string[];
  readonly slots: readonly LocalSection[];
  readonly terms: Terms;
};

/** By our m-lines and suites, what we offer and answer with; and what is agreed on. */
export type SessionKeys = MediaKeys & {
  readonly ours: Readonly<Record<string, string>>;
  readonly audio: Protection | null;
  readonly video: Protection | null;
};

/** null: nothing is agreed on that has keys in the descriptions. */
export function keysOf({ audio, video }: Terms, ours: ReadonlyMap<string, string>): SessionKeys | null {
  const [heard, seen] = [audio?.remote.protection ?? null, video?.remote.protection ?? null];
  return heard || seen ? { ours: Object.fromEntries(ours), audio: heard, video: seen } : null;
}

/** Terms that were bare, with these keys. */
export const keyedTerms = ({ audio, video }: Terms, keys: SessionKeys): Terms => ({
  audio: audio && { ...audio, remote: { ...audio.remote, protection: keys.audio } },
  video: video && { ...video, remote: { ...video.remote, protection: keys.video } },
});

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
