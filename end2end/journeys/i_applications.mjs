// Applications and their roles: made, changed, searched, and deleted when nothing refers to them.

import { says, sees, same } from '../lib/waiting.mjs';

/// Each test on a server of its own: they add applications.
export const fresh = true;

const LIST = '/admin/applications';
const NAME = 'General ledger';

async function creates(morgan, name = NAME) {
  await morgan.goto(LIST);
  await morgan.link('New application').click();
  await morgan.arrives('New application');
  await morgan.field('Name').fill(name);
  await morgan.page.getByRole('textbox', { name: 'Description' }).fill('Where money is counted.');
  await morgan.leaves(() => morgan.button('Create application').click());
  await morgan.arrives(name);
  await sees(morgan.status(`“${name}” was saved.`));
}

async function addsRole(morgan, name) {
  await morgan.field('New role').fill(name);
  await morgan.button('Add role').click();
  await sees(morgan.status(`The role “${name}” was saved.`));
}

export async function an_application_is_made_with_roles_and_what_is_in_use_is_not_deleted({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.goto(`${LIST}/new`);
  await morgan.arrives('New application');
  await morgan.look('application-new');
  await creates(morgan);
  await sees(morgan.text('No roles').first());
  await morgan.look('application-without-roles');
  await addsRole(morgan, 'Clerk');
  await addsRole(morgan, 'Auditor');
  await says(morgan.row('Clerk').first(), '0');
  await morgan.row('Auditor').getByRole('button', { name: 'Rename' }).click();
  const rename = morgan.dialog('Rename Auditor?');
  await rename.getByLabel('Name of the role').fill('Reader');
  await rename.getByRole('button', { name: 'Rename', exact: true }).click();
  await sees(morgan.status('The role “Reader” was saved.'));
  await morgan.row('Reader').getByRole('button', { name: 'Delete' }).click();
  await morgan.dialog('Delete Reader?').getByRole('button', { name: 'Delete role' }).click();
  await sees(morgan.status('The role “Reader” was deleted.'));

  await morgan.goto(LIST);
  await morgan.look('applications');
  await morgan.leaves(() => morgan.link('Ticketing', { exact: true }).click());
  await morgan.arrives('Ticketing');
  await morgan.look('application');
  await morgan.button('Delete', { exact: true }).first().click();
  await morgan.dialog('Delete Ticketing?').getByRole('button', { name: 'Delete Ticketing' }).click();
  await sees(morgan.alert(/“Ticketing” is in use/).first());
}

export async function without_script_an_application_is_found_changed_and_deleted({ browser }) {
  const morgan = await browser.as('morgan', { script: false });
  await creates(morgan);
  await morgan.leaves(() => morgan.link('Edit', { exact: true }).click());
  await morgan.look('application-edit');
  await morgan.field('Name').fill('Ticketing');
  await morgan.leaves(() => morgan.button('Save').click());
  await sees(morgan.alert(/Ticketing/).first());
  await morgan.field('Name').fill('Books of account');
  await morgan.leaves(() => morgan.button('Save').click());
  await morgan.arrives('Books of account');
  await morgan.goto(`${LIST}?search=of+acc`);
  await sees(morgan.link('Books of account', { exact: true }));
  await morgan.leaves(() => morgan.link('Books of account', { exact: true }).click());
  await morgan.button('Delete', { exact: true }).click();
  const deletes = morgan.dialog('Delete Books of account?').getByRole('button', { name: 'Delete Books of account' });
  await morgan.leaves(() => deletes.click());
  await sees(morgan.status('“Books of account” was deleted.'));
  await morgan.goto(`${LIST}?search=account`);
  await sees(morgan.heading('Nothing found'));

  const alex = await browser.as('alex', { script: false });
  alex.expects(404);
  same((await alex.goto(LIST)).status(), 404, 'The status of applications for Alex');
}
