// Where the focus is when what had it is gone, or has just come: nobody who works by keyboard begins at the top of the page again.

import { type RefObject, useEffect } from "react";
import { after } from "../clock.ts";

/** A frame takes no focus from the page around it, and a phone does not open its keyboard by itself. */
const mayTake = (): boolean => document.hasFocus() && matchMedia("(pointer: fine)").matches;

/** The first field of a page that begins with a form. */
export function useFirstFocus(field: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (mayTake()) field.current?.focus();
  }, [field]);
}

/** After a form was sent: to the first field with a rule below it, once it is drawn. */
export function focusWrong(form: HTMLElement): void {
  after(0, () => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/** To this place whenever another `state` has taken the focused element away. */
export function useLostFocus(place: RefObject<HTMLElement | null>, state: unknown): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn depends on the state
  useEffect(() => {
    if (document.hasFocus() && document.activeElement === document.body) place.current?.focus({ preventScroll: true });
  }, [place, state]);
}
