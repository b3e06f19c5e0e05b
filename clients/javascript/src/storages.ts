/** Where the tokens are kept. */

/** `localStorage` fits, and so does React Native's AsyncStorage. */
export interface TokenStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
}

/** Return the storage that all tabs of a page share, where there is one. */
export function pageStorage(): TokenStorage | undefined {
  try {
    if (typeof document !== "undefined" && typeof localStorage?.getItem === "function") {
      return localStorage;
    }
  } catch {
    // The person has forbidden pages to store anything.
  }
  return undefined;
}

/** Return a storage that ends with this process. */
export function memoryStorage(): TokenStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
  };
}
