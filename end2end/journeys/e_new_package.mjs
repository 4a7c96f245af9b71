// A new access package is described step by step, left and gone on with, and made as a whole.

import { hasFocus, presses, tabTo, types } from '../lib/keyboard.mjs';
import { bringsOslo, makesCatalog } from '../lib/packages.mjs';
import { counts, holds, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

const MADE = /\/admin\/packages\/[0-9a-f-]{36}$/;

/// Makes a catalog with the group in it.
const catalog = async (morgan, name) => bringsOslo(morgan, await makesCatalog(morgan, name));

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

/// Begins a package in a catalog of its own and goes on to its requests.
async function begins(morgan, name) {
  await morgan.goto('/admin/packages/new');
  await morgan.field('Catalog', { exact: true }).selectOption({ label: `${name}s` });
  await morgan.field('Name', { exact: true }).fill(name);
  const go = async (label) => (morgan.script ? morgan.button(label).last().click() : morgan.leaves(() => morgan.button(label).last().click()));
  await go('Next');
  await morgan.arrives('Resource roles');
  await morgan.field(/^Oslo office, Owner/).check();
  await go('Next');
  await morgan.arrives('Requests');
  return go;
}

export async function what_is_wrong_is_kept_as_typed_when_somebody_goes_back({ browser }) {
  for (const script of [true, false]) {
    const name = script ? 'Loose desk' : 'Loose plain desk';
    await catalog(await browser.as('morgan'), `${name}s`);
    const morgan = await browser.as('morgan', { script });
    const go = await begins(morgan, name);
    const people = stage(morgan, 1).getByLabel('Approvers: people');
    await people.fill('nobody-of-this-name');
    await go('Next');
    await sees(morgan.alert('“nobody-of-this-name” is nobody’s user name').first());
    await go('Back');
    await morgan.arrives('Resource roles');
    await sees(morgan.status('“Requests” was kept as you typed it.'));
    same(await steps(morgan).getByRole('listitem').nth(2).getAttribute('data-state'), null, 'The state of the requests');
    await morgan.goto(morgan.path.replace('resource-roles', 'review'));
    await says(morgan.page.getByRole('main'), /Something that you typed is still to be put right: “nobody-of-this-name”/);
    await morgan.look(script ? 'package-new-review-to-put-right' : 'package-new-review-to-put-right-without-script');
    await morgan.goto(morgan.path.replace('review', 'requests'));
    await sees(morgan.alert('“nobody-of-this-name” is nobody’s user name').first());
    if (script) await sees(stage(morgan, 1).getByRole('button', { name: 'Leave out nobody-of-this-name' }));
    else await holds(people, 'nobody-of-this-name');
    if (script) await morgan.look('package-new-requests-as-typed');
    await go('Next');
    await sees(morgan.alert('“nobody-of-this-name” is nobody’s user name').first());
    if (script) await stage(morgan, 1).getByRole('button', { name: 'Leave out nobody-of-this-name' }).click();
    await people.fill('helga');
    await go('Next');
    await morgan.arrives('Requestor information');
  }
}

export async function a_package_that_a_rule_assigns_is_made_as_a_whole_after_a_look_at_who_gets_it({ browser }) {
  for (const [script, who] of [[true, 'Alex'], [false, 'Miriam']]) {
    const name = script ? 'Pier desk' : 'Quay desk';
    const department = name.split(' ')[0];
    const admin = await browser.as('morgan');
    await catalog(admin, `${name}s`);
    await admin.goto(`/admin/users?search=${who.toLowerCase()}`);
    await admin.leaves(() => admin.link(who, { exact: true }).click());
    await admin.goto(`${admin.path.split('?')[0]}/edit`);
    await admin.field('Department').fill(department);
    await admin.button('Save').last().click();
    await admin.arrives(who);

    const morgan = await browser.as('morgan', { script });
    const main = morgan.page.getByRole('main');
    const go = await begins(morgan, name);
    await morgan.page.getByRole('radio', { name: /^Nobody asks: assigned by a rule/ }).check();
    await seesNo(morgan.button('Add stage'));
    await go('Next');
    await sees(morgan.alert('“Rule” is needed.').first());
    await morgan.field('Rule', { exact: true }).fill(`user.department -eq "${department}"`);
    await morgan.field('Grace period', { exact: true }).fill('2');
    await go('Preview');
    await says(main, new RegExp(`When the package is created, 1 person gains.*Gain it: ${who}`, 's'));
    if (script) await morgan.look('package-new-by-rule');
    await go('Next');
    await morgan.arrives('Requestor information');
    await says(main, /A rule assigns the package/);
    if (script) await morgan.look('package-new-by-rule-questions');
    for (const step of ['Lifecycle', 'Review + create']) {
      const link = morgan.link(`Next to ${step}`);
      await (script ? link.click() : morgan.leaves(() => link.click()));
      await morgan.arrives(step);
    }
    await says(main, new RegExp(`Assigned by the rule.*Gain it: ${who}`, 's'));
    if (script) await morgan.look('package-new-by-rule-review');
    await go('Create');
    await morgan.page.waitForURL(MADE);
    await morgan.arrives(name);
    const holder = await browser.as(who.toLowerCase());
    await holder.goto('/my-access/packages?tab=active');
    await sees(holder.row(name));
  }
}
