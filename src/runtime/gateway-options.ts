// What the running gateway (gateway.ts) is made of, and what it tells whom.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Ended } from "../core/call/state.ts";
import type { Keeping } from "../core/feed/feed.ts";
import type { InForce } from "../core/parameter/parameter.ts";
import type { GuidRules } from "../core/session/session.ts";
import type { Site } from "../core/site.ts";
import type { CallRow } from "../store/ports.ts";
import type { CallIds } from "./call-ids.ts";
import type { CallLedger } from "./call-ledger.ts";
import type { Evidence } from "./evidence/evidence.ts";
import type { FeedsOptions } from "./feeds.ts";
import type { Journal } from "./journal/journal.ts";
import type { Legs } from "./legs-port.ts";
import type { Passwords } from "./passwords.ts";
import type { PreviewShelf } from "./preview-rows.ts";
import type { PushOptions } from "./push.ts";
import type { Contradiction } from "./reconciler.ts";
import type { RecordingShelf } from "./recording-desk.ts";
import type { Registrar } from "./registrar.ts";
import type { TollDesk } from "./toll.ts";
import type { Trunks } from "./trunks.ts";

export type GatewayOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Site;
  readonly guidRules: GuidRules;
  readonly pollTimeoutMs: number;
  readonly forceAllowed: boolean;
  /** decisions.md 6: events carry the time when they arose. */
  readonly eventGenTime: boolean;
  /** Who carries pushed events, and to which origins they may go; absent = none are pushed. */
  readonly push?: Pick<PushOptions, "post" | "targets" | "pushed">;
  /** Told of each event that nobody has read in time. */
  readonly unread?: () => void;
  /** Told of each event that somebody has got, and how. */
  readonly delivered?: FeedsOptions["delivered"];
  /** Told of each callout that was refused for want of room. */
  readonly crowded?: () => void;
  /** How long events are kept. */
  readonly keeping: Keeping;
  /** Calls that may stand at a time; 0 = any number. */
  readonly mostCalls: number;
  /** The event loop is late: no new calls. */
  readonly late: () => boolean;
  /** Where the state is kept; absent: nowhere, and nothing waits for it. */
  readonly journal?: Journal;
  /** This node, as agents see it. */
  readonly node: { readonly name: string; readonly version: string };
  readonly mintGuid: () => string;
  readonly passwords: Passwords;
  readonly callIds: CallIds;
  readonly parameters: () => InForce;
  readonly legs: Legs;
  readonly registrar: Pick<Registrar, "knows">;
  readonly trunks: Pick<Trunks, "hasRoute">;
  readonly missing: () => readonly string[];
  /** A state that the legs contradicted was mended. */
  readonly mended?: (what: Contradiction["what"]) => void;
  /** The queues have looked for an agent or a call, ms. */
  readonly chose?: (ms: number) => void;
  /** The walls against toll fraud. */
  readonly toll: Pick<TollDesk, "bar" | "count">;
  readonly recordings: RecordingShelf;
  readonly previews: PreviewShelf;
  /** Told of each call at its end. */
  readonly callEnded?: (call: Ended) => void;
  /** What is noted of calls; absent: nothing. */
  readonly evidence?: Pick<Evidence, "note">;
  /** Writes the call records; absent: nobody does. */
  readonly ledger?: CallLedger;
  /** Calls that ended before the start; never rejects. */
  readonly pastCalls?: Promise<readonly CallRow[]>;
};
