// In place of src/start-journal.ts in a gateway that is measured without its journal (without-journal.ts): nothing is kept, nothing waits.

import { noJournal, type RunningJournal } from "../../src/runtime/journal/journal.ts";

export const keepJournal = async (): Promise<RunningJournal> => ({ ...noJournal, async close() {} });
