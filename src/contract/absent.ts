// What is not in this product, and how it says so: with a code of the documents, to whoever may ask.

import type { Missing } from "./operation.ts";

export const noMedia: Missing = {
  code: "106-001",
  why: "not in this product: there are no sessions but calls by voice and video",
};
export const noVideo: Missing = { code: "100-007", why: "not in this product: there is no H5 video" };
export const noChat: Missing = { code: "106-001", why: "not in this product: there is no text chat" };

/** Beyond this many sessions of an agent the documents have a code of their own. */
export const MOST_SESSIONS = 60;
