/* What people do on the account pages again and again. */

/** Sign in on the page that is open. */
export async function signIn(visitor, { email, password }) {
  await visitor.at('signIn.title');
  await visitor.type('field.email', email);
  await visitor.type('field.password', password);
  await visitor.send('field.password', 'signIn.submit');
}

export async function signOut(visitor) {
  await visitor.press('home.signOut');
  await visitor.at('signIn.title');
}

export async function atHome(visitor, person) {
  await visitor.open('home');
  await signIn(visitor, person);
  await visitor.at('home.title');
}

/** Press the button of this name in the item of a list that has this text. */
export async function pressIn(visitor, text, key) {
  const item = visitor.page.getByRole('listitem').filter({ hasText: text });
  const start = visitor.t(key, { name: text }).split(`\u2068${text}`)[0];
  await visitor.hands.press(item.getByRole('button', { name: `${start}\u2068${text}` }));
}

/** Return what is said about an answer by which the API refuses a request for so many seconds. */
export const waitOf = (visitor, count, unit) => new Intl.NumberFormat(
  visitor.site.language, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
