// Authentication contexts: what a proof has to be, made once, chosen in settings, demanded at an activation, and kept as long as
// something names it.

import { code } from '../lib/authenticator.mjs';
import { opensSettings } from '../lib/roles.mjs';
import { holds, same, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const USERS = 'User Administrator';
const NAME = 'Privileged work';

/// Opens the form of the context.
async function edits(person) {
  await person.goto('/admin/roles/contexts');
  await person.link(NAME, { exact: true }).click();
  await person.arrives(NAME);
}

export async function a_context_is_made_chosen_demanded_inside_the_form_and_stays_while_a_role_names_it({ browser, server }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/roles');
  await morgan.link('Authentication contexts').click();
  await morgan.arrives('Authentication contexts');
  await sees(morgan.heading('There are no authentication contexts'));
  await morgan.look('contexts-none');
  await morgan.link('New context').click();
  await morgan.arrives('New authentication context');
  await morgan.field('Name').fill(NAME);
  await morgan.field('Not older than (minutes)').fill('1441');
  await morgan.button('Create context').click();
  await sees(morgan.alert('at least one minute and at most 24 hours old').first());
  await holds(morgan.field('Name'), NAME);
  await morgan.look('context-new');
  await morgan.field('Not older than (minutes)').fill('10');
  await morgan.button('Create context').click();
  await sees(morgan.status(`The authentication context “${NAME}” was saved.`));
  await says(morgan.row(NAME), /Multifactor authentication within 10 minutes.*None.*0/s);

  await opensSettings(morgan, USERS);
  await morgan.page.getByRole('radio', { name: /^Authentication context/ }).check();
  await morgan.page.getByLabel('Authentication context', { exact: true }).last().selectOption(NAME);
  await morgan.look('role-settings-context');
  await morgan.button('Update', { exact: true }).last().click();
  await sees(morgan.status(`The settings of “${USERS}” were updated.`));

  // It cannot go while the role names it.
  await edits(morgan);
  await sees(morgan.link(USERS, { exact: true }));
  await sees(morgan.text('The only eligible person has neither an authenticator app nor a passkey: Lee.').first());
  await morgan.look('context');
  await morgan.button('Delete', { exact: true }).click();
  await morgan.page.getByRole('dialog').getByRole('button', { name: `Delete ${NAME}` }).click();
  await sees(morgan.alert(`it is demanded by “${USERS}”`).first());
  await sees(morgan.link(`Open the settings of ${USERS}`).first());

  // Two administrators change it: the slower one keeps what was typed.
  const second = await browser.as('morgan');
  await edits(morgan);
  await edits(second);
  await morgan.field('Not older than (minutes)').fill('5');
  await morgan.button('Save', { exact: true }).click();
  await sees(morgan.status(`The authentication context “${NAME}” was saved.`));
  await second.field('Not older than (minutes)').fill('60');
  await second.button('Save', { exact: true }).click();
  await sees(second.alert('Somebody else changed this').first());
  await holds(second.field('Not older than (minutes)'), '60');

  // Whoever activates proves it inside the form, and comes back to what was typed.
  const lee = await browser.as('lee');
  await lee.goto('/my-roles');
  await lee.link(`Activate ${USERS}`).click();
  await lee.arrives(`Activate ${USERS}`);
  await sees(lee.text(`Authentication context “${NAME}”: multifactor authentication within 5 minutes`));
  await lee.field('Duration (hours)').fill('1.5');
  await lee.field('Reason').fill('A new colleague.');
  await lee.look('my-roles-context');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert(`(authentication context “${NAME}”) needs a code`).first());
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.arrives('Additional verification');
  await lee.leaves(() => lee.button('Set up an authenticator app').click());
  await lee.arrives('Set up an authenticator app');
  const key = (await lee.page.locator('.key').innerText()).trim();
  await lee.field('Code').fill(code(key, (await server.settle()).now));
  await lee.leaves(() => lee.button('Confirm').click());
  await lee.arrives('Recovery codes');
  await lee.leaves(() => lee.link('I have kept them').click());
  await lee.arrives(`Activate ${USERS}`);
  await holds(lee.field('Duration (hours)'), '1.5');
  await holds(lee.field('Reason'), 'A new colleague.');
  await seesNo(lee.text('Additional verification required'));
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status(`“${USERS}” is active.`));

  await morgan.goto('/admin/audit');
  await says(morgan.page.getByRole('main'), /Morgan changed the authentication context “Privileged work”/);
  await says(morgan.page.getByRole('main'), /Morgan made the authentication context “Privileged work”/);
}

export async function without_script_a_context_is_made_and_deleted_and_others_do_not_find_the_page({ browser }) {
  const morgan = await browser.as('morgan', { script: false });
  await morgan.goto('/admin/roles/contexts/new');
  await morgan.field('Name').fill(NAME);
  await morgan.field('Not older than (minutes)').fill('0');
  await morgan.leaves(() => morgan.button('Create context').click());
  await sees(morgan.alert('at least one minute').first());
  await holds(morgan.field('Name'), NAME);
  await morgan.page.getByRole('radio', { name: /^A passkey/ }).check();
  await morgan.field('Not older than (minutes)').fill('15');
  await morgan.leaves(() => morgan.button('Create context').click());
  await sees(morgan.status(`The authentication context “${NAME}” was saved.`));
  await says(morgan.row(NAME), /A passkey within 15 minutes/);
  await morgan.leaves(() => morgan.link(NAME, { exact: true }).click());
  await sees(morgan.text('Nothing uses it yet.'));
  await morgan.button('Delete', { exact: true }).click();
  await morgan.leaves(() => morgan.page.getByRole('dialog').getByRole('button', { name: `Delete ${NAME}` }).click());
  await sees(morgan.status(`The authentication context “${NAME}” was deleted.`));

  const alex = await browser.as('alex');
  alex.expects(404);
  same((await alex.goto('/admin/roles/contexts')).status(), 404, 'The status of the contexts for Alex');
}
