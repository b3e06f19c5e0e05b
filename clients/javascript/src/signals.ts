/** Work that ends when a signal says so. */

/** Return what `work` does, or reject as `fetch` does as soon as `signal` says so. */
export async function unlessAborted<T>(signal: AbortSignal | null | undefined, work: Promise<T>
                                       ): Promise<T> {
  if (!signal) return work;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    // Not all platforms give a reason.
    stop = () => reject(signal.reason ?? new Error("aborted"));
    signal.addEventListener("abort", stop);
  });
  if (signal.aborted) stop();
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener("abort", stop));
}
