// Chinese of the operator's console.

import type { Words } from "../../i18n/words.ts";

export const console: Words<"console"> = {
  title: "运维控制台",
};
