// The fields of a request as plain data: what may stand in one, what a refusal says about it, what holds when it is absent.
// One description serves the check at the door (http/check.ts), the typed client and the generated manual.
// A value may come as a JSON string or as its own type on every operation (wire.md 17, decisions.md 8).

type Shape = {
  /** One sentence for the manual. */
  readonly description: string;
  /** What is allowed, as a refusal names it: "1-24 characters of 0-9, * and #". */
  readonly rule: string;
  /** Read only when an earlier field has this value; else the default holds and whatever stands here is ignored. */
  readonly readWhen?: { readonly field: string; readonly is: number };
};

/** `required`: it must stand in the request. Else `default` holds for an absent one, null and "". */
type Presence<Value> = { readonly required: true } | { readonly required: false; readonly default: Value };

export type TextField = Shape &
  Presence<string> & {
    readonly kind: "text";
    readonly minLength: number;
    /** In UTF-16 units, or in bytes of UTF-8 when `unit` says so. */
    readonly maxLength: number;
    readonly unit: "characters" | "bytes";
    readonly pattern?: RegExp;
  };

/** The default may stand in the request too, even outside the range. */
export type IntegerField = Shape &
  Presence<number> & { readonly kind: "integer"; readonly minimum: number; readonly maximum: number };

export type ChoiceField<Value extends number = number> = Shape &
  Presence<Value> & { readonly kind: "choice"; readonly values: readonly Value[] };

/** true or false, also 1 or 0 (wire.md 20). `Absent` null: it matters whether it was there. */
export type FlagField<Absent extends boolean | null = boolean | null> = Shape & {
  readonly kind: "flag";
  readonly required: false;
  readonly default: Absent;
};

type Plain = TextField | IntegerField;
type Members = Readonly<Record<string, Plain>>;

/** A JSON object in a list. */
export type RecordItem<Named extends Members = Members> = {
  readonly kind: "record";
  readonly rule: string;
  readonly fields: Named;
};

type Item = Plain | RecordItem;

/** A JSON array; each item by the rule of `item`, whose presence means nothing here. */
export type ListField<Each extends Item = Item> = Shape &
  Presence<readonly ItemValue<Each>[]> & {
    readonly kind: "list";
    readonly item: Each;
    readonly minItems: number;
    readonly maxItems: number;
  };

type PlainValue<Each> = Each extends { kind: "text" } ? string : number;
type ItemValue<Each> =
  Each extends RecordItem<infer Named> ? { readonly [Name in keyof Named]: PlainValue<Named[Name]> } : PlainValue<Each>;

export type Field = TextField | IntegerField | ChoiceField | FlagField | ListField;

/** In the order in which they are checked: the first wrong one is named. */
export type Fields = Readonly<Record<string, Field>>;

export type ValueOf<F> = F extends { kind: "text" }
  ? string
  : F extends { kind: "choice"; values: readonly (infer Value)[] }
    ? Value
    : F extends { kind: "integer" }
      ? number
      : F extends { kind: "list"; item: infer Each }
        ? readonly ItemValue<Each>[]
        : F extends { kind: "flag"; default: infer Absent }
          ? boolean | Absent
          : never;

/** What a handler gets: every field present, checked, and of its own type. */
export type Values<F extends Fields> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

type Mandatory = { readonly required: true };
type Optional = { readonly required: false };

/** What a client gives: all that must be there, and of the rest what it likes. */
export type Given<F extends Fields> = {
  readonly [Name in keyof F as F[Name] extends Mandatory ? Name : never]: ValueOf<F[Name]>;
} & {
  readonly [Name in keyof F as F[Name] extends Mandatory ? never : Name]?: ValueOf<F[Name]>;
};

type TextLimits = { readonly min?: number; readonly max: number; readonly pattern?: RegExp; readonly unit?: "bytes" };

const textShape = (description: string, rule: string, limits: TextLimits) => ({
  kind: "text" as const,
  description,
  rule,
  minLength: limits.min ?? 0,
  maxLength: limits.max,
  unit: limits.unit ?? ("characters" as const),
  ...(limits.pattern ? { pattern: limits.pattern } : {}),
});

/** A text that must be there. */
export const requiredText = (description: string, rule: string, limits: TextLimits): TextField & Mandatory => ({
  ...textShape(description, rule, limits),
  required: true,
});

/** A text that may be absent. `fallback` is taken as it stands. */
export const optionalText = (
  description: string,
  rule: string,
  limits: TextLimits & { fallback?: string },
): TextField & Optional => ({
  ...textShape(description, rule, limits),
  required: false,
  default: limits.fallback ?? "",
});

type Range = { readonly min: number; readonly max: number };

export const requiredInteger = (description: string, { min, max }: Range): IntegerField & Mandatory => ({
  kind: "integer",
  description,
  rule: `${min}-${max}`,
  minimum: min,
  maximum: max,
  required: true,
});

export const optionalInteger = (
  description: string,
  range: Range & { readonly fallback: number },
): IntegerField & Optional => ({
  ...requiredInteger(description, range),
  rule: range.fallback < range.min ? `${range.fallback} or ${range.min}-${range.max}` : `${range.min}-${range.max}`,
  required: false,
  default: range.fallback,
});

export const choice = <const Value extends number>(
  description: string,
  values: readonly Value[],
  fallback: NoInfer<Value>,
): ChoiceField<Value> & Optional => ({
  kind: "choice",
  description,
  rule: `one of ${values.join(", ")}`,
  values,
  required: false,
  default: fallback,
});

const flagField = <Absent extends boolean | null>(description: string, fallback: Absent): FlagField<Absent> => ({
  kind: "flag",
  description,
  rule: "true or false",
  required: false,
  default: fallback,
});

export const flag = (description: string, fallback: boolean): FlagField<boolean> => flagField(description, fallback);

/** null: it was absent. */
export const flagOrAbsent = (description: string): FlagField<null> => flagField(description, null);

/** `rule` names all of its fields. */
export const recordItem = <Named extends Members>(rule: string, fields: Named): RecordItem<Named> => ({
  kind: "record",
  rule,
  fields,
});

type Count = { readonly min?: number; readonly max: number };

const listShape = <Each extends Item>(description: string, item: Each, { min = 0, max }: Count) => ({
  kind: "list" as const,
  description,
  rule: `a list of ${min}-${max}: ${item.rule}`,
  item,
  minItems: min,
  maxItems: max,
});

export const requiredList = <Each extends Item>(
  description: string,
  item: Each,
  count: Count,
): ListField<Each> & Mandatory => ({
  ...listShape(description, item, count),
  required: true,
});

/** Absent is empty. */
export const optionalList = <Each extends Item>(
  description: string,
  item: Each,
  count: Count,
): ListField<Each> & Optional => ({
  ...listShape(description, item, count),
  required: false,
  default: [],
});
