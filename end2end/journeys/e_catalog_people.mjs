// A group manages a catalog, somebody makes a catalog of their own, and a catalog that nobody needs is deleted.

import { asksFor, givePassword, PASSWORD } from '../lib/demo.mjs';
import { ROOM, formOf, makesCatalog, makesPackage, makesPolicy, names, opensPackage, stage } from '../lib/packages.mjs';
import { reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: who sees which catalog is what they are about.
export const fresh = true;

const CATALOG = 'Collaboration';
const READERS = 'Finance reporting readers';
const LEE = '0de30000-0000-7000-8000-000100000014';
const OSLO = '0de30000-0000-7000-8000-000200000008';

/// Opens a catalog from the list; its path.
async function opensCatalog(person, name) {
  await person.goto('/admin/catalogs');
  await person.leaves(() => person.link(name, { exact: true }).click());
  await person.arrives(name);
  return person.path.split('?')[0];
}

export async function a_group_gets_a_role_and_loses_it({ browser }) {
  const morgan = await browser.as('morgan');
  const catalog = await makesCatalog(morgan, 'Oslo');
  await morgan.goto(`${catalog}?tab=roles`);
  const picker = morgan.page.getByRole('combobox', { name: 'Person or group' });
  await picker.fill('finance');
  await morgan.page.getByRole('option', { name: /Finance approvers.*Group/ }).click();
  await morgan.page.getByRole('combobox', { name: 'Role' }).selectOption('package_manager');
  await morgan.look('catalog-roles-picker');
  await morgan.button('Give role').click();
  await sees(morgan.status('Finance approvers is Access package manager now.'));
  await says(morgan.row('Finance approvers'), /All its members.*Access package manager/s);
  await morgan.look('catalog-roles-group');
  await morgan.button('Take Access package manager from Finance approvers').click();
  await morgan.look('catalog-roles-take');
  await morgan.dialog('Take Access package manager from Finance approvers?').getByRole('button', { name: 'Take from Finance approvers' }).click();
  await sees(morgan.status('Finance approvers is no longer Access package manager.'));
}

export async function a_group_gets_a_role_without_script({ browser }) {
  const morgan = await browser.as('morgan', { script: false });
  const catalog = await makesCatalog(morgan, 'Oslo');
  await morgan.goto(`${catalog}?tab=roles&person=finance`);
  await morgan.leaves(() => morgan.button('Give role').click());
  await sees(morgan.page.getByRole('alert').first());
  const pick = morgan.page.getByLabel('Person or group');
  await pick.selectOption({ label: 'Finance approvers, Group' });
  await morgan.leaves(() => morgan.button('Give role').click());
  await sees(morgan.row('Finance approvers'));
}

export async function a_catalog_creator_makes_a_catalog_and_deletes_it({ browser }) {
  await givePassword(await browser.as('morgan'), 'amara');
  for (const script of [true, false]) {
    const amara = await browser.withPassword('amara', PASSWORD, { script });
    await amara.goto('/admin/catalogs');
    await sees(amara.heading('No catalogs yet'));
    if (script) await amara.look('catalogs-of-a-creator');
    const catalog = await makesCatalog(amara, 'People');
    const made = await makesPackage(amara, catalog, 'Onboarding');
    const deletes = async (path, name) => {
      await amara.goto(path);
      await amara.button('Delete', { exact: true }).click();
      if (script) await amara.look(name === 'People' ? 'catalog-delete' : 'package-delete');
      const agree = amara.button(`Delete ${name}`);
      await agree.click();
    };
    await deletes(catalog, 'People');
    await sees(amara.page.getByRole('alert').filter({ hasText: 'it holds “Onboarding”' }).first());
    if (script) await amara.look('catalog-delete-refused');
    await deletes(made, 'Onboarding');
    await amara.arrives('People');
    await deletes(catalog, 'People');
    await amara.arrives('Catalogs');
    await seesNo(amara.page.getByRole('link', { name: 'People', exact: true }));
    amara.expects(404);
    same((await amara.goto(catalog)).status(), 404, 'The status of the deleted catalog');
  }
}

export async function what_a_package_gives_is_not_removed_from_its_catalog_before_the_package_gives_it_no_more({ browser }) {
  const morgan = await browser.as('morgan');
  const resources = `${await opensCatalog(morgan, 'Finance')}?tab=resources`;
  const dialog = (person) => person.dialog(`Remove ${READERS}?`);
  const removes = async (person) => {
    await person.goto(resources);
    await person.button(`Remove ${READERS}`).click();
    await sees(dialog(person));
    const agree = dialog(person).getByRole('button', { name: `Remove ${READERS}` });
    await (person.script ? agree.click() : person.leaves(() => agree.click()));
  };
  for (const script of [true, false]) {
    const person = await browser.as('morgan', { script });
    await removes(person);
    const why = `“${READERS}” is given by “Finance reporting”. Take it out of that package first, then remove it from the catalog.`;
    await sees(person.alert(why).first());
    if (script) await person.look('catalog-resource-in-use');
    await person.goto(resources);
    await says(person.row(READERS), /Group.*1/);
  }
  const plain = await browser.as('morgan', { script: false });
  await takesOut(plain);
  await removes(morgan);
  await sees(morgan.status(`“${READERS}”`));
  await seesNo(morgan.row(READERS));
}

/// Takes the role of the readers out of the package that gives it.
async function takesOut(person) {
  const follows = (act) => (person.script ? act() : person.leaves(act));
  const path = await opensPackage(person, 'Finance reporting');
  await person.goto(`${path}?tab=roles`);
  await follows(() => person.link(`Remove ${READERS}`).click());
  await follows(() => person.dialog(`Remove ${READERS}?`).getByRole('button', { name: `Remove ${READERS}` }).click());
  await sees(person.status(`“${READERS}, Member” was removed.`));
  await seesNo(person.link(`Remove ${READERS}`));
}

export async function a_role_that_was_taken_out_of_a_package_is_asked_for_no_more({ browser }) {
  await takesOut(await browser.as('morgan'));
}

/// Morgan gives Lee a role within the catalog of the document room; Lee, the paths of both, and how to take the role away.
async function leeGets(browser, role) {
  const morgan = await browser.as('morgan');
  const room = await opensPackage(morgan, ROOM);
  const catalog = await opensCatalog(morgan, CATALOG);
  const lee = await browser.as('lee');
  lee.expects(404);
  for (const address of [catalog, room, '/admin/catalogs']) same((await lee.goto(address)).status(), 404, `The status of ${address} before`);
  await morgan.goto(`${catalog}?tab=roles`);
  await morgan.page.getByRole('combobox', { name: 'Person or group' }).fill('lee');
  await morgan.page.getByRole('option', { name: /^Lee/ }).first().click();
  await morgan.page.getByRole('combobox', { name: 'Role' }).selectOption({ label: role });
  await morgan.button('Give role').click();
  await sees(morgan.status(`Lee is ${role} now.`));
  const takes = async () => {
    await morgan.goto(`${catalog}?tab=roles`);
    await morgan.button(`Take ${role} from Lee`).click();
    await morgan.dialog(`Take ${role} from Lee?`).getByRole('button', { name: 'Take from Lee' }).click();
    await sees(morgan.status(`Lee is no longer ${role}.`));
    for (const address of [catalog, room]) same((await lee.goto(address)).status(), 404, `The status of ${address} afterwards`);
  };
  return { lee, morgan, catalog, room, takes };
}

/// Of the administration there is only what the role is about.
async function seesOneCatalog({ lee, morgan, catalog }) {
  await lee.goto('/my-access');
  await sees(lee.navigation.getByRole('link', { name: 'Catalogs' }));
  for (const page of ['Users', 'Groups', 'Roles', 'Audit log', 'Settings']) await seesNo(lee.navigation.getByRole('link', { name: page, exact: true }));
  await lee.follow('Catalogs');
  await sees(lee.row(CATALOG));
  for (const other of ['Finance', 'IT Operations']) await seesNo(lee.row(other));
  const finance = await opensPackage(morgan, 'Finance reporting');
  same((await lee.goto(finance)).status(), 404, 'The status of a package of another catalog');
  await lee.goto(catalog);
  await lee.arrives(CATALOG);
  for (const act of ['Edit', 'Delete']) await seesNo(lee.page.locator('main').getByText(act, { exact: true }));
  await lee.goto(`${catalog}?tab=resources`);
  await seesNo(lee.button('Add resource'));
  await seesNo(lee.button(/^Remove/));
  await lee.goto(`${catalog}?tab=roles`);
  await sees(lee.row('Lee'));
  await seesNo(lee.button('Give role'));
  await seesNo(lee.button(/^Take/));
  // Nor past the pages.
  const id = catalog.split('/').at(-1);
  const given = await lee.post('/api/give_catalog_role', { catalog: id, holder: `user:${LEE}`, role: 'owner' });
  reads(await given.text(), /not_allowed|not_found/);
  const brought = await lee.post('/api/add_catalog_resource', { catalog: id, resource: `group:${OSLO}` });
  reads(await brought.text(), /not_allowed|not_found/);
}

export async function an_access_package_manager_makes_packages_and_policies_of_what_the_catalog_has({ browser }) {
  const story = await leeGets(browser, 'Access package manager');
  const { lee, catalog, room, takes } = story;
  await seesOneCatalog(story);
  await lee.look('catalog-of-a-package-manager');

  const path = await makesPackage(lee, catalog, 'Second room', 'For the fair.');
  await lee.goto(`${path}?tab=roles`);
  await lee.button('Add resource role').click();
  const options = await lee.dialog('Add resource role').getByLabel('Resource role').locator('option').allInnerTexts();
  same(options.filter((option) => !option.includes(ROOM)), ['Choose a role'], 'What is offered beside the resources of the catalog');
  await lee.dialog('Add resource role').getByLabel('Resource role').selectOption({ index: 1 });
  await lee.dialog('Add resource role').getByRole('button', { name: 'Add role' }).click();
  await sees(lee.row(ROOM));
  await lee.goto(`${path}?tab=policies`);
  await lee.link('New policy').first().click();
  await lee.arrives('New policy');
  await lee.field('Name', { exact: true }).fill('Those of the fair');
  await lee.page.getByRole('radio', { name: /^All members/ }).check();
  await lee.button('Create policy').last().click();
  await lee.page.waitForURL(/\/policies\/[0-9a-f-]{36}$/);
  await lee.arrives('Those of the fair');
  await lee.goto(room);
  await sees(lee.link('Edit', { exact: true }));
  await lee.look('package-of-a-package-manager');
  const alex = await browser.as('alex', { at: formOf(path) });
  await alex.arrives('Second room');
  await takes();
}

export async function an_assignment_manager_assigns_ends_and_cancels_and_changes_no_package({ browser, server }) {
  const role = 'Access package assignment manager';
  const story = await leeGets(browser, role);
  const { lee, room, takes } = story;
  await seesOneCatalog(story);
  await lee.goto(room);
  await lee.arrives(ROOM);
  for (const act of ['Edit', 'Delete', 'New access review']) await seesNo(lee.page.locator('main').getByText(act, { exact: true }));
  await lee.goto(`${room}?tab=roles`);
  await seesNo(lee.button('Add resource role'));
  await lee.goto(`${room}?tab=policies`);
  await seesNo(lee.link('New policy'));
  await lee.goto(`${room}/edit`);
  await says(lee.page.getByRole('main'), 'You may see this package and change nothing of it.');
  await lee.look('package-edit-refused');
  same((await lee.goto(`/admin/packages/new`)).status(), 404, 'The status of a new package');
  const written = await lee.post('/api/save_policy', { package: room.split('/').at(-1), name: 'Mine', scope: 'all_users', lasts: 'forever' });
  reads(await written.text(), /not_allowed|not_found/);

  await lee.goto(`${room}?tab=assignments`);
  await lee.link('New assignment').click();
  await lee.arrives('New assignment');
  await names(lee, lee.page, 'People', 'Alex');
  await lee.field('Justification').fill('For the fair.');
  await lee.look('assignment-of-an-assignment-manager');
  await lee.button('Assign', { exact: true }).click();
  await sees(lee.status(`“${ROOM}” was assigned to Alex.`));
  await server.settle();
  const alex = await browser.as('alex', { at: '/my-access/packages?tab=active' });
  await sees(alex.row(ROOM));
  await lee.reload();
  await lee.button('Remove Alex').click();
  await lee.dialog('Remove Alex?').getByLabel('Reason').fill('The fair is over.');
  await lee.dialog('Remove Alex?').getByRole('button', { name: 'Remove Alex' }).click();
  await sees(lee.status(`Alex no longer holds “${ROOM}”.`));

  // A request that waits is canceled.
  await makesPolicy(story.morgan, room, 'Members', stage(0, ['helga']));
  const miriam = await browser.as('miriam');
  await asksFor(miriam, ROOM, 'For the partners.');
  await lee.goto(`${room}?tab=requests`);
  await lee.look('package-requests-of-an-assignment-manager');
  await lee.leaves(() => lee.row('Miriam').getByRole('link', { name: 'Miriam' }).click());
  await lee.arrives(`Miriam: ${ROOM}`);
  await lee.button('Cancel request').click();
  await lee.dialog(/^Cancel the request/).getByRole('button', { name: 'Cancel request' }).click();
  await sees(lee.state('Canceled'));
  await miriam.reload();
  await says(miriam.region('Timeline'), /Lee/);
  await takes();
}
