// Chinese of what the gateway tells in words of its own.

import type { Words } from "../../i18n/words.ts";

export const said: Pick<Words<"console">, "said"> = {
  said: {
    ways: {
      skill: "技能队列 {{name}}",
      agent: "座席 {{name}}",
      announcement: "语音通知 {{name}}",
      menu: "菜单 {{name}}",
      number: "号码 {{name}}",
      release: "以 {{name}} 拒绝",
      repeat: "重播菜单",
      "hang-up": "挂断",
    },
    queue: {
      maxWaiting: "最多 {{value}} 个排队",
      maxWaitMs: "最长 {{value}} 秒",
      overflow: "之后转{{value}}",
      ringMs: "话机振铃 {{value}} 秒",
      announce: "有排队播报",
    },
    detects: { progress: "应答前的信号音", answer: "应答后的答录机或传真" },
    meanings: {
      P18: "1：外呼时先占用座席，再振其话机；0：先振话机",
      P978: "32 个开关；全部为 0 时单向视频（userVideoDirection 1 至 3）才可用",
    },
    registrations: { asked: "正在注册", registered: "已注册", refused: "被拒绝" },
    audit: {
      signIn: "登录",
      supervised: "质检座席 {{name}}",
      forced: "强制座席 {{name}} 的状态",
      signedOut: "强制签出座席 {{name}}",
      ended: "结束通话 {{name}}",
      heard: "收听录音 {{name}}",
      password: "座席 {{name}} 的密码",
      parameter: "软参 {{name}}",
      tested: "测试中继 {{name}}",
      agents: "座席 {{name}}",
      skills: "技能队列 {{name}}",
      phones: "话机 {{name}}",
      numbers: "号码 {{name}}",
      trunks: "中继 {{name}}",
      ban: "封禁地址",
      bar: "限制呼叫",
      reload: "重新加载",
      audit: "审计日志",
    },
    rest: "休息，原因 {{cause}}，{{seconds}} 秒",
    acts: {
      listen: "监听",
      whisper: "耳语",
      insert: "插入通话",
      "take-over": "拦截通话",
      end: "离开",
      busy: "示忙",
      idle: "空闲",
    },
  },
};
