/* Defects of the client that a scenario has to notice: one text of the built client each. */

const KEEPS = 'state.pair?.sid !== pair.sid || (next && isOlder(next, state.pair))';

const PROOF = 'await proofOf(key, method, address, this.aheadMs, pair?.access_token)';

export const MUTANTS = {
  // Each tab keeps its own copy of the pair.
  'own-copy': {
    file: 'store.js', found: 'let turn = Promise.resolve();',
    replacement: `let turn = Promise.resolve(), own;
      const shared = storage;
      storage = { getItem: (name) => own = own?.includes('"sid"') ? own : shared.getItem(name),
                  setItem: (name, text) => shared.setItem(name, own = text) };` },
  // An answer is kept because it came last.
  'last-answer-wins': {
    file: 'session.js', found: KEEPS, replacement: 'state.pair?.sid !== pair.sid' },
  // The answer of a refresh is kept although somebody has signed out meanwhile.
  'refresh-after-sign-out': {
    file: 'session.js', found: KEEPS, replacement: `state.pair && (${KEEPS})` },
  // So is the answer of a sign-in.
  'sign-in-after-sign-out': {
    file: 'session.js', found: 'stored.sign_outs !== begun.sign_outs', replacement: 'false' },
  // A retry sends what the first try sent.
  'first-pair-again': {
    file: 'session.js',
    found: 'async function refresh(former) {\n        const { pair } = await store.read();',
    replacement: 'async function refresh(former) {\n        const { pair } = { pair: former };' },
  // Requests go by way of the browser's cache.
  'cached-requests': { file: 'requests.js', found: 'cache: "no-store",', replacement: '' },
  // The end of a session signs out whoever is signed in now.
  'any-session-ended': {
    file: 'session.js', found: KEEPS,
    replacement: KEEPS.replace('state.pair?.sid', 'next && state.pair?.sid') },
  // Each tab makes a key of its own.
  'own-key': {
    file: 'client.js', found: 'globalThis.indexedDB && databaseKeys(key)',
    replacement: 'memoryKeys()' },
  // The key can be taken away.
  'readable-key': {
    file: 'credentials.js', found: '(ES256, false, ', replacement: '(ES256, true, ' },
  // A retry sends the proof of the first try.
  'first-proof-again': {
    file: 'credentials.js', found: PROOF,
    replacement: `((this.made ??= {})[method + pair?.access_token] ??= ${PROOF})` },
  // A device may make a second passkey for an account.
  'no-exclusion': {
    file: 'authenticators.js', found: 'parseCreationOptionsFromJSON(options)',
    replacement: 'parseCreationOptionsFromJSON({ ...options, excludeCredentials: [] })' },
  // A browser that waits keeps the first ticket.
  'first-ticket': { file: 'offers.js', found: 'setTimeout(stop,', replacement: 'Number(' },
  // A call for a passkey leaves the one before it alone.
  'two-calls': { file: 'authenticators.js', found: 'latest?.abort();', replacement: '' },
  // A passkey signs in without a proof of possession.
  'no-key': {
    file: 'passkeys.js', found: 'bodyFrom(answer), "key"', replacement: 'bodyFrom(answer)' },
  // The API's clock is not taken over.
  'own-clock': { file: 'requests.js', found: 'credentials.aheadMs = aheadMs;', replacement: '' },
};
