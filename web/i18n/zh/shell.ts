// Chinese of what all pages share.

import type { Words } from "../words.ts";

export const shell: Words<"shell"> = {
  product: "Seatway",
  language: "语言",
  theme: "配色",
  themeAuto: "跟随系统",
  themeLight: "浅色",
  themeDark: "深色",
  menu: "菜单",
  desk: "座席工作台",
  console: "运维控制台",
  close: "关闭",
  cancel: "取消",
  retry: "重试",
  loading: "正在加载…",
  skip: "跳到主要内容",
  broken: "页面出错了",
  brokenText: "通话仍在话机上继续。请重新加载页面；如果再次出错，请把下面的内容告诉管理员。",
  reload: "重新加载",
  notFound: "没有这个页面",
  notFoundText: "地址有误，或页面已移动。",
  toDesk: "返回工作台",
};
