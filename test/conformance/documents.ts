// What the conformance tests have to cover: the sentences of the seed page, by line; the numbers of docs/api/wire.md and
// docs/api/decisions.md; the operations of the contract. Read by scripts/conformance.mjs and scripts/coverage.mjs too.

import { documentedOperations, ownOperations } from "../../src/contract/operations.ts";
import { documentedCodes, neverAnswered } from "./documented-codes.ts";

/** In the order of the documents' groups. */
export const builtOperations = documentedOperations;
export { ownOperations };

/** The one operation that is not asked of the gateway: it asks, by POST, the address that a sign-in named. */
export const pushedOperation = "POST {callBackUri}";
export const pushEvent = { id: "push.pushEvent", method: "POST", path: "{callBackUri}" } as const;

/** The lines of the seed page that state something; headings, captions and table heads state nothing. */
const seedLines = [
  ...[8, 9, 10, 12, 14, 18, 22, 26, 28, 46, 48, 50, 54, 77, 79, 85, 87, 89],
  ...[
    108, 110, 112, 118, 120, 122, 128, 130, 132, 138, 140, 142, 148, 150, 152, 156, 162, 164, 168, 169, 170, 171, 173,
  ],
  ...[177, 195, 197, 203, 207, 209, 215, 217, 219, 221, 223, 224, 225, 226, 227, 228, 229, 231, 233, 234],
  ...[238, 239, 240, 241, 246, 247, 248, 257],
];

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** What the name of a test begins with, in the order of the table. */
export const rows: readonly string[] = [
  ...seedLines.map((line) => `seed ${line}`),
  ...numbers(31).map((number) => `wire ${number}`),
  ...numbers(23).map((number) => `decision ${number}`),
  ...[...builtOperations, ...ownOperations, pushEvent].map(({ id }) => `operation ${id}`),
  ...documentedCodes.filter((pair) => !Object.hasOwn(neverAnswered, pair)).map((pair) => `code ${pair}`),
];

/** The row that a test's name belongs to; undefined for a test beside the documents. */
export const rowOf = (name: string): string | undefined =>
  /^(?:(?:seed|wire|decision|operation) [\w.]+|code [\w.]+ \d{3}-\d{3})(?=:)/.exec(name)?.[0];

/** Documented events that the gateway does not send, and why. */
export const unsentEvents: Readonly<Record<string, string>> = {
  AgentEvent_ReturnFromIvr: "no call is suspended to an IVR flow and comes back",
  AgentEvent_Agent_Occupyed: "there are no outbound tasks that occupy agents before they call",
  AgentEvent_MessageData: "text and multimedia messages are not in this product",
  AgentEvent_TransOutResult: "no source shows its content; Connect_Fail and SuccTransResult say the same",
  AgentEvent_ControlWindow_Notify: "known by its name alone",
  AgentEvent_Orders_Notify: "known by its name alone",
  AgentOther_PhoneUnknow: "the state of a SIP phone is always known: registered, called, or gone",
  AgentOther_All_Agent_Busy: "no source says who is told, and when",
  ...rowsBecause("a phone whose microphone is muted says nothing of it in SIP", [
    ...["Mute", "UnMute"].map((what) => `AgentEvent_linkagePhone${what}`),
  ]),
  ...rowsBecause("text chat is not in this product", [
    ...["Ring", "Connected", "Disconnected", "DataRecved", "CallOutCreated", "CalloutFailed"].map(
      (what) => `AgentChat_${what}`,
    ),
  ]),
  AgentEvent_Preview: "previews are told by Preview_CallOut and Preview_CallOut_Ex",
};

function rowsBecause(why: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, why]));
}
