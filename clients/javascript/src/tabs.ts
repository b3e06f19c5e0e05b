/** How tabs tell each other that there is something new to read; no token is in it. */

export interface Tabs {
  hear(): void;
  stopHearing(): void;
  post(): void;
}

/** Return what calls `look` when another tab has changed what is under `key`. */
export function createTabs(key: string, look: () => void): Tabs {
  // A write is told by the first, unless the page was not running: then by the second. Both are of
  // pages and of their storage only; all else needs the channel.
  const events = ["storage", "pageshow"];
  let channel: BroadcastChannel | undefined;

  return {
    hear() {
      for (const event of events) globalThis.addEventListener?.(event, look);
      channel = opened(key);
      if (!channel) return;
      channel.onmessage = look;
      // In Node.js, an open channel would keep the process from ending.
      (channel as { unref?: () => void }).unref?.();
    },
    stopHearing() {
      for (const event of events) globalThis.removeEventListener?.(event, look);
      channel?.close();
      channel = undefined;
    },
    post() {
      const sender = channel ?? opened(key);
      sender?.postMessage(null);
      if (sender !== channel) sender?.close();
    },
  };
}

/** Return a channel to the other tabs, where there can be one. */
function opened(key: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(key);
  } catch {
    // The platform has none, or the person has forbidden pages to store anything.
    return undefined;
  }
}
