// Operations that are not in this product: the contract says what they answer to whoever may ask, after his fields were looked at.

import { isRefusal, refuse } from "../../base/step.ts";
import { MOST_SESSIONS, noMedia } from "../../contract/absent.ts";
import * as configuration from "../../contract/configuration.ts";
import * as mediaCall from "../../contract/media-call.ts";
import type { Operation } from "../../contract/operation.ts";
import * as recordPlay from "../../contract/record-play.ts";
import * as textChat from "../../contract/text-chat.ts";
import type { Refused } from "../../runtime/face.ts";
import type { Outcome } from "../reply.ts";
import { type Route, refusing, route } from "../route.ts";

type Right = (agent: string) => unknown;

/** Those of a list that are absent. `right`: a refusal where the agent may not even ask. */
export const absentIn = (operations: readonly Operation[], right?: Right): readonly Route[] =>
  operations.flatMap((each) => {
    const { refused } = each;
    if (!refused) return [];
    if (!right) return [refusing(each)];
    const act = ({ agent }: { readonly agent: string }): Outcome => {
      const may = right(agent);
      return isRefusal(may) ? (may as Refused) : refuse(refused.code, refused.why);
    };
    return [route(each, act)];
  });

const tooMany = refuse("106-003", `at most ${MOST_SESSIONS} sessions at a time`);
const empty = refuse("106-002", "data: the message is empty");
const otherwise = refuse(noMedia.code, noMedia.why);

/** What the documents have codes for is told before that there is no such thing at all. */
const mediaRoutes: readonly Route[] = [
  ...absentIn([mediaCall.transfer, mediaCall.getConnectInfo, mediaCall.imageCapture]),
  route(mediaCall.setCallNums, ({ fields }) => (fields.callnums > MOST_SESSIONS ? tooMany : otherwise)),
  route(mediaCall.setCallNumsByMediaType, ({ fields }) => (fields.totalCallNum > MOST_SESSIONS ? tooMany : otherwise)),
  route(mediaCall.sendMessage, ({ fields }) => (fields.data === "" ? empty : otherwise)),
];

export const absentRoutes: readonly Route[] = [
  ...mediaRoutes,
  ...absentIn([...Object.values(textChat), ...Object.values(configuration), ...Object.values(recordPlay)]),
];
