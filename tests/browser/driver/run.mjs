/*
 * Runs scenarios in a browser, each in a context and behind a proxy of its own. It reads its
 * settings as JSON from its input, and writes the reports as JSON.
 */
import { chromium, firefox } from 'playwright-core';

import { MUTANTS } from './mutants.mjs';
import { Gate, Proxy } from './proxy.mjs';
import * as cors from './scenarios/cors.mjs';
import * as mutants from './scenarios/mutants.mjs';
import * as pages_bounds from './scenarios/pages_bounds.mjs';
import * as pages_flows from './scenarios/pages_flows.mjs';
import * as pages_pictures from './scenarios/pages_pictures.mjs';
import * as pages_troubles from './scenarios/pages_troubles.mjs';
import * as passkeys from './scenarios/passkeys.mjs';
import * as possession from './scenarios/possession.mjs';
import * as second_factor from './scenarios/second_factor.mjs';
import * as signing from './scenarios/signing.mjs';
import { storm } from './scenarios/storm.mjs';
import { builds, serve } from './site.mjs';
import { Direct, World } from './world.mjs';

/* Firefox hangs when it is driven in many contexts at once. */
const MOST_RUNS_AT_ONCE = { chromium: 6, firefox: 1 };
const SCENARIOS = { ...cors, ...mutants, ...pages_bounds, ...pages_flows, ...pages_pictures,
                    ...pages_troubles,
                    ...passkeys, ...possession, ...second_factor, ...signing, storm };

const launch = ({ browser, executable }) => (browser === 'firefox'
  ? firefox.launch({ channel: 'moz-firefox', executablePath: executable })
  // Playwright turns off the back/forward cache, which people have.
  : chromium.launch({ executablePath: executable, args: ['--disable-gpu'],
                      ignoreDefaultArgs: ['--disable-back-forward-cache'] }));

async function report(settings, run, browser, gate, api) {
  const proxy = await new Proxy(settings.base_url, gate).listen();
  const world = await new World(settings, run, browser, proxy, api).open();
  try {
    return { ...await SCENARIOS[run.scenario](world),
             names: [...new Set(proxy.exchanges.map(({ name }) => name))] };
  } catch (error) {
    const last = proxy.exchanges.slice(-12).map((one) => `${one.method} ${one.path} ${one.status}`);
    throw new Error(`${JSON.stringify(run)}: ${error.stack}\n${last.join('\n')}`);
  } finally {
    await world.close();
  }
}

let text = '';
for await (const part of process.stdin) text += part;
const settings = JSON.parse(text);
const files = await builds(MUTANTS);
const sites = await Promise.all([settings.origin, settings.foreign_origin].map(
  (origin) => serve(files, new URL(origin).port)));
const gate = new Gate(settings.most_at_once);
const api = new Direct(settings, gate);
const [browser] = await Promise.all([launch(settings), settings.warm_up === false || api.warmUp()]);
try {
  const waiting = [...settings.runs.entries()];
  const reports = [];
  const work = async () => {
    while (waiting.length) {
      const [index, run] = waiting.shift();
      try {
        reports[index] = await report(settings, run, browser, gate, api);
      } catch (error) {
        // It is not to break off the others.
        reports[index] = { failed: error.message };
      }
    }
  };
  await Promise.all(Array.from({ length: MOST_RUNS_AT_ONCE[settings.browser] }, work));
  process.stdout.write(JSON.stringify(reports));
} finally {
  await browser.close();
  for (const site of sites) site.close().closeAllConnections?.();
}
