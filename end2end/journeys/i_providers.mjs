// Signing in at an identity provider: setting it up, coming in from it, and ending that.

import { CLIENT, SECRET, startProvider } from '../lib/provider.mjs';
import { counts, must, same, says, sees, seesNo } from '../lib/waiting.mjs';

const NAME = 'Harbour ID';
const SETTINGS = '/admin/settings';

let provider;

/// Goes to the provider by its button, and says there who one is.
async function signsIn(person, account) {
  await person.leaves(() => person.link(`Sign in with ${NAME}`).click());
  if (!person.page.url().startsWith(provider.issuer)) return;
  await person.field('Account').fill(account);
  await person.leaves(() => person.button('Continue').click());
}

/// Somebody at the sign-in page, who is answered with a refusal now and then.
async function stranger(browser, name, script = true) {
  const person = await browser.stranger(name, { script });
  person.expects(401);
  await person.goto('/my-access/requests');
  await person.arrives('Sign in');
  return person;
}

async function opensProvider(morgan) {
  await morgan.goto(SETTINGS);
  await morgan.link(NAME, { exact: true }).click();
  await morgan.arrives(NAME);
}

export async function an_administrator_sets_a_provider_and_tests_it({ browser, server }) {
  provider = await startProvider(server);
  const morgan = await browser.as('morgan');
  await morgan.follow('Settings');
  await sees(morgan.text('There are no identity providers'));
  await morgan.look('settings-empty');
  await morgan.link('New provider').click();
  await morgan.arrives('New identity provider');
  await sees(morgan.text(`${server.address}/signin/callback`));
  await morgan.page.getByRole('textbox', { name: 'Name' }).fill(NAME);
  await morgan.field('Issuer').fill('id.harbour.example');
  await morgan.field('Client ID').fill(CLIENT);
  await morgan.field(/^Client secret/).fill(SECRET);
  await morgan.field(/^Words for multifactor/).fill('mfa');
  await morgan.page.getByLabel('People are created at their first sign-in').check();
  await morgan.look('provider-new');
  await morgan.button('Create provider').click();
  await sees(morgan.alert('An issuer is an address like https://id.example.com'));
  await morgan.field('Issuer').fill(provider.issuer);
  await morgan.button('Create provider').click();
  await morgan.arrives(NAME);
  await sees(morgan.status(`“${NAME}” was saved.`));
  must(!(await morgan.page.content()).includes(SECRET), 'The page shows the secret.');
  await sees(morgan.text('One is kept, sealed, and is shown never again.'));
  await morgan.look('provider');
  await morgan.link('Test', { exact: true }).click();
  await morgan.arrives(`Test of ${NAME}`);
  await sees(morgan.state('Works'));
  await says(morgan.row('Read the keys'), '1 key can sign tokens');
  await morgan.look('provider-test');
  await morgan.goto(SETTINGS);
  await says(morgan.row(NAME), 'Enabled');
  await morgan.look('settings');
}

export async function whoever_comes_for_the_first_time_is_created_and_goes_where_they_were_going({ browser }) {
  const nora = await stranger(browser, 'nora');
  await nora.look('signin-provider');
  await signsIn(nora, 'nora');
  await nora.arrives('Request history');
  await nora.goto('/my-security');
  await says(nora.region(NAME), 'nora@id.example');
  await nora.look('security-linked');
  // Next time they are the same person, and are not asked again.
  await nora.button('Account of Nora').click();
  await nora.leaves(() => nora.page.getByRole('button', { name: 'Sign out' }).click());
  await nora.arrives('Sign in');
  await signsIn(nora, 'nora');
  await nora.arrives('Overview');
  const morgan = await browser.as('morgan', { at: '/admin/users?search=nora' });
  await counts(morgan.row('nora@id.example'), 1);
}

export async function signing_in_there_works_without_script_and_stopping_there_is_said({ browser }) {
  const olga = await stranger(browser, 'olga', false);
  await olga.leaves(() => olga.link(`Sign in with ${NAME}`).click());
  await olga.leaves(() => olga.button('Stop').click());
  await sees(olga.alert('did not let you in, or you stopped there'));
  await signsIn(olga, 'olga');
  await olga.arrives('Request history');
}

export async function only_known_people_come_in_where_only_they_may({ browser }) {
  const morgan = await browser.as('morgan');
  await opensProvider(morgan);
  await morgan.page.getByLabel('Only known people, matched once by e-mail').check();
  await morgan.button('Save', { exact: true }).click();
  await sees(morgan.status(`“${NAME}” was saved.`));
  const pia = await stranger(browser, 'pia');
  await signsIn(pia, 'pia');
  await sees(pia.alert('knows you as “pia@id.example”, and nobody here is linked to that account'));
  await pia.look('signin-not-known');
  await morgan.goto('/admin/users/new');
  await morgan.field('User name').fill('pia@id.example');
  await morgan.field('Name', { exact: true }).fill('Pia');
  await morgan.button('Create user').click();
  await morgan.arrives('Pia');
  await signsIn(pia, 'pia');
  await pia.arrives('Request history');
}

export async function a_removed_link_signs_out_and_is_gone({ browser, server }) {
  const [nora, morgan] = [await stranger(browser, 'nora'), await browser.as('morgan', { at: '/admin/users?search=nora' })];
  await signsIn(nora, 'nora');
  await nora.arrives('Request history');
  await morgan.link('Nora').click();
  await morgan.arrives('Nora');
  await morgan.tab('Profile').click();
  await sees(morgan.text('Accounts at identity providers'));
  await morgan.look('user-linked');
  await morgan.button(`Remove ${NAME}`).first().click();
  await morgan.dialog(/^Remove the link between Nora/).getByRole('button', { name: `Remove ${NAME}` }).click();
  await sees(morgan.status(`The link to “${NAME}” was removed.`));
  await seesNo(morgan.text('Accounts at identity providers'));
  await nora.goto('/my-access');
  await nora.arrives('Sign in');
  const letters = await server.letters({ subject: /^You no longer sign in with/ });
  same(letters.length, 1, 'Letters about the link');
  // The address that was verified still is a user name here, so that they can be linked again.
  await signsIn(nora, 'nora');
  await nora.arrives('Overview');
}

export async function a_provider_that_is_switched_off_lets_nobody_in({ browser }) {
  const [nora, morgan] = [await stranger(browser, 'nora'), await browser.as('morgan')];
  await signsIn(nora, 'nora');
  await nora.arrives('Request history');
  await opensProvider(morgan);
  await morgan.button(`Disable ${NAME}`).first().click();
  await morgan.dialog(`Disable ${NAME}?`).getByRole('button', { name: `Disable ${NAME}` }).click();
  await sees(morgan.status(`“${NAME}” was disabled.`));
  await sees(morgan.state('Disabled'));
  await nora.goto('/my-access');
  await nora.arrives('Sign in');
  await seesNo(nora.link(`Sign in with ${NAME}`));
  await morgan.button('Delete', { exact: true }).click();
  await sees(morgan.text(/people are linked to it. Their links are removed too/));
  await morgan.look('provider-delete');
  await morgan.dialog(`Delete ${NAME}?`).getByRole('button', { name: `Delete ${NAME}` }).click();
  await sees(morgan.status(`“${NAME}” was deleted.`));
  await sees(morgan.text('There are no identity providers'));
}
