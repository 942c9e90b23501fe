// Operations of the group `mediacall`: text and video in web pages (operations.json). They need servers for text and for H5 video,
// which this product has not: each checks its fields and then says so.

import { noMedia, noVideo } from "./absent.ts";
import { optionalText, requiredInteger, requiredText } from "./field.ts";
import { operation } from "./operation.ts";

const callid = requiredText("The session.", "1-64 characters", { min: 1, max: 64 });
export const transfer = operation({
  id: "mediacall.transfer",
  method: "POST",
  path: "/mediacall/{agentid}/transfer",
  logName: "transfer",
  summary: "Passes a multimedia session on: not in this product. Calls are passed on by voicecall/transfer.",
  body: {
    callid,
    caller: optionalText("Who calls; not used.", "0-24 characters", { max: 24 }),
    devicetype: requiredInteger("1 skill queue, 2 agent, 4 access code.", { min: 1, max: 4 }),
    mode: requiredInteger("0 release, 2 success.", { min: 0, max: 2 }),
    address: requiredText("Where to.", "1-24 characters", { min: 1, max: 24 }),
    calldata: optionalText("Data of the session.", "at most 2048 bytes of UTF-8", { max: 2048, unit: "bytes" }),
  },
  refused: noMedia,
});

export const getConnectInfo = operation({
  id: "mediacall.getConnectInfo",
  method: "POST",
  path: "/mediacall/{agentid}/getconnectinfo",
  logName: "getConnectInfo",
  summary: "How to come back into an H5 video conference: not in this product.",
  body: { callid },
  refused: noVideo,
});

export const setCallNums = operation({
  id: "mediacall.setCallNums",
  method: "POST",
  path: "/mediacall/{agentid}/setcallnums",
  logName: "setCallNums",
  summary: "How many sessions of a media type at a time: not in this product. An agent talks in one call at a time.",
  body: {
    mediaType: requiredInteger("codes.json media_types.", { min: 1, max: 99 }),
    callnums: requiredInteger("How many, 60 at most.", { min: 1, max: 1_000_000 }),
  },
  result: "none",
  refused: noMedia,
});

export const setCallNumsByMediaType = operation({
  id: "mediacall.setCallNumsByMediaType",
  method: "POST",
  path: "/mediacall/{agentid}/setcallnumsbymediatype",
  logName: "setCallNumsByMediaType",
  summary: "How many sessions at a time, in all and by media type: not in this product.",
  body: { totalCallNum: requiredInteger("How many in all, 60 at most.", { min: 1, max: 1_000_000 }) },
  refused: noMedia,
});

export const sendMessage = operation({
  id: "mediacall.sendMessage",
  method: "POST",
  path: "/mediacall/{agentid}/sendmessage",
  logName: "sendMessage",
  summary: "A text to the user of a multimedia session: not in this product.",
  body: {
    callid,
    userid: optionalText("Number of the user.", "0-64 characters", { max: 64 }),
    data: requiredText("The text.", "at most 3891 bytes of UTF-8", { max: 3891, unit: "bytes" }),
  },
  refused: noMedia,
});

export const imageCapture = operation({
  id: "mediacall.imageCapture",
  method: "POST",
  path: "/mediacall/{agentid}/imagecapture",
  logName: "imageCapture",
  summary: "A picture of the user in an H5 video call: not in this product.",
  body: { callid },
  result: "none",
  refused: noVideo,
});
