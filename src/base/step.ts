// One step for all machines: (state, event) -> [state, effects]. State, events and effects are plain data.
// A machine may also answer with a Refusal: nothing changed, and the reason is a value.

export type Step<State, Effect> = readonly [state: State, effects: readonly Effect[]];

/** The machine stays where it is and asks for nothing. */
export const stay = <State>(state: State): Step<State, never> => [state, []];

/** A request that the machine does not carry out. `code` is a row of contract/result.ts. Nothing has changed. */
export type Refusal<Code extends string = string> = {
  readonly refused: Code;
  readonly message: string;
  /** Seconds after which it may be asked again, when only the moment is wrong. */
  readonly retryAfterS?: number;
};

export const refuse = <Code extends string>(refused: Code, message: string): Refusal<Code> => ({ refused, message });

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === "object" && value !== null && "refused" in value;

/** A branch that no input may reach. Reaching it is a bug, never something that a user can cause. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
