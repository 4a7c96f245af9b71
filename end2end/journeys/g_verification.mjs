// Roles that ask whoever holds them for more than a password: nothing goes on before that, and everything after it.

import { code } from '../lib/authenticator.mjs';
import { opensSettings } from '../lib/roles.mjs';
import { says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const USERS = 'User Administrator';

/// The role asks its holders from now on.
async function asks(morgan) {
  await opensSettings(morgan, USERS);
  await morgan.tab('Assignment').click();
  await morgan.field('Ask whoever holds this role for additional verification at sign-in').check();
  await morgan.look('role-settings-holders');
  await morgan.button('Update', { exact: true }).last().click();
  await sees(morgan.status(`The settings of “${USERS}” were updated.`));
  await says(morgan.page.getByRole('main'), /Differs from the template: Ask whoever holds this role/);
}

/// Sets an authenticator up on the page that holds somebody back.
async function setsUp(person, server) {
  await person.leaves(() => person.button('Set up an authenticator app').click());
  await person.arrives('Set up an authenticator app');
  const key = (await person.page.locator('.key').innerText()).trim();
  await person.field('Code').fill(code(key, (await server.settle()).now));
  await person.leaves(() => person.button('Confirm').click());
  await person.arrives('Recovery codes');
  await person.leaves(() => person.link('I have kept them').click());
  return key;
}

export async function a_holder_is_held_back_adds_an_authenticator_verifies_and_goes_on({ browser, server }) {
  const [morgan, lee] = [await browser.as('morgan'), await browser.as('lee')];
  await lee.goto('/my-access');
  await asks(morgan);

  // The page is open: its next click leads to the page that verifies.
  lee.expects(403);
  await lee.leaves(() => lee.navigation.getByRole('link', { name: 'Request history' }).click());
  await lee.arrives('Additional verification');
  await sees(lee.text(`You hold or can activate “${USERS}”`));
  await sees(lee.text('You have nothing set up yet.'));
  await lee.look('held-back-nothing');
  await lee.goto('/my-roles?kind=groups');
  await lee.arrives('Additional verification');
  const key = await setsUp(lee, server);
  await lee.arrives('My roles');
  await sees(lee.row('Firewall operators'));

  // Everywhere else it is asked again, also where nothing was going on.
  await server.advance({ hours: 1 });
  const again = await browser.as('lee');
  await again.goto('/my-access/requests');
  await again.arrives('Additional verification');
  await sees(again.text('Verify once, and you go on to where you were going.'));
  await again.look('held-back');
  await again.field('Code').fill(code(key, (await server.settle()).now));
  await again.leaves(() => again.button('Continue', { exact: true }).click());
  await again.arrives('Request history');
}

export async function without_script_a_holder_sets_an_app_up_or_signs_out({ browser, server }) {
  await asks(await browser.as('morgan'));
  const lee = await browser.as('lee', { script: false });
  await lee.goto('/my-roles');
  await lee.arrives('Additional verification');
  await seesNo(lee.text('Back without it'));
  await lee.leaves(() => lee.link('Open “Security”').click());
  await lee.arrives('Security');
  await lee.goto('/my-roles');
  await setsUp(lee, server);
  await lee.arrives('My roles');

  const other = await browser.as('lee', { script: false });
  await other.goto('/my-roles');
  await other.arrives('Additional verification');
  await other.leaves(() => other.button('Sign out').click());
  await sees(other.button('Sign in', { exact: true }));
}
