// What the pages keep in the browser. In a frame of another site a browser may forbid storage altogether: then it lasts as long
// as the page. `lasting`: choices of the reader, no secret. `session`: what one tab needs over a reload, gone with the tab.

const inMemory = new Map<string, string>();

function read(area: "localStorage" | "sessionStorage", key: string): string | null {
  try {
    return window[area].getItem(key);
  } catch {
    return inMemory.get(area + key) ?? null;
  }
}

function write(area: "localStorage" | "sessionStorage", key: string, value: string | null): void {
  try {
    if (value === null) window[area].removeItem(key);
    else window[area].setItem(key, value);
  } catch {
    if (value === null) inMemory.delete(area + key);
    else inMemory.set(area + key, value);
  }
}

export const lasting = (key: string): string | null => read("localStorage", key);
export const keepLasting = (key: string, value: string | null): void => write("localStorage", key, value);
export const session = (key: string): string | null => read("sessionStorage", key);
export const keepSession = (key: string, value: string | null): void => write("sessionStorage", key, value);
