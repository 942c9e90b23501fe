// Entries of the site that operators create, change and delete while the gateway runs (docs/operator.md, "The site"). Fields are those of
// the site file (docs/site.md), and so are their rules.

export const siteKinds = ["agents", "skills", "phones", "numbers", "trunks"] as const;

export type SiteKind = (typeof siteKinds)[number];

/** What a field of the site file may hold; numbers and flags may come as texts too. */
export type SiteValue = string | number | boolean | readonly SiteValue[] | { readonly [name: string]: SiteValue };

export type SiteEntryView = {
  readonly key: string;
  /** As the site file would have them, secrets masked. */
  readonly fields: Readonly<Record<string, SiteValue>>;
  /** Names of fields that hold a secret now. */
  readonly secrets: readonly string[];
  /**
   * `file`: as it stands there, or as the demo site has it. `new`, `changed`, `gone`: by an operator. Of `gone`, the fields are those of the file.
   */
  readonly state: "file" | "new" | "changed" | "gone";
  /** It is in force at the next start only. */
  readonly waits: boolean;
};

export type SiteEntriesView = { readonly [Kind in SiteKind]: readonly SiteEntryView[] };
