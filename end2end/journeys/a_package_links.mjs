// The link of a package: followed before signing in, for packages that are not listed, by whom they are not for, and copied.

import { GLOBAL, submits } from '../lib/demo.mjs';
import { ROOM, formOf, opensPackage } from '../lib/packages.mjs';
import { must, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: which packages are listed is what they are about.
export const fresh = true;

const NOBODYS = '/my-access/packages/0de30000-0000-7000-8000-00050000ffff';

export async function who_is_outside_the_scope_sees_what_everybody_sees_of_a_package_that_does_not_exist({ browser }) {
  const form = formOf(await opensPackage(await browser.as('morgan'), GLOBAL));
  for (const script of [true, false]) {
    // The link is opened signed out, and signing in leads to it.
    const lee = await browser.stranger('lee', { script });
    lee.expects(404);
    await lee.goto(form);
    await lee.arrives('Sign in');
    await seesNo(lee.text(GLOBAL));
    await lee.signInAs('lee');
    same(lee.path, form, 'Where signing in leads');
    const seen = [];
    for (const address of [form, NOBODYS]) {
      const answer = await lee.goto(address);
      await lee.arrives('Not found');
      seen.push([answer.status(), await lee.page.title(), await lee.page.getByRole('main').innerText()]);
    }
    same(seen[0][0], 404, 'The status of a package that is not for Lee');
    same(seen[0], seen[1], 'What Lee sees of a package that is not for him');
    if (script) await lee.look('package-not-for-me');
    // Asking without the page says the same of both.
    const said = [];
    for (const address of [form, NOBODYS]) {
      const answer = await lee.post('/api/submit_request', { package: address.split('/').at(-1), justification: 'Please.' });
      said.push([answer.status, (await answer.text()).replace(address.split('/').at(-1), '')]);
    }
    same(said[0], said[1], 'What Lee is answered when he asks without the page');
  }
}

export async function a_link_opened_signed_out_leads_through_signing_in_to_the_form({ browser }) {
  const form = formOf(await opensPackage(await browser.as('morgan'), GLOBAL));
  for (const script of [true, false]) {
    const alex = await browser.stranger('alex', { script });
    await alex.goto(form);
    await alex.arrives('Sign in');
    await seesNo(alex.text(GLOBAL));
    if (script) await alex.look('signin-on-the-way-to-a-package');
    await alex.signInAs('alex');
    same(alex.path, form, 'Where signing in leads');
    await alex.arrives(GLOBAL);
    await sees(alex.button('Submit request'));
  }
}

export async function a_hidden_package_is_in_no_list_and_its_link_opens_the_form({ browser, server }) {
  const morgan = await browser.as('morgan');
  const path = await opensPackage(morgan, ROOM);
  await morgan.goto(`${path}/edit`);
  await morgan.field('Hidden').check();
  await morgan.look('package-edit-hidden');
  await morgan.button('Save', { exact: true }).click();
  await morgan.arrives(ROOM);
  await sees(morgan.state('Hidden'));
  await morgan.look('package-hidden');

  const alex = await browser.as('alex', { at: '/my-access/packages' });
  await sees(alex.row('Service desk tools'));
  await seesNo(alex.row(ROOM));
  await alex.goto('/my-access/packages?search=partner');
  await sees(alex.heading('Nothing found'));
  await seesNo(alex.row(ROOM));

  const signedOut = await browser.stranger('alex');
  await signedOut.goto(formOf(path));
  await signedOut.arrives('Sign in');
  await signedOut.signInAs('alex');
  await signedOut.arrives(ROOM);
  await signedOut.look('package-hidden-form');
  await signedOut.field('Business justification').fill('The joint offer is due.');
  await submits(signedOut);
  await server.settle();
  await signedOut.reload();
  await sees(signedOut.state('Delivered'));
  // What one holds is listed, hidden or not.
  await alex.goto('/my-access/packages?tab=active');
  await sees(alex.row(ROOM));
}

export async function Morgan_copies_the_link_and_whoever_gets_it_opens_the_form({ browser }) {
  const morgan = await browser.as('morgan');
  await opensPackage(morgan, ROOM);
  const link = await morgan.field('My Access link', { exact: true }).inputValue();
  await morgan.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(link).origin });
  await morgan.button('Copy link').click();
  await says(morgan.part('My Access link'), /The link was copied\./);
  await morgan.look('package-link-copied');
  const copied = await morgan.page.evaluate(() => navigator.clipboard.readText());
  same(copied, link, 'What was copied');
  must(copied.startsWith(`${morgan.server.address}/my-access/packages/`), `The link is ${copied}.`);

  const lee = await browser.stranger('lee');
  await lee.goto(copied);
  await lee.arrives('Sign in');
  await lee.signInAs('lee');
  await lee.arrives(ROOM);
  await sees(lee.button('Submit request'));
  // Where there is no script the link can be opened, and marked.
  const plain = await browser.as('morgan', { script: false });
  await opensPackage(plain, ROOM);
  await plain.leaves(() => plain.page.getByRole('main').getByRole('link', { name: 'Open', exact: true }).click());
  await plain.arrives(ROOM);
  await sees(plain.button('Submit request'));
}
