// What crosses between the main thread and a media worker about files that are played. A number means one file in all legs.

/** `played`: to its end; `stopped`: by order, by another announcement or with the leg; else why. */
export type PlayEnd = { readonly how: "played" | "stopped" } | { readonly how: "failed"; readonly reason: string };

export type PlayHow = {
  readonly fromMs: number;
  /** 0: without end. */
  readonly times: number;
};

export type PlayOrder = {
  readonly type: "play-file";
  readonly leg: number;
  readonly playing: number;
  readonly file: string;
} & PlayHow;

export type SteerOrder = {
  readonly type: "steer-file";
  readonly leg: number;
  readonly playing: number;
  readonly act: "stop" | { readonly jumpMs: number } | { readonly paused: boolean };
};

/** What becomes of one: it can be heard, `ms` long; it is over. */
export type PlayNotice =
  | { readonly type: "file-began"; readonly playing: number; readonly ms: number }
  | ({ readonly type: "file-ended"; readonly playing: number } & PlayEnd);
