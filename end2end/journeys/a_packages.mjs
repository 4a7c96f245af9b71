// An administrator brings a group into a catalog, makes a package of it with a policy, and somebody gets it.

import { bringsOslo, makesCatalog, makesPackage } from '../lib/packages.mjs';
import { holds, must, same, says, sees, seesNo } from '../lib/waiting.mjs';

export async function from_a_catalog_to_somebody_who_holds_the_package({ browser }) {
  const morgan = await browser.as('morgan');
  const catalog = await makesCatalog(morgan, 'Oslo', { look: 'catalog-new' });
  await morgan.look('catalog');
  await bringsOslo(morgan, catalog);
  await morgan.look('catalog-resources');

  await makesPackage(morgan, catalog, 'Desk in Oslo', 'A desk, a key and the printer.');
  await morgan.look('package-administration');
  const path = morgan.path;
  await morgan.goto(`${path}?tab=policies`);
  await morgan.link('New policy').click();
  await morgan.arrives('New policy');
  await morgan.field('Name', { exact: true }).fill('Everybody who works here');
  await morgan.page.getByRole('radio', { name: /^All members/ }).check();
  const stage = (number) => morgan.page.getByRole('group', { name: `Stage ${number}` });
  await stage(1).getByLabel('Approvers: people').fill('helga');
  await morgan.button('Add stage').click();
  await sees(stage(2));
  await morgan.button('Remove Stage 2').click();
  await stage(2).waitFor({ state: 'detached' });
  await morgan.look('policy-new');
  await morgan.button('Create policy').click();
  await morgan.page.waitForURL(/\/policies\/[0-9a-f-]{36}$/);
  await morgan.arrives('Everybody who works here');
  await morgan.look('policy');
  await morgan.goto(`${path}?tab=policies`);
  await sees(morgan.row('Everybody who works here'));
  await morgan.look('package-policies');

  const alex = await browser.as('alex');
  await alex.goto(path.replace('/admin/', '/my-access/'));
  await alex.arrives('Desk in Oslo');
  await alex.link('Everybody who works here').click();
  await says(alex.page.getByRole('main'), /Helga/);
}

export async function a_policy_is_written_without_script({ browser }) {
  const morgan = await browser.as('morgan', { script: false });
  await morgan.goto('/admin/catalogs');
  await morgan.look('catalogs');
  await morgan.goto('/admin/packages');
  await morgan.look('packages-in-administration');
  await morgan.leaves(() => morgan.link('Partner document room').click());
  await morgan.goto(`${morgan.path}/policies/new`);
  await morgan.field('Name', { exact: true }).fill('Second way');
  await morgan.leaves(() => morgan.button('Add stage').click());
  await holds(morgan.field('Name', { exact: true }), 'Second way');
  const stage = (number) => morgan.page.getByRole('group', { name: `Stage ${number}` }).getByLabel('Approvers: people');
  await stage(1).fill('helga');
  await stage(2).fill('nobody-of-this-name');
  await morgan.leaves(() => morgan.button('Create policy').last().click());
  await sees(morgan.page.getByRole('alert').first());
  await holds(stage(1), 'helga');
  await holds(stage(2), 'nobody-of-this-name');
  await morgan.look('policy-refused-without-script');
  await stage(2).fill('miriam');
  await morgan.leaves(() => morgan.button('Add question').click());
  const question = morgan.page.getByRole('group', { name: 'Question 1' });
  await question.getByLabel('Question', { exact: true }).fill('Why now?');
  await question.getByLabel('In other languages').fill('de Warum jetzt?');
  await morgan.leaves(() => morgan.button('Create policy').last().click());
  await sees(morgan.page.getByRole('alert').filter({ hasText: 'is not the code of a language' }).first());
  await question.getByLabel('In other languages').fill('de: Warum jetzt?');
  await morgan.leaves(() => morgan.button('Create policy').last().click());
  await morgan.arrives('Second way');
  await holds(question.getByLabel('In other languages'), 'de: Warum jetzt?');
}

export async function an_answer_that_does_not_fit_is_refused_in_the_language_of_whoever_asks({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/packages?search=global administrator');
  await morgan.link('Global administrator access').click();
  await morgan.tab('Policies').click();
  await morgan.link('Level 3 engineers').click();
  await morgan.arrives('Level 3 engineers');
  const question = morgan.page.getByRole('group', { name: 'Question 1' });
  await question.getByLabel('In other languages').fill('de: Auftrag | Im Kalender | CHG und sieben Ziffern.');
  await morgan.button('Save').last().click();
  await sees(morgan.alert('has no pattern and says in “de”'));
  await question.getByLabel('Pattern').fill('CHG[0-9]{7}');
  await question.getByLabel('Message when it does not fit').fill('CHG and seven digits.');
  await morgan.button('Save').last().click();
  await sees(morgan.status('The policy “Level 3 engineers” was saved.'));
  await holds(question.getByLabel('In other languages'), 'de: Auftrag | Im Kalender | CHG und sieben Ziffern.');

  for (const script of [true, false]) {
    const alex = await browser.as('alex', { script, locale: 'de-AT' });
    await alex.goto('/my-access/packages?search=global administrator');
    await alex.row('Global administrator access').getByRole('link', { name: /^Request/ }).click();
    await alex.arrives('Global administrator access');
    await alex.field('Business justification').fill('Mail flow.');
    await alex.field('Auftrag').fill('7');
    await alex.button('Submit request').click();
    await sees(alex.alert('CHG und sieben Ziffern. You wrote “7”.'));
    await holds(alex.field('Auftrag'), '7');
    if (script) await alex.look('refused-in-german');
  }
}

export async function a_role_is_taken_out_of_a_package_and_the_dialog_says_whom_that_concerns({ browser }) {
  const roles = /tab=roles$/;
  for (const script of [true, false]) {
    const morgan = await browser.as('morgan', { script });
    const follows = (act) => (script ? act() : morgan.leaves(act));
    if (script) {
      const catalog = await makesCatalog(morgan, 'Bergen');
      await bringsOslo(morgan, catalog);
      await makesPackage(morgan, catalog, 'Desk in Bergen', 'A desk.');
    }
    await morgan.goto('/admin/packages?search=bergen');
    await follows(() => morgan.link('Desk in Bergen').click());
    await morgan.arrives('Desk in Bergen');
    await follows(() => morgan.tab('Resource roles').click());
    if (script) {
      await morgan.button('Add resource role').click();
      const add = morgan.dialog('Add resource role');
      const chosen = await add.getByRole('option', { name: /^Oslo office, Owner/ }).getAttribute('value');
      await add.getByLabel('Resource role').selectOption(chosen);
      await add.getByRole('button', { name: 'Add role' }).click();
      await sees(morgan.row('Oslo office'));
    }
    const dialog = morgan.dialog('Remove Oslo office?');
    const remove = morgan.link('Remove Oslo office');
    await follows(() => remove.click());
    await says(dialog, /Nobody has it from this package now, so nobody loses anything\./);
    if (script) await morgan.look('package-role-remove');
    await follows(() => dialog.getByRole('link', { name: 'Cancel' }).click());
    await morgan.page.waitForURL(roles);
    await seesNo(dialog);
    if (script) {
      await remove.click();
      await sees(dialog);
      must(await dialog.evaluate((open) => open.matches(':modal')), 'The page behind the dialog can be used.');
      await morgan.page.keyboard.press('Escape');
      await morgan.page.waitForURL(roles);
      await seesNo(dialog);
      continue;
    }
    await follows(() => remove.click());
    await follows(() => dialog.getByRole('button', { name: 'Remove Oslo office' }).click());
    await sees(morgan.status('“Oslo office, Owner” was removed.'));
    await seesNo(remove);
  }
}

export async function who_has_no_role_sees_no_catalog({ browser }) {
  const alex = await browser.as('alex');
  alex.expects(404);
  for (const address of ['/admin/catalogs', '/admin/packages', '/admin/catalogs/new', '/admin/packages/new']) {
    const answer = await alex.goto(address);
    same(answer.status(), 404, `The status of ${address} for Alex`);
    await alex.arrives('Not found');
  }
}

export async function Morgan_asks_who_could_request_a_package({ browser }) {
  for (const script of [true, false]) {
    const morgan = await browser.as('morgan', { script });
    await morgan.goto('/admin/packages?search=global administrator');
    await morgan.link('Global administrator access').click();
    await morgan.arrives('Global administrator access');
    await morgan.tab('Who could?').click();
    await morgan.field('Search people').fill('al');
    await morgan.button('Search').click();
    await morgan.link('Alex').click();
    const main = morgan.page.getByRole('main');
    await says(main, /Alex may request this package under “Level 3 engineers”\./);
    await says(main, /Miriam/);
    await says(main, /Bianca/);
    if (script) await morgan.look('who-could');
    await morgan.field('Search people').fill('lena');
    await morgan.button('Search').click();
    await morgan.link('Lena').click();
    await says(main, /Lena cannot request this package now\./);
    await says(main, /It does not cover Lena\./);
    if (script) await morgan.look('who-could-not');
  }
}

export async function between_ones_own_pages_and_the_administration_the_way_back_works({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/my-access/packages');
  await morgan.arrives('Access packages');
  await morgan.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Users' }).click();
  await morgan.arrives('Users');
  await sees(morgan.row('Alex'));
  await morgan.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Groups' }).click();
  await morgan.arrives('Groups');
  await morgan.page.goBack();
  await morgan.arrives('Users');
  await sees(morgan.row('Alex'));
  await morgan.page.goBack();
  await morgan.arrives('Access packages');
  await morgan.field('Search access packages').fill('nothing-of-this-name');
  await sees(morgan.heading('Nothing found'));
  await morgan.page.goForward();
  await morgan.arrives('Users');
}
