// Standing access and alerts: what privileged roles should not be, found, previewed and put right.

import { reads, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const OUTSIDE = 'Roles are being assigned outside of privileged access management';

/// Chooses somebody in a box that offers names.
async function picks(person, label, name) {
  await person.page.getByRole('combobox', { name: label }).fill(name.toLowerCase());
  await person.page.getByRole('option', { name: new RegExp(`^${name}`) }).first().click();
}

/// Gives somebody a directory role for good.
async function assigns(morgan, role, name) {
  await morgan.goto('/admin/roles');
  await morgan.link(role).first().click();
  await morgan.link('Add assignments').click();
  await morgan.arrives('Add assignments');
  await picks(morgan, 'Person or group', name);
  await morgan.page.getByRole('radio', { name: /^Active/ }).check();
  await morgan.field('Permanent').check();
  await morgan.field('Justification').fill('On call.');
  await morgan.button('Assign').click();
  await sees(morgan.status(`${name} is assigned “${role}”.`));
}

export async function standing_access_is_found_previewed_and_made_eligible({ browser }) {
  const morgan = await browser.as('morgan');
  await assigns(morgan, 'Security Reader', 'Alex');
  await assigns(morgan, 'Security Reader', 'Lee');
  await morgan.goto('/admin/roles');
  await morgan.link('Standing access').click();
  await morgan.arrives('Standing access');
  await sees(morgan.row('Alex'));
  await morgan.look('discovery');
  for (const name of ['Alex', 'Lee', 'Morgan']) {
    await morgan.row(name).getByRole('checkbox').first().check();
  }
  await morgan.button('Make selected eligible').click();
  await morgan.arrives('Make several eligible');
  await sees(morgan.text('Alex and Lee keep the role as eligible, and have to activate it.'));
  await morgan.look('discovery-preview');
  await morgan.button('Make eligible', { exact: true }).click();
  await sees(morgan.alert('“Justification” is needed.').first());
  await morgan.field('Justification').fill('Nobody needs it all day.');
  await morgan.button('Make eligible', { exact: true }).click();
  await sees(morgan.status('You made eligible 2 assignments.'));
  await seesNo(morgan.row('Alex'));
  const alex = await browser.as('alex');
  await alex.goto('/my-roles');
  await sees(alex.link('Activate Security Reader'));
}

export async function standing_access_is_removed_with_a_reason_and_members_of_a_group_are_made_eligible({ browser }) {
  const morgan = await browser.as('morgan');
  await assigns(morgan, 'Security Reader', 'Alex');
  await morgan.goto('/admin/roles/discovery');
  await morgan.row('Alex').getByRole('link', { name: /^Remove/ }).click();
  await morgan.arrives('Remove Security Reader from Alex');
  await sees(morgan.text('Alex loses the role at once.'));
  await morgan.look('discovery-remove');
  await morgan.button('Remove', { exact: true }).click();
  await sees(morgan.alert('“Reason” is needed.').first());
  await morgan.field('Reason').fill('The audit is over.');
  await morgan.button('Remove', { exact: true }).click();
  await sees(morgan.status('You removed 1 assignment.'));
  await seesNo(morgan.row('Alex'));

  // Who holds a role through a group for good is made eligible for membership of that group.
  await morgan.goto('/admin/groups/new');
  await morgan.field('Name').fill('Reading desk');
  await morgan.field('Roles can be assigned to this group').check();
  await morgan.button('Create group').click();
  await morgan.arrives('Reading desk');
  const group = morgan.path.split('?')[0];
  await picks(morgan, 'Person', 'Alex');
  await morgan.button('Add member').click();
  await sees(morgan.status('Alex was added.'));
  await morgan.goto(`${group}/privileged`);
  await morgan.button('Enable').click();
  await sees(morgan.status('is under privileged access management now'));
  await assigns(morgan, 'Security Reader', 'Reading desk');
  await morgan.goto('/admin/roles/discovery');
  await says(morgan.row('Alex'), /Security Reader[^]*Through Reading desk/);
  await morgan.row('Alex').getByRole('link', { name: /^Make eligible/ }).click();
  await morgan.arrives('Make Alex eligible');
  await morgan.look('discovery-member');
  await morgan.field('Justification').fill('Only when there is something to read.');
  await morgan.button('Make eligible', { exact: true }).click();
  await sees(morgan.status('You made eligible 1 assignment.'));
  await seesNo(morgan.row('Alex'));
  const alex = await browser.as('alex');
  await alex.goto('/my-roles?kind=groups');
  await sees(alex.link('Activate Reading desk, Member'));
}

export async function groups_are_brought_under_management_together({ browser }) {
  const morgan = await browser.as('morgan', { script: false });
  await morgan.goto('/admin/groups/discover');
  await morgan.arrives('Discover groups');
  await morgan.look('groups-discover');
  const boxes = morgan.page.locator('tbody .pick');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await morgan.leaves(() => morgan.button('Manage groups').click());
  await sees(morgan.status('You brought under privileged access management 2 groups.'));
}

export async function an_alert_is_raised_dismissed_and_put_right({ browser, server }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/groups?search=firewall');
  await morgan.link('Firewall operators').click();
  await morgan.arrives('Firewall operators');
  await picks(morgan, 'Person', 'Alex');
  await morgan.button('Add member').click();
  await sees(morgan.status('Alex was added.'));
  await server.settle();
  await morgan.goto('/admin/alerts');
  await morgan.arrives('Alerts');
  await sees(morgan.heading(OUTSIDE));
  await says(morgan.row('Alex'), /Firewall operators.*Added as a member or owner.*Morgan/s);
  await morgan.look('alerts');
  await morgan.button('Rescan').click();
  await sees(morgan.status('Nothing new was found.'));
  // A dialog that is opened while the page is read again closes.
  await morgan.goto('/admin/alerts');
  await morgan.row('Alex').getByRole('button', { name: 'Dismiss' }).click();
  const dismiss = morgan.dialog('Dismiss what was found about Alex?');
  await dismiss.getByRole('textbox').fill('He covers for Lee.');
  await dismiss.getByRole('button', { name: 'Dismiss' }).click();
  await sees(morgan.status('It was dismissed.'));
  await says(morgan.row('Alex'), /Dismissed by Morgan.*He covers for Lee\./s);
  await morgan.look('alert');
  await morgan.button('Reopen').click();
  await sees(morgan.status('It is open again.'));
  await morgan.row('Alex').getByRole('button', { name: 'Remove assignment' }).click();
  const remove = morgan.dialog('Remove from Alex?');
  await remove.getByRole('textbox').fill('It was a mistake.');
  await morgan.look('alert-remove');
  await remove.getByRole('button', { name: 'Remove assignment' }).click();
  await sees(morgan.status('was removed.'));
  await seesNo(morgan.heading(OUTSIDE));

  await morgan.link('Potential stale accounts in a privileged role').click();
  await morgan.field('Days without a sign-in').fill('0');
  await morgan.button('Update').click();
  await sees(morgan.alert('is a number from 1 to 365').first());
  await morgan.look('alert-settings-refused');
  await morgan.field('Days without a sign-in').fill('1');
  await morgan.button('Update').click();
  await sees(morgan.status('The alert was updated.'));
  await server.advance({ days: 2 });
  await server.settle();
  await morgan.goto('/signin');
  await morgan.signInAs('morgan');
  await morgan.goto('/admin/alerts');
  await says(morgan.row('Lee').first(), /Never signed in|Signed in last/);
  await morgan.look('alerts-stale');
  reads(await morgan.page.getByRole('link', { name: /^Alerts/ }).innerText(), /\d/);
}
