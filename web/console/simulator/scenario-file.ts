// A file that may be a saved scenario (src/contract/scenario.ts): what is none is said, before anything of it is played.

import type { Scenario, ScenarioStep } from "../../../src/contract/scenario.ts";

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === "string" && one.length <= 256);

const deeds: ReadonlySet<unknown> = new Set(["ring", "answer", "fail", "hang-up"]);
const numberForm = /^[0-9*#+]{1,24}$/;
const agentForm = /^[1-9]\d{0,8}$/;
/** Below the interface of agents: no segment climbs out of it. */
const requestForm = /^(?=.{1,1024}$)(PUT|POST|DELETE) (\/(?!\.{1,2}(\/|\?|$))[\w{}.-]+)+(\?[\w{}.*+%=&-]+)?$/;
const legForm = /^(phone [1-9]\d{0,8}|party [1-9]\d?)$/;

const matches = (form: RegExp, value: unknown): boolean => typeof value === "string" && form.test(value);

function isStep(step: unknown): step is ScenarioStep {
  if (!isObject(step)) return false;
  const { at, asks, agent, retcode, calls, leg, does, status } = step;
  if (typeof at !== "number" || !(at >= 0) || at > 86_400_000) return false;
  if (asks !== undefined) return matches(requestForm, asks) && matches(agentForm, agent) && typeof retcode === "string";
  if (calls !== undefined) return matches(numberForm, calls);
  return matches(legForm, leg) && deeds.has(does) && (status === undefined || typeof status === "number");
}

const isAgent = (agent: unknown): boolean =>
  isObject(agent) &&
  matches(agentForm, agent["id"]) &&
  matches(numberForm, agent["phone"]) &&
  (agent["busy"] === undefined || agent["busy"] === true);

/** null: it is no scenario, or one of another version. */
export function readScenario(text: string): Scenario | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value) || value["scenario"] !== 1 || typeof value["name"] !== "string") return null;
  const { agents, steps, told } = value;
  if (!Array.isArray(agents) || agents.length > 20 || !agents.every(isAgent)) return null;
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > 1000 || !steps.every(isStep)) return null;
  if (!isObject(told) || !Object.values(told).every(isTexts)) return null;
  return value as unknown as Scenario;
}
