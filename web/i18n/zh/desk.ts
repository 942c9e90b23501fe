// Chinese of the agent's desk.

import type { Words } from "../words.ts";

export const desk: Words<"desk"> = {
  title: "座席工作台",
};
