// The account menu: colours and the way out, with script and without.

import { GLOBAL, alexAsks } from '../lib/demo.mjs';
import { PATIENCE_MS, must, same, sees, until } from '../lib/waiting.mjs';

const theme = (person) => person.page.locator('html').getAttribute('data-theme');
const menu = (person) => person.page.getByRole('group', { name: 'Account' });
/// What the page really looks like.
const background = (person) => person.page.evaluate(() => getComputedStyle(document.body).backgroundColor);

async function opensMenu(person) {
  await person.button('Account of Alex').click();
  await sees(menu(person));
}

export async function the_theme_is_switched_at_once_and_stays({ browser }) {
  const alex = await browser.as('alex');
  await alex.page.emulateMedia({ colorScheme: 'light' });
  const light = await background(alex);
  await opensMenu(alex);
  await alex.look('account-menu');
  await alex.page.emulateMedia({ colorScheme: 'light' });
  const told = alex.page.waitForResponse((answer) => answer.url().endsWith('/theme'));
  await menu(alex).getByText('Dark', { exact: true }).click();
  same((await told).status(), 204, 'The status of the answer to the choice');
  await until('the page is dark', PATIENCE_MS, async () => (await background(alex)) !== light);
  await alex.reload();
  same(await theme(alex), 'dark', 'The theme after loading the page again');
  must((await background(alex)) !== light, 'The page says that it is dark and is not.');
  await opensMenu(alex);
  must(await menu(alex).getByRole('radio', { name: 'Dark' }).isChecked(), 'The menu does not show what was chosen.');
  const back = alex.page.waitForResponse((answer) => answer.url().endsWith('/theme'));
  await menu(alex).getByText('System', { exact: true }).click();
  await back;
  await alex.reload();
  same(await theme(alex), null, 'The theme after choosing the system’s');
}

export async function the_theme_is_switched_without_script({ browser }) {
  const alex = await browser.as('alex', { script: false });
  await alex.goto('/my-access/requests?state=denied');
  await opensMenu(alex);
  await menu(alex).getByText('Dark', { exact: true }).click();
  await alex.leaves(() => menu(alex).getByRole('button', { name: 'Use this theme' }).click());
  same(alex.path, '/my-access/requests?state=denied', 'The page after choosing');
  same(await theme(alex), 'dark', 'The theme');
}

async function signsOut(browser, script) {
  const alex = await browser.as('alex', { script });
  const copy = await alex.cookies();
  await opensMenu(alex);
  await alex.leaves(() => menu(alex).getByRole('button', { name: 'Sign out' }).click());
  await alex.arrives('Sign in');
  await alex.goto('/my-access/requests');
  await alex.arrives('Sign in');
  const answer = await fetch(`${alex.server.address}/my-access`, { headers: copy, redirect: 'manual' });
  same(answer.status, 303, 'The status for a copy of the old cookie');
}

export async function signing_out_ends_the_session({ browser }) {
  await signsOut(browser, true);
}

export async function signing_out_works_without_script({ browser }) {
  await signsOut(browser, false);
}

export async function the_navigation_is_a_drawer_on_a_telephone({ browser }) {
  for (const script of [true, false]) {
    const alex = await browser.as('alex', { script });
    await alex.page.setViewportSize({ width: 360, height: 740 });
    const link = alex.navigation.getByRole('link', { name: 'Request history' });
    must(!(await link.isVisible()), 'The navigation stands in the way on a telephone.');
    await alex.button('Navigation', { exact: true }).click();
    await sees(link);
    await link.click();
    await alex.arrives('Request history');
    await until('the drawer is closed', PATIENCE_MS, async () => !(await link.isVisible()));
  }
}

export async function the_letters_of_the_demo_can_be_read({ browser, server }) {
  const alex = await browser.as('alex');
  await alex.follow('Demo mail');
  await sees(alex.heading('No letters yet'));
  await alex.look('demo-mail-empty');
  await alexAsks(alex);
  await server.settle();
  const miriam = await browser.as('miriam');
  await miriam.follow('Demo mail');
  await miriam.page.getByRole('navigation', { name: 'Letters' }).getByRole('link', { name: /Alex asks for/ }).click();
  const letter = miriam.page.frameLocator('iframe');
  await sees(letter.getByText('Alex asks for').first());
  await miriam.look('demo-mail');
  await miriam.leaves(() => letter.getByRole('link').first().click());
  await miriam.arrives(`Alex asks for ${GLOBAL}`);
}
