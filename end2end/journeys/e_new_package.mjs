// A new access package is described step by step, left and gone on with, and made as a whole.

import { hasFocus, presses, tabTo, types } from '../lib/keyboard.mjs';
import { counts, holds, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

const MADE = /\/admin\/packages\/[0-9a-f-]{36}$/;

/// Makes a catalog with the group in it.
async function catalog(morgan, name) {
  await morgan.goto('/admin/catalogs/new');
  await morgan.field('Name', { exact: true }).fill(name);
  await morgan.button('Create catalog').click();
  await morgan.page.waitForURL(/\/admin\/catalogs\/[0-9a-f-]{36}$/);
  await morgan.goto(`${morgan.path}?tab=resources&search=oslo`);
  await morgan.field('Resource', { exact: true }).selectOption({ label: 'Oslo office · Group' });
  await morgan.button('Add resource').click();
  await sees(morgan.row('Oslo office'));
}

const stage = (person, number) => person.page.getByRole('group', { name: `Stage ${number}` });
const steps = (person) => person.page.getByRole('navigation', { name: 'Steps of the new access package' });

export async function a_package_is_described_step_by_step_left_and_gone_on_with({ browser }) {
  const morgan = await browser.as('morgan');
  await catalog(morgan, 'Desks');
  await morgan.goto('/admin/packages');
  await morgan.link('New access package').click();
  await morgan.arrives('Basics');
  await morgan.button('Next').click();
  await sees(morgan.alert('“Catalog” is needed.').first());
  await morgan.field('Catalog', { exact: true }).selectOption({ label: 'Desks' });
  await morgan.button('Next').click();
  await sees(morgan.alert('“Name” is needed.').first());
  await morgan.field('Name', { exact: true }).fill('Desk by the window');
  await morgan.field('Description').fill('A desk, a key and the printer.');
  await morgan.look('package-new');
  await morgan.button('Next').click();
  await sees(morgan.status('“Basics” was saved.'));
  await morgan.arrives('Resource roles');
  same(await steps(morgan).getByRole('listitem').first().getAttribute('data-state'), 'done', 'The state of the first step');
  await morgan.field(/^Oslo office, Owner/).check();
  await morgan.look('package-new-roles');
  await morgan.button('Save and leave').click();
  await morgan.arrives('Access packages');
  await morgan.look('packages-with-drafts');

  await morgan.link('Desk by the window').click();
  await morgan.arrives('Requests');
  await stage(morgan, 1).getByLabel('Approvers: people').fill('nobody-of-this-name');
  await morgan.button('Next').click();
  await sees(morgan.alert('“nobody-of-this-name” is nobody’s user name').first());
  await morgan.look('package-new-requests-refused');
  await stage(morgan, 1).getByLabel('Approvers: people').fill('helga');
  await stage(morgan, 1).getByLabel('Manager', { exact: true }).selectOption({ label: 'Nobody' });
  await morgan.button('Next').click();
  await morgan.arrives('Requestor information');
  await morgan.button('Add question').click();
  await morgan.field('Question', { exact: true }).fill('Which floor?');
  await morgan.look('package-new-questions');

  // Another tab was faster: nothing of it is overwritten
  const beside = await browser.as('morgan');
  await beside.goto(morgan.path.replace('requestor-information', 'lifecycle'));
  await beside.page.getByRole('radio', { name: 'For a number of days' }).check();
  await beside.field('Days or hours').fill('30');
  await beside.look('package-new-lifecycle');
  await beside.button('Next').click();
  await beside.arrives('Review + create');
  await says(beside.page.getByRole('main'), /Not filled in yet/);
  await beside.button('Create').click();
  await sees(beside.alert('Not every step was filled in: “Requestor information”.').first());
  await beside.look('package-new-unfinished');
  await morgan.button('Next').click();
  await sees(morgan.alert('changed this while you were looking at it').first());
  await holds(morgan.field('Question', { exact: true }), 'Which floor?');
  await morgan.reload();
  await morgan.button('Add question').click();
  await morgan.field('Question', { exact: true }).fill('Which floor?');
  await morgan.button('Back').click();
  await morgan.arrives('Requests');
  await sees(stage(morgan, 1).getByRole('button', { name: 'Leave out Helga' }));

  await steps(morgan).getByRole('link', { name: /^Review/ }).click();
  await morgan.arrives('Review + create');
  const main = morgan.page.getByRole('main');
  for (const words of [/Desk by the window/, /Desks/, /Oslo office, Owner/, /Helga \(helga\)/, /Which floor\?/, /30 days from delivery/]) {
    await says(main, words);
  }
  await says(main, /Only Helga can decide stage 1, and may request under this policy too/);
  await morgan.look('package-new-review');
  await morgan.link('Change Lifecycle').click();
  await morgan.arrives('Lifecycle');
  await morgan.button('Next').click();
  await morgan.arrives('Review + create');
  await morgan.button('Create').click();
  await morgan.page.waitForURL(MADE);
  await morgan.arrives('Desk by the window');
  await sees(morgan.status('“Desk by the window” was created.'));
  const made = morgan.path;
  await morgan.goto('/admin/packages');
  await counts(morgan.heading('Drafts'), 0);

  const alex = await browser.as('alex');
  await alex.goto(made.replace('/admin/', '/my-access/'));
  await alex.arrives('Desk by the window');
  await says(alex.page.getByRole('main'), /Helga/);
}

export async function without_script_every_step_keeps_what_was_typed({ browser }) {
  await catalog(await browser.as('morgan'), 'Plain desks');
  const morgan = await browser.as('morgan', { script: false });
  const next = () => morgan.leaves(() => morgan.button('Next').last().click());
  await morgan.goto('/admin/packages/new');
  await morgan.field('Description').fill('Kept although it was refused.');
  await morgan.field('Catalog', { exact: true }).selectOption({ label: 'Plain desks' });
  await next();
  await sees(morgan.alert('“Name” is needed.').first());
  await holds(morgan.field('Description'), 'Kept although it was refused.');
  await morgan.field('Name', { exact: true }).fill('Plain desk');
  await next();
  await morgan.arrives('Resource roles');
  await morgan.field(/^Oslo office, Owner/).check();
  await next();
  await morgan.arrives('Requests');
  await morgan.leaves(() => morgan.button('Add stage').click());
  await stage(morgan, 1).getByLabel('Approvers: people').fill('helga');
  await next();
  await sees(morgan.alert('Stage 2 names no approvers').first());
  await holds(stage(morgan, 1).getByLabel('Approvers: people'), 'helga');
  await morgan.look('package-new-refused-without-script');
  await morgan.leaves(() => morgan.button('Remove Stage 2').click());
  await next();
  await morgan.arrives('Requestor information');
  await morgan.leaves(() => morgan.button('Back').click());
  await morgan.arrives('Requests');
  await next();
  await next();
  await morgan.arrives('Lifecycle');
  await morgan.leaves(() => morgan.button('Save and leave').click());
  await morgan.arrives('Access packages');
  await morgan.leaves(() => morgan.link('Plain desk').click());
  await morgan.arrives('Review + create');
  const draft = morgan.path;
  await morgan.leaves(() => morgan.button('Create').click());
  same(MADE.test(morgan.path), true, 'The address of the new package');
  await morgan.arrives('Plain desk');
  morgan.expects(404);
  same((await morgan.goto(draft)).status(), 404, 'The status of a draft that became a package');
}

export async function a_draft_is_its_owners_alone_and_can_be_deleted({ browser }) {
  const morgan = await browser.as('morgan');
  await catalog(morgan, 'Own desks');
  await morgan.goto('/admin/packages/new');
  await morgan.field('Catalog', { exact: true }).selectOption({ label: 'Own desks' });
  await morgan.field('Name', { exact: true }).fill('Never made');
  await morgan.button('Next').click();
  await morgan.arrives('Resource roles');
  const draft = morgan.path;
  for (const name of ['brandon', 'alex']) {
    const other = await browser.as(name);
    other.expects(404);
    same((await other.goto(draft)).status(), 404, `The status of Morgan’s draft for ${name}`);
    await other.arrives('Not found');
  }
  await morgan.goto('/admin/packages');
  await morgan.button('Delete the draft Never made').click();
  const dialog = morgan.dialog('Delete the draft “Never made”?');
  await sees(dialog);
  await morgan.look('package-draft-delete');
  await dialog.getByRole('button', { name: 'Delete draft' }).click();
  await sees(morgan.status('The draft “Never made” was deleted.'));
  await seesNo(morgan.link('Never made'));
}

export async function a_package_is_made_with_keys_alone({ browser }) {
  const morgan = await browser.as('morgan');
  await catalog(morgan, 'Key desks');
  await morgan.goto('/admin/packages');
  await presses(morgan, morgan.link('New access package'));
  await morgan.arrives('Basics');
  await types(morgan, morgan.field('Catalog', { exact: true }), 'Key');
  await presses(morgan, morgan.button('Next'));
  await sees(morgan.alert('“Name” is needed.').first());
  await hasFocus(morgan, morgan.field('Name', { exact: true }), 'the field that is missing');
  await morgan.page.keyboard.type('Key desk');
  await morgan.page.keyboard.press('Enter');
  await morgan.arrives('Resource roles');
  await presses(morgan, morgan.field(/^Oslo office, Owner/), 'Space');
  await morgan.page.keyboard.press('Enter');
  await morgan.arrives('Requests');
  for (const step of ['Requestor information', 'Lifecycle', 'Review + create']) {
    await presses(morgan, morgan.button(`Next to ${step}`));
    await morgan.arrives(step);
  }
  await presses(morgan, morgan.button('Create'));
  await morgan.page.waitForURL(MADE);
  await morgan.arrives('Key desk');
  await tabTo(morgan, morgan.tab('Resource roles'));
  await morgan.page.keyboard.press('Enter');
  reads(await morgan.page.getByRole('main').innerText(), /Oslo office/);
}
