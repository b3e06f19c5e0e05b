/* Pictures of the account pages. They are the same each time, because they show no dates. */
import { onPages } from '../pages/site.mjs';
import { atHome } from '../pages/ways.mjs';
import { Mailbox } from '../pages/mail.mjs';

const PERSON = { email: 'ada@example.org', password: 'seven difference engines at noon' };
const WINDOW = { width: 640, height: 620 };

/** Somebody whose address is verified. */
async function ada(site) {
  const { api, settings } = site.world;
  await api.send('POST', '/user', { body: PERSON });
  await api.send('POST', '/user/email-verification', { body: { email: PERSON.email } });
  const mailbox = new Mailbox(new URL(settings.base_url).origin, PERSON.email);
  const [, token] = (await mailbox.nextLink('verify-email')).split('#token=');
  await api.send('PUT', '/user/email-verification', { body: { token, password: PERSON.password } });
}

/** Take the pictures into the folder of the run. */
export const pages_pictures = onPages(async (site) => {
  const { folder } = site.world.run;
  site.examiner.isOn = false;
  await ada(site);
  for (const [colorScheme, ending] of [['light', ''], ['dark', '-dark']]) {
    const visitor = await site.visitor(await site.profile({ viewport: WINDOW, colorScheme }));
    const take = (name, height = WINDOW.height) => visitor.page.screenshot({
      path: `${folder}/${name}${ending}.png`, fullPage: true,
      clip: { x: 0, y: 0, width: WINDOW.width, height } });
    for (const [name, title] of [['sign-in', 'signIn.title'], ['sign-up', 'signUp.title']]) {
      await visitor.open(name);
      await visitor.at(title);
      await take(name);
    }
    await atHome(visitor, PERSON);
    // Further down there are dates.
    const next = visitor.page.getByRole('heading', { name: visitor.t('factors.app'), exact: true });
    await take('home', Math.round((await next.boundingBox()).y));
  }
});
