/*
 * A storm: many tabs of one person use the API, while answers are lost after they took effect, tabs
 * are closed, opened and frozen, and clocks are wrong by hours and jump.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { keysIn } from './possession.mjs';

const HOUR_MS = 3_600_000;
const LOST_ANSWERS = 0.35;
const LOST_REQUESTS = 0.05;
const TIMEOUT_SECONDS = 1.5;
/* Together with all that a busy machine adds, far below the grace. */
const LONGEST_DELAY_MS = 400;
const LONGEST_FREEZE_MS = 2000;
/* How often a page counts, which a frozen one does not. */
const TICK_MS = 20;

/** Return numbers from 0 to 1 that are the same for each seed (mulberry32). */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Storm {
  constructor(world) {
    this.world = world;
    this.random = seeded(world.run.seed);
    this.using = new Map();
    this.told = [];
    this.counts = { calls: 0, closed: 0, frozen: 0, jumps: 0, lost: 0 };
    this.errors = {};
    this.isOver = false;
  }

  chance(share) {
    return this.random() < share;
  }

  /** Half of the clocks are wrong. */
  clock() {
    return this.chance(0.5) ? 0 : Math.round((this.random() - 0.5) * 10 * HOUR_MS);
  }

  faults() {
    const fault = { loseRequest: this.chance(LOST_REQUESTS), loseAnswer: this.chance(LOST_ANSWERS),
                    delayMs: this.chance(0.5) ? this.random() * LONGEST_DELAY_MS : 0 };
    this.counts.lost += fault.loseRequest || fault.loseAnswer ? 1 : 0;
    return fault;
  }

  async openTab() {
    const tab = await this.world.tab({ aheadMs: this.clock(), timeoutSeconds: TIMEOUT_SECONDS });
    this.using.set(tab, this.use(tab));
    return tab;
  }

  /** Call the API again and again, until the storm is over or the tab is closed. */
  async use(tab) {
    while (!this.isOver && !tab.isClosing) {
      const { error } = await tab.attempt('user').catch(() => ({}));
      this.counts.calls += 1;
      if (error) this.errors[error.name] = (this.errors[error.name] ?? 0) + 1;
      await sleep(this.random() * 300);
    }
  }

  async close(tab) {
    tab.isClosing = true;
    this.told.push(...await tab.told());
    await tab.page.close();
    await this.using.get(tab);
    this.using.delete(tab);
    this.counts.closed += 1;
  }

  /** Freeze the tab with whatever is under way in it. Chromium freezes only pages that are hidden,
   *  which none is without a screen, so the debugger does it. */
  async freeze(tab) {
    const devtools = await this.world.context.newCDPSession(tab.page);
    await devtools.send('Debugger.enable');
    const ticks = await tab.page.evaluate(() => window.ticks);
    await devtools.send('Debugger.pause');
    await sleep(LONGEST_FREEZE_MS * (0.5 + this.random() / 2));
    await devtools.send('Debugger.resume');
    const counted = await tab.page.evaluate(() => window.ticks) - ticks;
    this.counts.frozen += counted * TICK_MS < LONGEST_FREEZE_MS / 2 ? 1 : 0;
    await devtools.detach();
  }

  async jump(tab) {
    await tab.page.evaluate((aheadMs) => { window.ahead = aheadMs; }, this.clock());
    this.counts.jumps += 1;
  }

  async disturb() {
    const tabs = [...this.using.keys()].filter((tab) => !tab.isDisturbed);
    const tab = tabs[Math.floor(this.random() * tabs.length)];
    const lot = this.random();
    tab.isDisturbed = true;
    if (lot < 0.25) {
      await this.close(tab);
      await this.openTab();
    } else if (lot < 0.6 && this.world.canFreeze) await this.freeze(tab);
    else await this.jump(tab);
    tab.isDisturbed = false;
    await sleep(this.random() * 500);
  }

  async disturbUntil(end) {
    while (performance.now() < end) await this.disturb();
  }
}

/** Let it storm for `seconds`; return what the tabs were told, and how often what happened. */
export async function storm(world) {
  const { run: { seconds, tabs: many }, proxy } = world;
  const storm = new Storm(world);
  const entry = await world.tab();
  const { sessionId, userId } = await entry.call('signIn', await world.api.person());
  await entry.page.close();
  await Promise.all(Array.from({ length: many }, () => storm.openTab()));
  Object.assign(proxy, { faults: () => storm.faults(), longestWaitMs: TIMEOUT_SECONDS * 1000 });
  const end = performance.now() + seconds * 1000;
  await Promise.all([storm.disturbUntil(end), storm.disturbUntil(end)]);
  storm.isOver = true;
  await Promise.all(storm.using.values());
  Object.assign(proxy, { faults: () => ({}), longestWaitMs: Infinity });
  await world.stale();
  const tabs = [...storm.using.keys()];
  const users = await Promise.all(tabs.map((tab) => tab.user()));
  const told = await Promise.all(tabs.map((tab) => tab.told()));
  const { pair } = await tabs[0].stored();
  return { ...storm.counts, errors: storm.errors, session_id: sessionId, user_id: userId,
           told: [...storm.told, ...told.flat()], generation: pair.gen, stored: pair.sid,
           keys: keysIn(proxy.exchanges), users: users.map(({ id }) => id),
           refreshes: proxy.count('PUT', '/session') };
}
