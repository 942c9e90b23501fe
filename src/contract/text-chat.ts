// Operations of the group `textchat` (known from clients alone). There is no text chat in this product: each says so.

import { noChat } from "./absent.ts";
import type { Fields } from "./field.ts";
import { requiredText } from "./field.ts";
import { type Method, operation } from "./operation.ts";
import { workNumber } from "./paths.ts";

const chat = <Path extends Fields>(id: string, line: `${Method} ${string}`, pathFields: Path) => {
  const [method, path] = line.split(" ") as [Method, string];
  return operation<Path>({
    ...{ id: `textchat.${id}`, method, path: `/textchat/{workno}/${path}`, logName: id, pathFields, refused: noChat },
    summary: "Text chat: not in this product.",
    shape: "sibling",
  });
};

const callid = requiredText("The chat.", "1-64 characters", { min: 1, max: 64 });

export const internalCall = chat("internalCall", "PUT internalcall/{destno}", { destno: workNumber("Another agent.") });
export const answer = chat("answer", "PUT answer/{callid}", { callid });
export const reject = chat("reject", "DELETE reject/{callid}", { callid });
export const drop = chat("drop", "DELETE drop/{callid}", { callid });
export const chatMessage = chat("chat", "PUT chatmessage", {});
export const transfer = chat("transfer", "POST transfer", {});
