/** Where the tokens are kept. */

/** `localStorage` fits, and so does React Native's AsyncStorage. */
export interface TokenStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
}

/** The storage that all tabs of a page share; where there is none, the memory of this process. */
export function defaultStorage(): TokenStorage {
  try {
    if (typeof document !== "undefined" && typeof localStorage?.getItem === "function") {
      return localStorage;
    }
  } catch {
    // The person has forbidden pages to store anything.
  }
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
  };
}
