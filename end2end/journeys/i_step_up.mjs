// Proving more at an identity provider in the middle of something, connecting an account there, and signing out there.

import { CLIENT, SECRET, startProvider } from '../lib/provider.mjs';
import { opensSettings } from '../lib/roles.mjs';
import { holds, says, sees, seesNo } from '../lib/waiting.mjs';

const NAME = 'Harbour ID';
const USERS = 'User Administrator';

let provider;

/// Says at the provider who one is.
async function isThere(person, account) {
  await person.field('Account').fill(account);
  await person.leaves(() => person.button('Continue').click());
}

/// Nora comes from the provider, whose pages for signing out want letters from elsewhere.
async function comesIn(browser) {
  const nora = await browser.stranger('nora');
  nora.expects(401, 404, /^Failed to load resource: net::ERR/);
  await nora.goto('/my-access');
  await nora.leaves(() => nora.link(`Sign in with ${NAME}`).click());
  await isThere(nora, 'nora');
  await nora.arrives('Overview');
  return nora;
}

/// Lets the provider vouch for more than a password, and has the role ask for that.
async function sets(morgan, server) {
  await morgan.goto('/admin/settings/sign-in/new');
  await morgan.page.getByRole('textbox', { name: 'Name' }).fill(NAME);
  await morgan.field('Issuer').fill(provider.issuer);
  await morgan.field('Client ID').fill(CLIENT);
  await morgan.field(/^Client secret/).fill(SECRET);
  await morgan.field(/^Words for multifactor/).fill('mfa');
  await morgan.page.getByLabel('People are created at their first sign-in').check();
  await morgan.button('Create provider').click();
  await morgan.arrives(NAME);
  const uri = morgan.text(/\/signin\/backchannel\//);
  await sees(uri);
  provider.passesOn((await uri.innerText()).trim());
  await sees(morgan.text(/\/signin\/frontchannel\//));
  await opensSettings(morgan, USERS);
  await morgan.page.getByRole('radio', { name: /^Multifactor authentication/ }).check();
  await morgan.button('Update', { exact: true }).last().click();
  await sees(morgan.status(`The settings of “${USERS}” were updated.`));
}

export async function somebody_connects_their_account_and_nobody_elses({ browser, server }) {
  provider = await startProvider(server, { always: false });
  await sets(await browser.as('morgan'), server);
  // Somebody else comes in with an account of their own first.
  await comesIn(browser);
  const lee = await browser.as('lee');
  await lee.goto('/my-security');
  await sees(lee.button(`Connect ${NAME}`));
  await lee.look('security-connect');
  for (const [account, said] of [
    ['nora', 'is linked to another person here'],
    ['lee', `Your account at “${NAME}” was connected.`],
  ]) {
    await lee.leaves(() => lee.button(`Connect ${NAME}`).click());
    await lee.arrives(`Connect ${NAME}`);
    if (account === 'lee') await lee.look('security-connecting');
    await lee.leaves(() => lee.link(`Go on to ${NAME}`).click());
    await isThere(lee, account);
    await lee.arrives('Security');
    await sees(lee.text(said));
  }
  await says(lee.region(NAME), 'lee@id.example');
  await seesNo(lee.button(`Connect ${NAME}`));
}

async function proves_in_the_middle({ browser }, script) {
  const lee = await browser.as('lee', { script });
  // A status that the page answers with when a proof is refused.
  lee.expects(422);
  await lee.goto('/my-roles');
  await lee.leaves(() => lee.link(`Activate ${USERS}`).click());
  await lee.arrives(`Activate ${USERS}`);
  await sees(lee.text('Additional verification required'));
  await lee.field('Duration (hours)').fill('1.5');
  await lee.field('Reason').fill('A new colleague & "more".');
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.arrives('Additional verification');
  if (script) await lee.look('prove-at-provider');
  // The provider changes from one account to another with a script of its own.
  for (const account of script ? ['nora', 'lee'] : ['lee']) {
    await lee.leaves(() => lee.link(`Verify with ${NAME}`).click());
    await isThere(lee, account);
    if (account === 'nora') {
      await sees(lee.alert('and that is not an account of yours here'));
      if (script) await lee.look('prove-at-provider-refused');
    }
  }
  await lee.arrives(`Activate ${USERS}`);
  await seesNo(lee.text('Additional verification required'));
  await holds(lee.field('Duration (hours)'), '1.5');
  await holds(lee.field('Reason'), 'A new colleague & "more".');
  if (script) await lee.button('Activate', { exact: true }).click();
  else await lee.leaves(() => lee.button('Activate', { exact: true }).click());
  await sees(lee.status(`“${USERS}” is active.`));
  return lee;
}

export async function a_proof_at_the_provider_leads_back_to_the_form_as_it_was({ browser }) {
  const lee = await proves_in_the_middle({ browser }, true);
  await lee.button(`Deactivate ${USERS}`).first().click();
  await lee.dialog(`Deactivate ${USERS}?`).getByRole('button', { name: `Deactivate ${USERS}` }).click();
  await seesNo(lee.button(`Deactivate ${USERS}`));
}

export async function a_proof_at_the_provider_works_without_script({ browser }) {
  await proves_in_the_middle({ browser }, false);
}

export async function signing_out_there_ends_the_session_here({ browser }) {
  const nora = await comesIn(browser);
  await nora.page.goto(`${provider.issuer}/session/end`);
  await nora.page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await nora.page.waitForURL(/session\/end\/success/);
  await nora.goto('/my-access');
  await nora.arrives('Sign in');
}

export async function signing_out_here_offers_to_sign_out_there({ browser }) {
  const nora = await comesIn(browser);
  await nora.button('Account of Nora').click();
  await nora.leaves(() => nora.page.getByRole('button', { name: 'Sign out' }).click());
  await nora.arrives('Sign in');
  await sees(nora.status('You are signed out here.'));
  await nora.look('signed-out-of-provider');
  await nora.leaves(() => nora.link(`Sign out at ${NAME} too`).click());
  await nora.page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await nora.page.waitForURL(/\/signin/);
  await nora.arrives('Sign in');
}
