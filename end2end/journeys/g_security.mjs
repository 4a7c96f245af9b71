// Proving who one is with an authenticator app: setting it up, being asked for it, losing it.

import { code } from '../lib/authenticator.mjs';
import { PASSWORD, givePassword } from '../lib/demo.mjs';
import { opensSettings } from '../lib/roles.mjs';
import { counts, holds, must, same, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const USERS = 'User Administrator';

const now = async (server) => (await server.settle()).now;

/// The settings of a role demand a second factor.
async function demands(morgan) {
  await opensSettings(morgan, USERS);
  await morgan.page.getByRole('radio', { name: /^Multifactor authentication/ }).check();
  await holds(morgan.field('Proof not older than (minutes)'), '15');
  await morgan.look('role-settings-multifactor');
  await morgan.button('Update', { exact: true }).last().click();
  await sees(morgan.status(`The settings of “${USERS}” were updated.`));
}

/// Sets an app up from the page that begins with it, and answers its key and the recovery codes.
async function setsUp(person, server, { look = false } = {}) {
  await person.leaves(() => person.button('Set up an authenticator app').click());
  await person.arrives('Set up an authenticator app');
  const key = (await person.page.locator('.key').innerText()).trim();
  if (look) await person.look('security-authenticator');
  await person.field('Code').fill('12345');
  await person.leaves(() => person.button('Confirm').click());
  await sees(person.alert('The code is not right, or its time is over.'));
  same((await person.page.locator('.key').innerText()).trim(), key, 'The key after a wrong code');
  await person.field('Code').fill(code(key, await now(server)));
  await person.leaves(() => person.button('Confirm').click());
  await person.arrives('Recovery codes');
  const codes = await person.page.locator('.recovery-codes li').allInnerTexts();
  same(codes.length, 10, 'The number of recovery codes');
  if (look) await person.look('security-recovery-codes');
  await person.leaves(() => person.link('I have kept them').click());
  return { key, codes };
}

export async function an_activation_that_asks_for_a_second_factor_keeps_the_form_while_one_is_set_up({ browser, server }) {
  const [morgan, lee] = [await browser.as('morgan'), await browser.as('lee')];
  // A status that the pages answer with when a proof is refused.
  lee.expects(422);
  await demands(morgan);
  await lee.goto('/my-roles');
  await lee.link(`Activate ${USERS}`).click();
  await lee.arrives(`Activate ${USERS}`);
  await sees(lee.text('Additional verification required'));
  await lee.field('Duration (hours)').fill('1.5');
  await lee.field('Reason').fill('A new colleague & "more".');
  await lee.look('my-roles-multifactor');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert('needs a code of your authenticator app or a passkey, given here within the last 15 minutes'));
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.arrives('Additional verification');
  await sees(lee.text('you have nothing set up yet'));
  await lee.look('security-prove-nothing');
  const { key } = await setsUp(lee, server, { look: true });
  await lee.arrives(`Activate ${USERS}`);
  await holds(lee.field('Duration (hours)'), '1.5');
  await holds(lee.field('Reason'), 'A new colleague & "more".');
  await seesNo(lee.text('Additional verification required'));
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status(`“${USERS}” is active.`));

  // A day at the same desk later the proof is too old.
  await server.advance({ hours: 2 });
  const used = code(key, await now(server));
  await lee.goto('/my-roles');
  await lee.link(`Activate ${USERS}`).click();
  await lee.arrives(`Activate ${USERS}`);
  await lee.field('Reason').fill('Another one.');
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.arrives('Additional verification');
  await lee.look('security-prove');
  await lee.field('Code').fill('000000');
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await sees(lee.alert('The code is not right, or its time is over.'));
  await lee.look('security-prove-refused');
  await lee.field('Code').fill(used);
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.arrives(`Activate ${USERS}`);
  await holds(lee.field('Reason'), 'Another one.');

  // The same code once more, from another session of the same person.
  const elsewhere = await browser.as('lee');
  elsewhere.expects(422);
  await elsewhere.goto('/my-roles');
  await elsewhere.link(`Activate ${USERS}`).click();
  await sees(elsewhere.text('Additional verification required'));
  await elsewhere.leaves(() => elsewhere.button('Continue', { exact: true }).click());
  await elsewhere.field('Code').fill(used);
  await elsewhere.leaves(() => elsewhere.button('Continue', { exact: true }).click());
  await sees(elsewhere.alert('This code was used already, and each counts once.'));

  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status(`“${USERS}” is active.`));
  const letters = await server.letters({ to: 'lee', subject: /authenticator app was added/ });
  same(letters.length, 1, 'The letters about the new app');
}

export async function without_script_a_lost_telephone_is_replaced_with_a_recovery_code({ browser, server }) {
  const [morgan, lee] = [await browser.as('morgan'), await browser.as('lee', { script: false })];
  lee.expects(422);
  await demands(morgan);
  await lee.goto('/my-security');
  await lee.arrives('Security');
  await lee.look('security-nothing');
  const { codes } = await setsUp(lee, server);
  await lee.arrives('Security');
  await sees(lee.text('10 recovery codes are left.'));
  await lee.look('security');

  await server.advance({ minutes: 20 });
  await lee.goto('/my-roles');
  await lee.leaves(() => lee.link(`Activate ${USERS}`).click());
  await lee.field('Reason').fill('The telephone is at the bottom of the sea.');
  for (const [typed, why] of [
    ['ABCD-EFGH-IJKL-MNOP', 'The code is not right'],
    [codes[0], undefined],
  ]) {
    if (lee.path.startsWith('/my-roles')) await lee.leaves(() => lee.button('Continue', { exact: true }).click());
    await lee.arrives('Additional verification');
    await lee.field('Code').fill(typed);
    await lee.leaves(() => lee.button('Continue', { exact: true }).click());
    if (why) await sees(lee.alert(why));
  }
  await lee.arrives(`Activate ${USERS}`);
  await holds(lee.field('Reason'), 'The telephone is at the bottom of the sea.');
  await lee.leaves(() => lee.button('Activate', { exact: true }).click());
  await sees(lee.status(`“${USERS}” is active.`));

  // A recovery code works once.
  await server.advance({ minutes: 20 });
  await lee.goto('/my-security');
  await sees(lee.text('9 recovery codes are left.'));
  await lee.leaves(() => lee.button('Remove the authenticator app').click());
  await sees(lee.alert('Changing what you prove yourself with needs a code'));
  await lee.look('security-refused');
  await lee.leaves(() => lee.part('Authenticator app').getByRole('button', { name: 'Continue' }).first().click());
  await lee.field('Code').fill(codes[0]);
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await sees(lee.alert('This recovery code was used already, and each works once. There are 9 left.'));
  await lee.field('Code').fill(codes[1].toLowerCase());
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.arrives('Security');
  await lee.leaves(() => lee.button('Make new recovery codes').click());
  await lee.arrives('Recovery codes');
  await lee.look('security-new-recovery-codes');
  await lee.leaves(() => lee.link('I have kept them').click());
  await sees(lee.text('10 recovery codes are left.'));
  await lee.leaves(() => lee.button('Remove the authenticator app').click());
  await sees(lee.status('Your authenticator app and the recovery codes were removed.'));
  await sees(lee.button('Set up an authenticator app'));
}

const inHours = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16);

export async function whoever_makes_somebody_active_proves_it_in_the_middle_of_the_dialog({ browser, server }) {
  const morgan = await browser.as('morgan', { script: false });
  morgan.expects(422);
  await morgan.goto('/admin/roles');
  await morgan.leaves(() => morgan.link(USERS, { exact: true }).click());
  const path = morgan.path.split('?')[0];
  for (const name of ['alex', 'emma']) {
    await morgan.goto(`${path}/new?person=${name}`);
    await morgan.page.getByLabel('Person or group', { exact: true }).selectOption({ index: 1 });
    await morgan.page.getByRole('radio', { name: /^Active/ }).check();
    await morgan.field('End').fill(inHours(1));
    await morgan.field('Justification').fill('The desk.');
    await morgan.leaves(() => morgan.button('Assign').click());
    await sees(morgan.status('is assigned'));
  }
  await server.advance({ hours: 2 });
  await server.settle();
  await morgan.goto('/signin');
  await morgan.signInAs('morgan');
  await morgan.goto(path.replace('assignments', 'settings'));
  await morgan.field('Require multifactor authentication on active assignment').check();
  await morgan.leaves(() => morgan.button('Update', { exact: true }).last().click());
  await sees(morgan.status(`The settings of “${USERS}” were updated.`));

  // Two rows, two dialogs: each element has an id of its own, and only the one that was sent comes back.
  await morgan.goto(`${path}?tab=expired`);
  await sees(morgan.button('Renew Emma'));
  const twice = await morgan.page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    return ids.filter((id, at) => ids.indexOf(id) !== at);
  });
  same(twice.join(), '', 'Ids that several elements have');
  await morgan.button('Renew Alex').click();
  const renew = morgan.dialog('Renew Alex');
  await renew.getByRole('radio', { name: 'Active' }).check();
  await renew.getByLabel('End').fill(inHours(240));
  await renew.getByLabel('Justification').fill('The desk again.');
  await morgan.leaves(() => renew.getByRole('button', { name: 'Renew' }).click());
  await sees(renew.getByRole('alert').first());
  await sees(renew.getByText('Additional verification required'));
  await seesNo(morgan.dialog('Renew Emma'));
  await morgan.look('role-assignment-renew-proof');
  await morgan.leaves(() => renew.getByRole('button', { name: 'Continue' }).click());
  await morgan.arrives('Additional verification');
  const { key } = await setsUp(morgan, server);
  await sees(renew);
  await holds(renew.getByLabel('Justification'), 'The desk again.');
  await seesNo(morgan.dialog('Renew Emma'));
  await morgan.leaves(() => renew.getByRole('button', { name: 'Renew' }).click());
  await sees(morgan.status(`Alex is assigned “${USERS}”.`));

  await server.advance({ minutes: 20 });
  await morgan.goto(`${path}?tab=active`);
  await morgan.button('Update Alex').click();
  const change = morgan.dialog('Update Alex');
  await change.getByLabel('Justification').fill('Longer.');
  await change.getByLabel('End').fill(inHours(300));
  await morgan.leaves(() => change.getByRole('button', { name: 'Update' }).click());
  await sees(change.getByRole('alert').first());
  await morgan.leaves(() => change.getByRole('button', { name: 'Continue' }).click());
  await morgan.field('Code').fill(code(key, await now(server)));
  await morgan.leaves(() => morgan.button('Continue', { exact: true }).click());
  await holds(change.getByLabel('Justification'), 'Longer.');
  await morgan.leaves(() => change.getByRole('button', { name: 'Update' }).click());
  await sees(morgan.status(`The assignment of “${USERS}” to Alex was updated.`));
}

export async function an_administrator_resets_what_somebody_lost_and_passwords_and_sessions_are_their_own({ browser, server }) {
  const morgan = await browser.as('morgan');
  await givePassword(morgan, 'emma');
  const emma = await browser.withPassword('emma', PASSWORD);
  emma.expects(422);
  const elsewhere = await browser.withPassword('emma', PASSWORD);
  await emma.button('Account of Emma').click();
  await emma.leaves(() => emma.link('Security').click());
  await emma.arrives('Security');
  await setsUp(emma, server);
  await counts(emma.part('Sessions').getByRole('listitem'), 2);
  await emma.field('Present password').fill('not that one at all');
  await emma.field('New password').fill('a newer and longer one');
  await emma.leaves(() => emma.button('Change the password').click());
  await sees(emma.alert('The present password is not right.'));
  await emma.look('security-password-refused');
  await emma.field('Present password').fill(PASSWORD);
  await emma.field('New password').fill('a newer and longer one');
  await emma.leaves(() => emma.button('Change the password').click());
  await sees(emma.status('Your password was changed.'));
  await counts(emma.part('Sessions').getByRole('listitem'), 1);
  await elsewhere.goto('/my-access');
  await elsewhere.arrives('Sign in');

  await morgan.goto('/admin/users?search=emma');
  await morgan.row('Emma').getByRole('link').first().click();
  await morgan.arrives('Emma');
  await morgan.button('Reset methods').click();
  const dialog = morgan.dialog('Reset what Emma proves themselves with?');
  await sees(dialog);
  await morgan.look('admin-user-reset-methods');
  await dialog.getByLabel('Reason').fill('Her telephone was stolen.');
  await dialog.getByRole('button', { name: 'Reset methods' }).click();
  await sees(morgan.status('What Emma proves themselves with was reset.'));
  await seesNo(morgan.button('Reset methods'));
  const letter = await server.letter('emma', /were reset/);
  must(letter.text.includes('Her telephone was stolen.') && letter.text.includes('/my-security'), letter.text);
  await emma.goto('/my-security');
  await emma.arrives('Sign in');
  const again = await browser.withPassword('emma', 'a newer and longer one');
  await again.goto('/my-security');
  await sees(again.button('Set up an authenticator app'));
  await says(again.part('Sessions'), /This one/);

  await morgan.tab('Profile').click();
  const methods = morgan.part('Sign-in methods');
  await sees(methods.getByText('Signs in with the user name'));
  await morgan.look('admin-user-methods');
  await methods.getByRole('button', { name: 'Remove password' }).click();
  const taking = morgan.dialog('Remove the password of Emma?');
  await morgan.look('admin-user-take-method');
  morgan.expects(422);
  await taking.getByRole('button', { name: 'Remove password' }).click();
  await sees(taking.getByText('“Reason” is needed.'));
  await taking.getByLabel('Reason').fill('Everybody signs in at the provider now.');
  await taking.getByRole('button', { name: 'Remove password' }).click();
  await sees(morgan.status('The password of Emma was removed.'));
  await seesNo(morgan.button('Remove password'));
  const taken = await server.letter('emma', /password was removed/);
  must(taken.text.includes('Everybody signs in at the provider now.'), taken.text);
  await again.goto('/my-access');
  await again.arrives('Sign in');
}
