// An administrator gives a package to people, sees who holds it and who asked for it, and takes it away again.

import { asksFor } from '../lib/demo.mjs';
import { ROOM, names, opensPackage } from '../lib/packages.mjs';
import { counts, holds, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: who holds what is what they are about.
export const fresh = true;

export async function a_package_is_assigned_to_several_people_and_taken_away_with_a_reason({ browser, server }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/packages');
  await morgan.link(ROOM, { exact: true }).click();
  await morgan.arrives(ROOM);
  const path = morgan.path;
  await morgan.tab('Assignments').click();
  await sees(morgan.heading('Nobody holds it'));
  await morgan.look('package-assignments-none');
  await morgan.link('New assignment').click();
  await morgan.arrives('New assignment');
  await names(morgan, morgan.page, 'People', 'Alex', 'Hugo');
  const people = morgan.page.getByRole('combobox', { name: 'People' });
  await people.fill('morgan');
  await morgan.page.getByRole('option', { name: /^Morgan/ }).click();
  await morgan.field('Justification').fill('They work with our partners now.');
  await morgan.look('assignment-new');
  await morgan.button('Assign').click();
  await sees(morgan.alert('Nobody assigns an access package to themselves.').first());
  await sees(morgan.button('Leave out Alex'));
  await morgan.look('assignment-refused');
  await morgan.button('Leave out Morgan').click();
  await morgan.button('Assign').click();
  await sees(morgan.status(`“${ROOM}” was assigned to 2 people.`));
  await server.settle();
  await morgan.reload();
  await says(morgan.row('Alex'), /Everybody.*Active.*Assigned by Morgan/s);
  await morgan.look('package-assignments');
  reads(await (await fetch(new URL(`${path}/assignments.csv`, morgan.page.url()), { headers: await morgan.cookies() })).text(), /Alex,alex,Everybody,Active/);

  await morgan.goto(`${path}?tab=assignments&search=hug`);
  await counts(morgan.row(/Alex/), 0);
  await morgan.button('Remove Hugo').click();
  await morgan.look('assignment-remove');
  const dialog = morgan.dialog('Remove Hugo?');
  await dialog.getByRole('button', { name: 'Remove Hugo' }).click();
  await sees(dialog.getByRole('alert').first());
  await dialog.getByLabel('Reason').fill('He moved to sales.');
  await dialog.getByRole('button', { name: 'Remove Hugo' }).click();
  await sees(morgan.status(`Hugo no longer holds “${ROOM}”.`));
  await morgan.page.getByRole('combobox', { name: 'State' }).selectOption({ label: 'Ended' });
  await says(morgan.row('Hugo'), /It was taken away/);
  await morgan.look('package-assignments-ended');

  await morgan.tab('Requests').click();
  await says(morgan.row('Alex'), /Direct assignment/);
  await morgan.look('package-requests');
  await morgan.link('Alex').click();
  await morgan.arrives(`Alex: ${ROOM}`);
  await says(morgan.page.getByRole('main'), /Assigned to Alex by Morgan/);
  await morgan.look('request-of-an-assignment');

  const alex = await browser.as('alex');
  await alex.goto('/my-access/requests');
  await says(alex.row(ROOM), /Direct assignment/);
}

export async function a_package_is_assigned_without_script({ browser, server }) {
  const morgan = await browser.as('morgan', { script: false });
  const path = await opensPackage(morgan, ROOM);
  await morgan.goto(`${path}/assignments/new?person=alex`);
  await morgan.look('assignment-new-without-script');
  await morgan.leaves(() => morgan.button('Assign').click());
  await sees(morgan.page.getByRole('alert').first());
  await morgan.field('People', { exact: true }).selectOption([{ label: 'Alex, Level 3 IT support engineer' }]);
  await morgan.field('Justification').fill('For the partners.');
  await morgan.field('End').fill('2020-01-01T08:00');
  await morgan.leaves(() => morgan.button('Assign').click());
  await sees(morgan.page.getByRole('alert').first());
  await holds(morgan.field('Justification'), 'For the partners.');
  await morgan.field('End').fill('');
  await morgan.leaves(() => morgan.button('Assign').click());
  await sees(morgan.status(`“${ROOM}” was assigned to Alex.`));
  await server.settle();
  await morgan.reload();
  await sees(morgan.row('Alex'));
  await morgan.leaves(() => morgan.tab('Requests').click());
  await sees(morgan.row('Alex'));
}

async function holdsIt(morgan, path, server, people) {
  await morgan.goto(`${path}/assignments/new`);
  await names(morgan, morgan.page, 'People', ...people);
  await morgan.field('Justification').fill('They work with our partners now.');
  await morgan.button('Assign').click();
  await sees(morgan.status(`“${ROOM}” was assigned to ${people.length} people.`));
  await server.settle();
}

export async function several_assignments_are_removed_with_one_reason({ browser, server }) {
  const morgan = await browser.as('morgan');
  const path = await opensPackage(morgan, ROOM);
  await holdsIt(morgan, path, server, ['Alex', 'Hugo', 'Emma']);
  await morgan.goto(`${path}?tab=assignments`);
  await morgan.page.getByRole('checkbox', { name: 'Select Alex' }).check();
  await morgan.page.getByRole('checkbox', { name: 'Select Hugo' }).check();
  const bulk = morgan.page.getByRole('group', { name: 'Remove the selected assignments' });
  await says(bulk, /2 selected/);
  await bulk.getByRole('button', { name: 'Remove all selected' }).click();
  // It is said once, at the field, and not for each of them.
  await sees(morgan.alert('“Reason” is needed.').first());
  same(await bulk.getByLabel('Reason').getAttribute('aria-invalid'), 'true', 'aria-invalid of the reason');
  await seesNo(morgan.text('None of the 2 assignments'));
  await says(bulk, /2 selected/);
  await morgan.look('assignments-selected');
  await bulk.getByLabel('Reason').fill('The project is over.');
  await bulk.getByRole('button', { name: 'Remove all selected' }).click();
  await sees(morgan.status('You removed 2 assignments.'));
  await counts(morgan.row(/Alex|Hugo/), 0);
  await sees(morgan.row('Emma'));
  // Without script, and one of them was faster: what is left is said, what was typed stays.
  const plain = await browser.as('morgan', { script: false });
  await plain.goto(`${path}?tab=assignments`);
  await plain.page.getByRole('checkbox', { name: 'Select Emma' }).check();
  const form = plain.page.getByRole('group', { name: 'Remove the selected assignments' });
  await plain.leaves(() => form.getByRole('button', { name: 'Remove all selected' }).click());
  await sees(plain.alert('“Reason” is needed.').first());
  same(await plain.page.getByRole('checkbox', { name: 'Select Emma' }).isChecked(), true, 'The selection of Emma');
  await form.getByLabel('Reason').fill('She left.');
  await morgan.reload();
  await morgan.button('Remove Emma').click();
  await morgan.dialog('Remove Emma?').getByLabel('Reason').fill('Faster.');
  await morgan.dialog('Remove Emma?').getByRole('button', { name: 'Remove Emma' }).click();
  await sees(morgan.status(`Emma no longer holds “${ROOM}”.`));
  await plain.leaves(() => form.getByRole('button', { name: 'Remove all selected' }).click());
  await says(plain.page.getByRole('main'), /The assignment was not removed:.*Emma/s);
  await plain.look('assignments-unfinished');
}

export async function what_a_page_reads_again_may_arrive_in_any_order({ browser, server }) {
  const morgan = await browser.as('morgan');
  const path = await opensPackage(morgan, ROOM);
  await holdsIt(morgan, path, server, ['Emma', 'Hugo']);
  const [frame, outer, inner] = [/read_frame/, /"AdminPackage"/, /"PackageAssignments"/];
  for (const [name, order] of [['Emma', [outer, inner, frame]], ['Hugo', [frame, inner, outer]]]) {
    await morgan.goto(`${path}?tab=assignments`);
    await arrive(morgan.page, order);
    await morgan.button(`Remove ${name}`).click();
    const dialog = morgan.dialog(`Remove ${name}?`);
    await dialog.getByLabel('Reason').fill('The project is over.');
    await dialog.getByRole('button', { name: `Remove ${name}` }).click();
    await sees(morgan.status(`${name} no longer holds “${ROOM}”.`));
    await counts(morgan.row(name), 0);
    await morgan.page.unrouteAll({ behavior: 'wait' });
  }
}

/// From now on the answers to what the page asks arrive in this order, each after the page has dealt with the one before.
/// An element says what stands in the address or the body of the question.
async function arrive(page, order) {
  const gates = order.map(() => {
    let open;
    return { opened: new Promise((done) => (open = done)), open: () => open() };
  });
  gates[0].open();
  await page.route(/\/api\/(ask|read_frame)$/, async (route) => {
    const asked = `${route.request().url()} ${route.request().postData() ?? ''}`;
    const place = order.findIndex((what) => what.test(asked));
    if (place < 0) return route.continue();
    const response = await route.fetch();
    await gates[place].opened;
    await route.fulfill({ response });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))).catch(() => {});
    gates[place + 1]?.open();
  });
}

export async function who_has_no_role_assigns_nothing({ browser }) {
  const morgan = await browser.as('morgan');
  const path = await opensPackage(morgan, ROOM);
  const alex = await browser.as('alex');
  alex.expects(404);
  for (const below of ['?tab=assignments', '?tab=requests', '/assignments/new', '/assignments.csv']) {
    same((await alex.goto(path + below)).status(), 404, `The status of ${below} for Alex`);
  }
  await seesNo(alex.link('New assignment'));
}

export async function who_approved_takes_it_back_with_a_reason({ browser, server }) {
  const alex = await browser.as('alex');
  await asksFor(alex, 'Service desk tools', 'Forecast.');
  const miriam = await browser.as('miriam');
  await miriam.goto('/my-access/approvals');
  await miriam.link('Review Alex, Service desk tools').click();
  await miriam.arrives('Alex asks for Service desk tools');
  await miriam.field('Justification').fill('She plans with it.');
  await miriam.button('Approve').click();
  await miriam.arrives('Approvals');
  await server.settle();
  await miriam.goto('/my-access/approvals?tab=history');
  await miriam.look('approvals-history-with-remove');
  await miriam.button('Remove access Alex, Service desk tools').click();
  const dialog = miriam.dialog('Remove Service desk tools from Alex?');
  await miriam.look('approval-taken-back');
  await dialog.getByRole('button', { name: 'Remove from Alex' }).click();
  await sees(dialog.getByRole('alert').first());
  await dialog.getByLabel('Reason').fill('The plan was dropped.');
  await dialog.getByRole('button', { name: 'Remove from Alex' }).click();
  await sees(miriam.status('Alex no longer holds “Service desk tools”.'));
  await seesNo(miriam.button(/^Remove access/));
  await alex.goto('/my-access/requests');
  await alex.leaves(() => alex.link('Service desk tools').click());
  await says(alex.page.getByRole('main'), /Ended by Miriam, who had approved it/);
}

export async function an_approval_is_taken_back_without_script({ browser, server }) {
  const alex = await browser.as('alex');
  await asksFor(alex, 'Service desk tools', 'Forecast.');
  const miriam = await browser.as('miriam', { script: false });
  await miriam.goto('/my-access/approvals');
  await miriam.leaves(() => miriam.link('Review Alex, Service desk tools').click());
  const approval = miriam.path;
  await miriam.field('Justification').fill('She plans with it.');
  await miriam.leaves(() => miriam.button('Approve').click());
  await server.settle();
  await miriam.goto(approval);
  await miriam.button('Remove access').click();
  await miriam.look('approval-of-what-can-be-taken-back');
  const dialog = miriam.dialog('Remove Service desk tools from Alex?');
  await dialog.getByLabel('Reason').fill('The plan was dropped.');
  await miriam.leaves(() => dialog.getByRole('button', { name: 'Remove from Alex' }).click());
  await sees(miriam.status('Alex no longer holds “Service desk tools”.'));
}
