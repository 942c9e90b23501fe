// The only place of the pages that knows the time; whoever wants to be woken asks here.

/** Milliseconds since the epoch, by this computer. */
export const now = (): number => Date.now();

/** Runs `task` once; returns how to call it off. */
export function after(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}

/** Runs `task` again and again; returns how to stop. */
export function every(ms: number, task: () => void): () => void {
  const timer = setInterval(task, ms);
  return () => clearInterval(timer);
}

/** The reader's own kind of this language: who reads English in London is shown 15:04, and no PM. */
export const localeOf = (language: string, wanted: readonly string[] = navigator.languages): string =>
  wanted.find((tag) => tag.split("-")[0] === language) ?? language;

/** In the viewer's zone and language. */
export const timeOfDay = (ms: number, language: string): string =>
  new Intl.DateTimeFormat(localeOf(language), { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(
    new Date(ms),
  );

/** Of a time as the gateway writes it (ISO 8601), with its day. */
export const timeOfIso = (text: string, language: string): string =>
  new Intl.DateTimeFormat(localeOf(language), { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));

/** `3:07`, `1:03:07`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = `${hours > 0 ? String(minutes).padStart(2, "0") : minutes}:${String(seconds % 60).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}

/** ms since the epoch of an ISO 8601 time; one without a zone is in the viewer's. */
export const timeOf = (text: string): number => Date.parse(text);

const momentForm = /^(\d{4})-(\d\d?)-(\d\d?)(?:[ T]+(\d\d?):(\d\d))?$/;

/**
 * ms since the epoch of `2026-01-31 08:15` in the viewer's zone; a day alone is its first moment. null: it is no moment. The form of the
 * browser's own field follows the browser's language, not the page's: this one is the same in each.
 */
export function momentOf(text: string): number | null {
  const [, ...parts] = momentForm.exec(text.trim()) ?? [];
  if (parts.length === 0) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts.map((part) => Number(part ?? 0));
  const moment = new Date(year, month - 1, day, hour, minute);
  // The 31st of February would be a day in March.
  const same = moment.getMonth() === month - 1 && moment.getDate() === day;
  return same && hour < 24 && minute < 60 ? moment.getTime() : null;
}
