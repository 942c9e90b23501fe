// The event packages that can be subscribed to (RFC 6665 §4.4): dialogs of a number (RFC 4235) and messages waiting (RFC 3842).

import type { BoardEntry } from "./dialog-board.ts";

/** What a NOTIFY is about. */
export type Watched = {
  readonly user: string;
  /** Request-URI of the SUBSCRIBE. */
  readonly uri: string;
  readonly dialogs: readonly BoardEntry[];
  /** Counts the NOTIFYs of one subscription from 0. */
  readonly version: number;
};

export type EventPackage = {
  readonly name: string;
  readonly contentType: string;
  /** An account may ask only about itself. */
  readonly ownOnly: boolean;
  readonly body: (watched: Watched) => string;
};

const DIALOG: EventPackage = {
  name: "dialog",
  contentType: "application/dialog-info+xml",
  ownOnly: false,
  body({ uri, dialogs, version }) {
    const rows = dialogs.map(
      ({ id, state }) => `<dialog id="${id}" direction="recipient"><state>${state}</state></dialog>\r\n`,
    );
    const head = `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full"`;
    return `<?xml version="1.0"?>\r\n${head} entity="${escaped(uri)}">\r\n${rows.join("")}</dialog-info>\r\n`;
  },
};

/** There is no voice mail here, so that nothing ever waits. */
const MESSAGE_SUMMARY: EventPackage = {
  name: "message-summary",
  contentType: "application/simple-message-summary",
  ownOnly: true,
  body: () => "Messages-Waiting: no\r\n",
};

const PACKAGES: readonly EventPackage[] = [DIALOG, MESSAGE_SUMMARY];

/** Goes with a 489 (RFC 6665 §8.2.2). */
export const ALLOW_EVENTS = `Allow-Events: ${PACKAGES.map(({ name }) => name).join(", ")}\r\n`;

/** The package of an Event header; names compare with their case (RFC 6665 §8.2.1). */
export const packageOf = (event: string | undefined): EventPackage | undefined =>
  PACKAGES.find(({ name }) => name === event?.split(";")[0]?.trim());

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
