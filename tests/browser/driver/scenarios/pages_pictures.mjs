/* Pictures of the account pages, which are the same each time: nothing on them is a date. */
import { onPages } from '../pages/site.mjs';
import { atHome } from '../pages/ways.mjs';

const PERSON = { email: 'ada@example.org', password: 'seven difference engines at noon' };
const WINDOW = { width: 640, height: 620 };

/** Take the pictures into the folder of the run, in its colour scheme. */
export const pages_pictures = onPages(async (site) => {
  const { folder, scheme } = site.world.run;
  site.examiner.isOn = false;
  const visitor = await site.visitor(await site.profile({ viewport: WINDOW }));
  const take = (name) => visitor.page.screenshot({
    path: `${folder}/${name}${scheme === 'dark' ? '-dark' : ''}.png`, caret: 'hide',
    animations: 'disabled' });
  const person = { ...site.stranger(), ...PERSON };
  // Those of the other scheme have been taken before, or not.
  await site.world.api.send('POST', '/user', { body: PERSON });
  for (const [name, title] of [['sign-in', 'signIn.title'], ['sign-up', 'signUp.title']]) {
    await visitor.open(name);
    await visitor.at(title);
    await take(name);
  }
  await atHome(visitor, person);
  await visitor.page.mouse.move(0, 0);
  await visitor.page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
  await take('home');
});
