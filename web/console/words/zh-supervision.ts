// Chinese of what a supervisor does on the board.

import type { Words } from "../../i18n/words.ts";

export const supervision: Pick<Words<"console">, "supervise" | "force"> = {
  supervise: {
    title: "质检此座席",
    about: "您的话机会振铃；无论座席在哪个通话中，您都在其旁。",
    needDesk: "监听前您也须以座席身份签入：请在座席工作台以 {{user}} 签入，届时您的话机会振铃。",
    needIdle: "监听或耳语前您须处于空闲状态。您现在是：{{state}}。",
    noTalk: "座席当前没有通话；监听者将听到下一个通话。",
    rings: "您的话机 {{phone}} 正在振铃：请摘机。",
    now: {
      listen: "您能听到双方，没有人能听到您。",
      whisper: "您能听到双方，只有座席能听到您。",
      insert: "所有人都能互相听到。",
    },
    others: "{{name}}（{{id}}）正在此座席旁：{{mode}}。",
    modes: { listen: "监听", whisper: "耳语", insert: "插入" },
    acts: {
      listen: "监听",
      whisper: "耳语",
      insert: "插入通话",
      "take-over": "拦截通话",
      end: "离开此座席",
    },
    sure: "拦截座席 {{id}} 的通话？",
    sureText: "座席将退出通话，对方改为与您通话。此操作记入审计日志。",
    takeOverNow: "立即拦截",
    failures: {
      "000-005": "不能对自己执行此操作。",
      "100-006": "您尚未以座席身份签入。请在座席工作台用话机签入：振铃的就是它。",
      "900-002": "您无权执行此操作：仅限班长和管理员。",
      "900-003": "无法呼叫您的话机：请在座席工作台用已注册的话机签入。",
      "900-004": "该座席已在此期间签出。",
      "900-005": "与您或座席当前的状态不符。请查看双方的状态后重试。",
      "200-025": "该通话已在此期间结束。",
    },
  },
  force: {
    title: "此座席的状态",
    later: "通话期间，新状态在通话结束后生效。",
    acts: { busy: "强制示忙", idle: "强制空闲", rest: "强制休息" },
    minutes: "休息时长（分钟）",
    minutesRule: "整数，1 至 {{most}}",
    cause: "原因",
    sure: {
      busy: "强制座席 {{id}} 示忙？",
      idle: "强制座席 {{id}} 空闲？",
      rest: "让座席 {{id}} 休息 {{minutes}} 分钟？",
    },
    sureText: "座席的程序会收到通知。此操作记入审计日志。",
    go: "执行",
    done: "已完成。",
    drop: "结束此通话",
    sureDrop: "结束与 {{who}} 的通话？",
    sureDropText: "对通话中的所有人生效。此操作记入审计日志。",
    dropNow: "立即结束",
  },
};
