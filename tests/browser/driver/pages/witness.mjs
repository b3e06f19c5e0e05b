/* All that a browser tells of the pages beside what people see. */

/* Browsers write into the console that an answer was not 2xx, which those of the API may be. */
const REFUSED = /^Failed to load resource: the server responded with a status of (4|5)\d\d/;
const LOST = /^Failed to load resource: net::ERR_EMPTY_RESPONSE/;
/* What the API gives that nobody else may get. */
const SECRETS = ['access_token', 'refresh_token', 'device_token', 'ticket', 'secret'];

export class Witness {
  /** What no page may do: errors, dialogs of scripts, what the policy has stopped, … */
  faults = new Set();
  /** Each address and title that a tab has shown. */
  shown = new Set();
  /** The tokens of links in mail. */
  mailed = new Set();

  /** The pages are of this origin, and lead people to the addresses of these applications. */
  constructor(proxy, origin, applications) {
    Object.assign(this, { proxy, origin, applications });
  }

  async watch(context) {
    await context.exposeBinding('witness', (_, text) => { this.faults.add(text); });
    await context.addInitScript(listen);
    context.on('request', (request) => {
      const url = request.url();
      const isOfPages = url.startsWith(`${this.origin}/`) || url.startsWith('blob:');
      if (!isOfPages && !this.applications.some((one) => url.startsWith(one))) {
        this.faults.add(`a request to ${url}`);
      }
    });
    context.on('console', (message) => {
      const isOfApi = !message.location().url.includes('/account/');
      const isUsual = (isOfApi || message.location().url.endsWith('/no-such-page'))
        && (REFUSED.test(message.text()) || LOST.test(message.text()));
      if (['error', 'warning'].includes(message.type()) && !isUsual) {
        this.faults.add(`console: ${message.text()}`);
      }
    });
    context.on('weberror', (event) => this.faults.add(`uncaught: ${event.error()}`));
    context.on('dialog', (dialog) => {
      this.faults.add(`a dialog: ${dialog.message()}`);
      dialog.dismiss().catch(() => undefined);
    });
    context.on('page', (page) => page.on('framenavigated', (frame) => {
      this.shown.add(withoutFragment(frame.url()));
    }));
  }

  /** Return where a secret was in an address, in a title or in a Referer. */
  leaks() {
    const secrets = [...this.mailed];
    for (const { body } of this.proxy.exchanges) secrets.push(...secretsIn(body));
    const places = [...this.shown];
    for (const { method, path, referer } of this.proxy.exchanges) {
      places.push(`${method} ${path}`, `Referer: ${referer}`);
    }
    return places.filter((place) => secrets.some((secret) => place.includes(secret)));
  }
}

/** What a mailed link brings is in its fragment until the script has taken it; see listen(). */
const withoutFragment = (url) => url.replace(/#.*/, '');

function secretsIn(body) {
  try {
    return Object.entries(JSON.parse(body)).filter(([name]) => SECRETS.includes(name))
      .map(([, value]) => value).filter((value) => typeof value === 'string');
  } catch {
    return [];
  }
}

/** Runs in each page before its own script. */
function listen() {
  const { witness, fetch } = window;
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
    witness(`the policy has stopped ${violatedDirective} ${blockedURI} ${sample}`);
  });
  window.fetch = (...given) => {
    if (location.hash) witness(`${given[0]} is asked while the address has ${location.hash}`);
    return fetch(...given);
  };
  window.copied = [];
  const copy = navigator.clipboard?.writeText.bind(navigator.clipboard);
  // The pages themselves are not allowed to read it.
  if (copy) navigator.clipboard.writeText = (text) => copy(text).then(() => { copied.push(text); });
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (!hadRecentInput) {
        window.shifts.push({ value, of: sources.map(({ node }) => node?.outerHTML?.slice(0, 80)) });
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
}
