// A directory is told who holds an application's roles: setting it up, one that is down, and the last member of a group.

import { getsDeskTools } from '../lib/demo.mjs';
import { SETTINGS, opensSetting } from '../lib/settings.mjs';
import { ADMIN, GROUPS, PASSWORD, PEOPLE, startDirectory } from '../lib/slapd.mjs';
import { must, same, says, sees } from '../lib/waiting.mjs';

/// Each test on a server of its own: a target has everybody's access.
export const fresh = true;

const NAME = 'Desk directory';
const GROUP = 'Desk agents';
const NOBODY = 'cn=nobody,dc=harbour,dc=example';

async function fills(morgan, url) {
  await morgan.page.getByRole('textbox', { name: 'Name', exact: true }).fill(NAME);
  await morgan.page.getByRole('textbox', { name: 'Address' }).fill(url);
  await morgan.field('Signs in as').fill(ADMIN);
  await morgan.field(/^Password/).fill(PASSWORD);
  await morgan.field('Base of people').fill(PEOPLE);
  await morgan.field('Base of groups').fill(GROUPS);
  await morgan.field(/^Stands in empty groups/).fill(NOBODY);
  await morgan.field(/^Groups with other names/).fill(`Agent = ${GROUP}`);
  await morgan.sends('Create target');
}

export async function a_directory_is_set_up_tested_and_tried_and_has_who_holds_a_role_as_long_as_it_lasts({ browser, server }) {
  const directory = await startDirectory();
  directory.person('alex');
  directory.group(GROUP, [directory.person('forgotten.temp')]);
  const morgan = await browser.as('morgan');
  await morgan.goto(SETTINGS);
  await morgan.link('New LDAP target').click();
  await morgan.arrives('New LDAP target');
  await morgan.look('ldap-target-new');
  await fills(morgan, 'ldap.harbour.example');
  await sees(morgan.alert('The address of a directory is like ldaps://ldap.example.com').first());
  await morgan.look('ldap-target-new-refused');
  await fills(morgan, directory.url);
  await morgan.arrives(NAME);
  await sees(morgan.status(`“${NAME}” was saved. Everybody is compared with it now.`));
  must(!(await morgan.page.content()).includes(PASSWORD), 'The page shows the password.');

  await morgan.leaves(() => morgan.link('Test', { exact: true }).click());
  await morgan.arrives(`Test of ${NAME}`);
  await sees(morgan.state('Works'));
  await says(morgan.row('Signed in at'), 'The connection is secure');
  await says(morgan.row('Looked for the group “Lead”'), 'is made when it is needed');
  await morgan.look('ldap-target-test');
  await morgan.leaves(() => morgan.link(NAME, { exact: true }).click());
  await morgan.leaves(() => morgan.link('Trial run').click());
  await says(morgan.row('forgotten.temp'), 'Report, unknown here');
  same(directory.members(GROUP), ['uid=forgotten.temp'], 'The group after a trial run');

  await directory.stop();
  const alex = await browser.as('alex');
  await getsDeskTools(browser, alex);
  await server.settle();
  await opensSetting(morgan, NAME);
  await sees(morgan.state('Does not answer'));
  await says(morgan.row('Alex'), /Pending.*nothing listens there/);
  await morgan.look('ldap-target-that-is-down');
  await directory.start();
  await server.advance({ seconds: 60 });
  await opensSetting(morgan, NAME);
  await says(morgan.row('Alex'), /Works now.*Agent/);
  await morgan.look('ldap-target');
  same(directory.members(GROUP), ['uid=alex', 'uid=forgotten.temp']);
  await alex.reload();
  await sees(alex.state('Delivered'));

  await morgan.page.getByRole('radio', { name: /^Remove it/ }).check();
  await morgan.button('Save', { exact: true }).click();
  await sees(morgan.status(`“${NAME}” was saved.`));
  await server.settle();
  same(directory.members(GROUP), ['uid=alex'], 'The group after unknown access was removed');
  await server.advance({ days: 181 });
  same(directory.members(GROUP), ['cn=nobody'], 'The group after the access of its last member ended');
}

export async function without_script_a_directory_is_set_up_and_keeps_what_was_typed({ browser }) {
  const directory = await startDirectory();
  const morgan = await browser.as('morgan', { script: false });
  await morgan.goto(SETTINGS);
  await morgan.leaves(() => morgan.link('New LDAP target').click());
  await fills(morgan, 'ldaps://somebody@ldap.harbour.example');
  await sees(morgan.alert('The address of a directory is like ldaps://ldap.example.com').first());
  same(await morgan.field('Base of people').inputValue(), PEOPLE);
  same(await morgan.field(/^Password/).inputValue(), '', 'What is kept of the password');
  await fills(morgan, directory.url);
  await sees(morgan.status(`“${NAME}” was saved.`));
  await morgan.leaves(() => morgan.link('Test', { exact: true }).click());
  await sees(morgan.state('Works'));
}
