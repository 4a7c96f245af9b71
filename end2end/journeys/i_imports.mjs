// People and groups of an LDAP directory: setting an import up, looking at it, running it, and a run that asks.

import { SETTINGS, opensSetting } from '../lib/settings.mjs';
import { ADMIN, GROUPS, PASSWORD, PEOPLE, startDirectory } from '../lib/slapd.mjs';
import { must, same, says, sees } from '../lib/waiting.mjs';

/// Each test on a server of its own: an import is about everybody.
export const fresh = true;

const NAME = 'Harbour LDAP';

/// Somebody's entry is changed there.
function changes(slapd, dn, how) {
  slapd.changes(`dn: ${dn}\nchangetype: modify\n${how}\n`);
}

/// Fills in the form of a new import and sends it.
async function creates(morgan, url) {
  await morgan.page.getByRole('textbox', { name: 'Name', exact: true }).fill(NAME);
  await morgan.field('Address').fill(url);
  await morgan.field('Bind DN').fill(ADMIN);
  await morgan.field(/^Password/).fill(PASSWORD);
  await morgan.field('Base DN of people').fill(PEOPLE);
  await morgan.field('Base DN of groups').fill(GROUPS);
  await morgan.sends('Create import');
}

async function setsUp(morgan, slapd) {
  await morgan.goto(`${SETTINGS}/imports/new`);
  await creates(morgan, slapd.url);
  await morgan.arrives(NAME);
  await sees(morgan.status(`“${NAME}” was saved.`));
}

async function runs(morgan, server) {
  await opensSetting(morgan, NAME);
  await morgan.sends('Run now');
  await sees(morgan.status(`“${NAME}” runs now.`));
  await server.settle();
  await opensSetting(morgan, NAME);
}

export async function an_administrator_sets_an_import_up_looks_at_the_preview_and_runs_it({ browser, server }) {
  const slapd = await startDirectory();
  const anna = slapd.person('anna.meyer');
  const ben = slapd.person('ben.olsen');
  changes(slapd, anna, 'add: title\ntitle: Pilot');
  changes(slapd, ben, `add: manager\nmanager: ${anna}`);
  slapd.person('alex');
  slapd.group('Pilots', [anna, ben]);
  const morgan = await browser.as('morgan');
  await morgan.goto(SETTINGS);
  await sees(morgan.text('There are no imports'));
  await morgan.link('New import').click();
  await morgan.arrives('New LDAP import');
  await morgan.look('import-new');
  await creates(morgan, 'ldap.harbour.example');
  await sees(morgan.alert('An address is like ldaps://ldap.example.com').first());
  same(await morgan.field('Base DN of people').inputValue(), PEOPLE);
  await morgan.look('import-new-refused');
  await creates(morgan, slapd.url);
  await morgan.arrives(NAME);
  await sees(morgan.status(`“${NAME}” was saved. Look at the preview before you run it.`));
  must(!(await morgan.page.content()).includes(PASSWORD), 'The page shows the password.');
  await morgan.look('import');

  await morgan.leaves(() => morgan.link('Test', { exact: true }).click());
  await morgan.arrives(`Test of ${NAME}`);
  await sees(morgan.state('Works'));
  await says(morgan.row('Looked for people below'), 'There are 3 entries.');
  await sees(morgan.text('Pilot', { exact: true }).first());
  await morgan.look('import-test');

  await morgan.leaves(() => morgan.link(NAME, { exact: true }).click());
  await morgan.leaves(() => morgan.link('Preview', { exact: true }).click());
  await morgan.arrives(`Preview of ${NAME}`);
  await says(morgan.row('uid=alex'), 'is here already');
  await says(morgan.row('ben.olsen').first(), 'Manager');
  await morgan.look('import-preview');
  await morgan.page.locator('main').getByRole('link', { name: /^Skip/ }).click();
  await says(morgan.page.locator('tbody tr'), 'is here already');

  await runs(morgan, server);
  await sees(morgan.state('Done').first());
  await says(morgan.page.locator('tbody tr').first(), 'People created: 2');
  await morgan.look('import-ran');
  await morgan.goto('/admin/users?search=anna');
  await sees(morgan.link('anna.meyer').first());

  slapd.changes(`dn: ${anna}\nchangetype: delete\n`);
  await runs(morgan, server);
  await sees(morgan.state('Asks first').first());
  await sees(morgan.text('It would disable 1 of 2 people').first());
  await morgan.look('import-asks');
  await morgan.button('Run it all the same').first().click();
  await morgan.look('import-confirm');
  await morgan.dialog(`Run ${NAME}?`).getByRole('button', { name: 'Run it all the same' }).click();
  await sees(morgan.status(`“${NAME}” runs now.`));
  await server.settle();
  await opensSetting(morgan, NAME);
  await says(morgan.page.locator('tbody tr').first(), 'People disabled: 1');
  await morgan.goto(SETTINGS);
  await says(morgan.row(NAME), 'Done');
  await morgan.look('settings-imports');
}

export async function without_script_an_import_is_set_up_run_disabled_and_deleted({ browser, server }) {
  const slapd = await startDirectory();
  slapd.person('anna.meyer');
  const morgan = await browser.as('morgan', { script: false });
  await morgan.goto(`${SETTINGS}/imports/new`);
  await creates(morgan, 'ldap.harbour.example');
  await sees(morgan.alert('An address is like ldaps://ldap.example.com').first());
  same(await morgan.field('Bind DN').inputValue(), ADMIN);
  await setsUp(morgan, slapd);
  await runs(morgan, server);
  await says(morgan.page.locator('tbody tr').first(), 'People created: 1');
  await morgan.leaves(() => morgan.link('Preview', { exact: true }).click());
  await sees(morgan.state('Nothing to do'));
  await morgan.look('import-preview-that-agrees');
  await opensSetting(morgan, NAME);
  await morgan.button(`Disable ${NAME}`).first().click();
  await morgan.leaves(() => morgan.dialog(`Disable ${NAME}?`).getByRole('button', { name: `Disable ${NAME}` }).click());
  await sees(morgan.status(`“${NAME}” was disabled.`));
  await morgan.button('Delete', { exact: true }).click();
  await morgan.leaves(() => morgan.dialog(`Delete ${NAME}?`).getByRole('button', { name: `Delete ${NAME}` }).click());
  await sees(morgan.status(`“${NAME}” was deleted.`));

  const alex = await browser.as('alex', { script: false });
  alex.expects(404);
  same((await alex.goto(`${SETTINGS}/imports/new`)).status(), 404, 'The status of a new import for Alex');
}
