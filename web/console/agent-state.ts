// States of agents as the board has them, by the words that the pages know.

import type { BoardAgent } from "../../src/contract/board.ts";

const words = { 2: "out", 3: "busy", 4: "idle", 5: "wrapUp", 7: "talking", 8: "rest" } as const;

export type StateWord = (typeof words)[keyof typeof words];

export const stateWord = ({ state }: BoardAgent): StateWord => words[state as keyof typeof words] ?? "out";
