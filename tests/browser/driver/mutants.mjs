/* Defects of the client that a scenario has to notice: one text of the built client each. */

const KEEPS = 'state.pair?.sid !== pair.sid || (next && isOlder(next, state.pair))';

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
};
