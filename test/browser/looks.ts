// What is wrong with how a page looks, as far as a program can see it: wider than the window, words that are cut, controls that lie upon each
// other, what was never meant to be read. Every picture of `npm run screenshots` and the browser tests ask it.

import type { Page } from "playwright-core";
import { console as consoleWords } from "../../web/console/words/en.ts";
import { desk } from "../../web/i18n/en/desk.ts";
import { shell } from "../../web/i18n/en/shell.ts";

/** A key that has no words is shown as itself: `board.figures.calls`. */
const branches = [desk, shell, consoleWords].flatMap((words) =>
  Object.entries(words).flatMap(([name, value]) => (typeof value === "string" ? [] : [name])),
);
const rawKey = `^(${[...new Set(branches)].join("|")})(\\.[A-Za-z0-9-]+)+$`;

/** Runs in the page. */
const look = `(rawKey) => {
  const found = [];
  const say = (what, element) => found.push(what + ": " + (element.innerText || element.outerHTML).trim().slice(0, 80));
  const beyond = document.documentElement.scrollWidth - innerWidth;
  if (beyond > 0) found.push(beyond + " px wider than the window");
  const key = new RegExp(rawKey);
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.getBoundingClientRect().width > 2 && !element.closest('.desk-unseen, .board-states-name, [aria-hidden="true"]');
  const words = (element) => [...element.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data).join("").trim();
  const hides = (value) => value === "hidden" || value === "clip";
  const isClipped = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const { left, right } = range.getBoundingClientRect();
    for (let around = element.parentElement; around && around !== document.body; around = around.parentElement) {
      const { overflowX, textOverflow } = getComputedStyle(around);
      if (overflowX === "auto" || overflowX === "scroll" || textOverflow === "ellipsis") return false;
      const box = around.getBoundingClientRect();
      if (hides(overflowX) && (right > box.right + 1 || left < box.left - 1)) return true;
    }
    return false;
  };
  for (const element of document.body.querySelectorAll("*")) {
    const text = words(element);
    if (text === "" || !isSeen(element) || element.closest("pre, script, style, textarea, .desk-note")) continue;
    // What a stranger wrote, with markup in it, is not ours.
    if (!/<img|<script/.test(text) && (/undefined|\\bNaN\\b|\\{\\{|\\[object|Invalid Date/.test(text) || key.test(text))) say("not to be read", element);
    const style = getComputedStyle(element);
    if (hides(style.overflowX) && style.textOverflow !== "ellipsis" && element.scrollWidth > element.clientWidth + 1) say("cut", element);
    else if (!hides(style.overflowX) && isClipped(element)) say("cut by what is around", element);
    else if (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 4) say("cut below", element);
  }
  const top = [...document.querySelectorAll('[role="dialog"], [role="menu"]')].findLast(isSeen) ?? document.body;
  const controls = [...top.querySelectorAll("a, button, input, select, textarea")].filter(isSeen);
  const boxes = controls.map((element) => element.getBoundingClientRect());
  const upon = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 4 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  const within = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const inScroller = (element) => element.closest(".console-scroll, .console-menu, .desk-targets, .desk-list");
  for (let one = 0; one < controls.length; one += 1)
    for (let other = one + 1; other < controls.length; other += 1) {
      const [a, b] = [boxes[one], boxes[other]];
      if (inScroller(controls[one]) !== inScroller(controls[other])) continue;
      if (upon(a, b) && !within(a, b) && !within(b, a)) say("upon " + (controls[other].innerText || controls[other].name), controls[one]);
    }
  return [...new Set(found)];
}`;

/** A line each. */
export const faultsInSight = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`(${look})(${JSON.stringify(rawKey)})`) as Promise<readonly string[]>;
