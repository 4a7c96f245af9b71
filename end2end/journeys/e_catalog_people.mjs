// A group manages a catalog, somebody makes a catalog of their own, and a catalog that nobody needs is deleted.

import { givePassword, PASSWORD } from '../lib/demo.mjs';
import { makesCatalog, makesPackage } from '../lib/packages.mjs';
import { same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: who sees which catalog is what they are about.
export const fresh = true;

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
