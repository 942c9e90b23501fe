// What the gateway offers of previews to its faces: types only.

import type { Refusal } from "../base/step.ts";
import type { ResultCode } from "../contract/result.ts";
import type { Preview } from "../core/preview/state.ts";

/** As face.ts has it, which imports this file. */
type Refused = Refusal<ResultCode>;

/** A preview as the list shows it. */
export type PreviewView = Preview;

/** Checked for format. `agent` "": whoever serves the skill; `skill` 0: the default one. */
export type NewPreview = Pick<Preview, "numbers" | "data" | "caller" | "skill"> & { readonly agent: string };

export type PreviewFace = {
  /** Calls the number of the preview that he has been shown. */
  callOut(agent: string, request: { readonly id: number; readonly called: string }): Refused | { callId: string };
  decline(agent: string, id: number): Refused | { done: true };
  /** The list, for supervisors and administrators. On disk when they resolve. */
  add(asker: string, preview: NewPreview): Promise<Refused | { readonly id: number }>;
  list(
    asker: string,
    page: { readonly limit: number; readonly before: number },
  ): Promise<Refused | readonly PreviewView[]>;
  remove(asker: string, id: number): Promise<Refused | { done: true }>;
};
