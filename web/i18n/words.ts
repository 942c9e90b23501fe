// Which words there are: English says it, every other language has to have the same (checked by the compiler, and by i18n.test.ts
// for the values in braces). One namespace for each part of the pages.

import type { console } from "../console/words/en.ts";
import type { desk } from "./en/desk.ts";
import type { shell } from "./en/shell.ts";

export type Namespaces = { readonly shell: typeof shell; readonly desk: typeof desk; readonly console: typeof console };

/** The same keys, other sentences. */
type Translated<Tree> = {
  readonly [Key in keyof Tree]: Tree[Key] extends string ? string : Translated<Tree[Key]>;
};

export type Words<Namespace extends keyof Namespaces> = Translated<Namespaces[Namespace]>;
