// The words' keys, for the compiler: a key that no language has does not build.

import type { Namespaces } from "./words.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "desk";
    resources: Namespaces;
  }
}
