// Administrators make people eligible for roles and groups, and say what activating these demands.

import { PASSWORD, givePassword } from '../lib/demo.mjs';
import { inDays, opens, opensSettings, picks, settingsLink } from '../lib/roles.mjs';
import { holds, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: who holds what is what they are about.
export const fresh = true;

const ROLE = 'Global Administrator';
const GROUP = 'Service desk operators';

export async function Morgan_makes_Lee_eligible_until_a_day_and_takes_it_away_with_a_reason({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.follow('Roles');
  await says(morgan.row(ROLE), /Privileged.*Can manage everything\./s);
  await morgan.look('roles');
  await morgan.field('Search roles').fill('nothing of this name');
  await sees(morgan.heading('Nothing found'));
  await morgan.look('roles-nothing-found');
  await opens(morgan, ROLE);
  await sees(morgan.heading('Nobody is eligible'));
  await morgan.look('role-assignments-none');

  await morgan.link('Add assignments').click();
  await morgan.arrives('Add assignments');
  await picks(morgan, 'Person or group', 'Lee');
  await morgan.look('role-assign');
  await morgan.button('Assign').click();
  await sees(morgan.alert('Say when the assignment ends').first());
  await morgan.field('Start').fill(inDays(3));
  await morgan.field('End').fill(inDays(2));
  await morgan.button('Assign').click();
  await sees(morgan.alert('The end has to be at least').first());
  await holds(morgan.page.getByRole('combobox', { name: 'Person or group' }), 'Lee');
  await morgan.look('role-assign-refused');
  await morgan.field('Start').fill('');
  await morgan.field('End').fill(inDays(30));
  await morgan.button('Assign').click();
  await sees(morgan.alert('“Justification” is needed.').first());
  await morgan.field('Justification').fill('On call for the tenant.');
  await morgan.button('Assign').click();
  await sees(morgan.status(`Lee is eligible for “${ROLE}”.`));
  await says(morgan.row('Lee'), /Eligible.*Direct.*in 2\d|Eligible.*Direct.*30 d/s);
  await morgan.look('role-assignments');

  // What is typed about somebody and not sent does not stand in the dialog of somebody else.
  await morgan.button('Remove Lee').click();
  await morgan.dialog('Remove Lee?').getByLabel('Reason').fill('Only about Lee.');
  await morgan.dialog('Remove Lee?').getByRole('button', { name: 'Keep it' }).click();
  await morgan.tab('Active assignments').click();
  await morgan.button('Remove Morgan').click();
  await holds(morgan.dialog('Remove Morgan?').getByLabel('Reason'), '');
  await morgan.dialog('Remove Morgan?').getByRole('button', { name: 'Keep it' }).click();
  await morgan.tab('Eligible assignments').click();

  await morgan.button('Update Lee').click();
  const change = morgan.dialog('Update Lee');
  await morgan.look('role-assignment-update');
  await change.getByLabel('End').fill(inDays(-1));
  await change.getByLabel('Justification').fill('The duty was extended.');
  await change.getByRole('button', { name: 'Update' }).click();
  await sees(change.getByRole('alert').first());
  await change.getByLabel('End').fill(inDays(60));
  await change.getByRole('button', { name: 'Update' }).click();
  await sees(morgan.status(`The assignment of “${ROLE}” to Lee was updated.`));

  await morgan.button('Remove Lee').click();
  const remove = morgan.dialog('Remove Lee?');
  await morgan.look('role-assignment-remove');
  await remove.getByRole('button', { name: 'Remove Lee' }).click();
  await sees(remove.getByRole('alert').first());
  await remove.getByLabel('Reason').fill('Not on call any more.');
  await remove.getByRole('button', { name: 'Remove Lee' }).click();
  await sees(morgan.status(`The assignment of “${ROLE}” to Lee was removed.`));
  await sees(morgan.heading('Nobody is eligible'));
  await morgan.tab('Active assignments').click();
  await says(morgan.row('Morgan'), /Assigned.*Permanent/s);
  await morgan.look('role-assignments-active');
  await morgan.tab('Expired assignments').click();
  await says(morgan.row('Lee'), /Removed/);
  await morgan.look('role-assignments-expired');
}

export async function an_hour_at_most_and_an_approval_are_set_and_what_somebody_else_set_meanwhile_is_not_overwritten({ browser }) {
  const morgan = await browser.as('morgan');
  const path = await opensSettings(morgan, ROLE);
  await morgan.look('role-settings');
  const brandon = await browser.as('brandon');
  await brandon.goto(path.replace('assignments', 'settings'));
  const plain = await browser.as('brandon', { script: false });
  await plain.goto(path.replace('assignments', 'settings'));

  const longest = morgan.field('Activation maximum duration (hours)');
  await longest.fill('25');
  await morgan.tab('Assignment').click();
  await morgan.field('Allow permanent active assignment').uncheck();
  await morgan.page.getByLabel('Expire active assignments after').selectOption('15 days');
  await morgan.look('role-settings-assignment');
  await morgan.button('Update').last().click();
  await sees(morgan.alert('An activation lasts from half an hour to 24 hours at most').first());
  await morgan.tab('Activation').click();
  await holds(longest, '25');
  await longest.fill('1');
  await morgan.field('Require approval to activate').check();
  await morgan.button('Add stage').click();
  const stage = morgan.page.getByRole('group', { name: 'Stage 1' });
  await picks(morgan, 'Approvers: people', 'Brandon', stage);
  await sees(stage.getByRole('button', { name: 'Leave out Brandon' }));
  await morgan.look('role-settings-approval');
  await morgan.button('Update').last().click();
  // Her own assignment is permanent, which is no longer allowed: she is shown that first.
  await sees(morgan.alert('2 assignments are outside of these settings').first());
  await says(morgan.page.getByRole('table', { name: 'Outside of these settings' }), /Morgan.*Assigned.*Permanent/s);
  await morgan.look('role-settings-breaking');
  await morgan.button('Update').last().click();
  await sees(morgan.status(`The settings of “${ROLE}” were updated.`));
  await says(morgan.page.getByRole('main'), /Differs from the template: Activation maximum duration, Require approval to activate, Approval stages, Expire active assignments after/);
  await morgan.reload();
  await holds(longest, '1');
  await sees(stage.getByRole('button', { name: 'Leave out Brandon' }));
  await morgan.look('role-settings-changed');

  for (const [editor, send] of [
    [brandon, (button) => button.click()],
    [plain, (button) => plain.leaves(() => button.click())],
  ]) {
    await editor.field('Activation maximum duration (hours)').fill('4.5');
    await send(editor.button('Update').last());
    await sees(editor.alert('Somebody else changed this').first());
    await holds(editor.field('Activation maximum duration (hours)'), '4.5');
    // And again: what came back as it was typed still has not seen the change.
    await send(editor.button('Update').last());
    await sees(editor.alert('Somebody else changed this').first());
  }
  await morgan.reload();
  await holds(longest, '1');

  // What the settings say holds for the next assignment
  await morgan.goto(path.replace('assignments', 'assignments/new'));
  await picks(morgan, 'Person or group', 'Lee');
  await morgan.page.getByRole('radio', { name: /^Active/ }).check();
  await morgan.field('End').fill(inDays(40));
  await morgan.field('Justification').fill('Too long.');
  await morgan.button('Assign').click();
  await sees(morgan.alert('Expire active assignments after').first());
}

export async function roles_are_assigned_and_set_without_script({ browser }) {
  const morgan = await browser.as('morgan', { script: false });
  const path = await opens(morgan, 'Security Administrator');
  await morgan.leaves(() => morgan.link('Add assignments').click());
  await morgan.leaves(() => morgan.button('Assign').click());
  await sees(morgan.alert('“Person or group” is needed.').first());
  await morgan.goto(`${path}/new?person=lee`);
  await morgan.look('role-assign-without-script');
  await morgan.page.getByLabel('Person or group', { exact: true }).selectOption({ index: 1 });
  await morgan.field('Start').fill(inDays(2));
  await morgan.field('End').fill(inDays(1));
  await morgan.field('Justification').fill('Watches the alerts.');
  await morgan.leaves(() => morgan.button('Assign').click());
  await sees(morgan.alert('The end has to be at least').first());
  await holds(morgan.field('Justification'), 'Watches the alerts.');
  await morgan.field('End').fill(inDays(20));
  await morgan.leaves(() => morgan.button('Assign').click());
  await sees(morgan.status('Lee is eligible for “Security Administrator”.'));
  await says(morgan.row('Lee'), /Starts later/);
  await morgan.button('Update Lee').click();
  const change = morgan.dialog('Update Lee');
  await change.getByLabel('Justification').fill('Sooner.');
  await change.getByLabel('Start').fill(inDays(1));
  await morgan.leaves(() => change.getByRole('button', { name: 'Update' }).click());
  await sees(morgan.status('The assignment of “Security Administrator” to Lee was updated.'));
  await morgan.button('Remove Lee').click();
  const remove = morgan.dialog('Remove Lee?');
  await morgan.leaves(() => remove.getByRole('button', { name: 'Remove Lee' }).click());
  await sees(morgan.alert('“Reason” is needed.').first());
  await remove.getByLabel('Reason').fill('Somebody else does.');
  await morgan.leaves(() => remove.getByRole('button', { name: 'Remove Lee' }).click());
  await sees(morgan.status('The assignment of “Security Administrator” to Lee was removed.'));

  await morgan.leaves(() => settingsLink(morgan).click());
  await morgan.field('Activation maximum duration (hours)').fill('2');
  await morgan.field('Allow permanent eligible assignment').uncheck();
  await morgan.field('Require approval to activate').check();
  await morgan.leaves(() => morgan.button('Add stage').click());
  await holds(morgan.field('Activation maximum duration (hours)'), '2');
  await morgan.page.getByRole('group', { name: 'Stage 1' }).getByLabel('Approvers: people').fill('nobody at all');
  await morgan.leaves(() => morgan.button('Update').last().click());
  await sees(morgan.alert('“nobody at all” is nobody’s user name').first());
  await morgan.look('role-settings-without-script');
  await morgan.page.getByRole('group', { name: 'Stage 1' }).getByLabel('Approvers: people').fill('brandon');
  await morgan.leaves(() => morgan.button('Update').last().click());
  await sees(morgan.status('The settings of “Security Administrator” were updated.'));
  same(await morgan.field('Allow permanent eligible assignment').isChecked(), false, 'A permanent eligible assignment');
}

export async function a_reader_of_roles_sees_everything_and_changes_nothing_and_Alex_sees_no_roles({ browser }) {
  const morgan = await browser.as('morgan');
  const reader = await opens(morgan, 'Global Reader');
  await morgan.link('Add assignments').click();
  await morgan.arrives('Add assignments');
  await picks(morgan, 'Person or group', 'Erik');
  await morgan.page.getByRole('radio', { name: /^Active/ }).check();
  await morgan.field('Permanent').check();
  await morgan.field('Justification').fill('Prepares the audit.');
  await morgan.button('Assign').click();
  await sees(morgan.status('Erik is assigned “Global Reader”.'));
  await givePassword(morgan, 'erik');

  const erik = await browser.withPassword('erik', PASSWORD);
  await erik.follow('Roles');
  await erik.goto(`${reader}?tab=active`);
  await says(erik.row('Erik'), /Assigned.*Permanent/s);
  await seesNo(erik.link('Add assignments'));
  await seesNo(erik.button('Remove Erik'));
  await erik.look('role-assignments-of-a-reader');
  const settings = reader.replace('assignments', 'settings');
  await erik.goto(settings);
  await sees(erik.text('You may see these settings and change nothing.'));
  await seesNo(erik.button('Update'));
  await erik.look('role-settings-of-a-reader');
  await erik.goto(`${reader}/new`);
  await sees(erik.heading('Nothing to assign here'));
  const role = `directory_role:${reader.split('/')[3]}`;
  const posted = await erik.post('/api/assign_role', { role, holder: 'user:x', assignment_type: 'eligible', permanent: 'true' });
  reads(await posted.text(), /not_allowed|required/);

  const alex = await browser.as('alex');
  alex.expects(404);
  await seesNo(alex.navigation.getByRole('link', { name: 'Roles', exact: true }));
  for (const path of ['/admin/roles', reader, `${reader}/new`, settings]) {
    same((await alex.goto(path)).status(), 404, `The status of ${path} for Alex`);
  }
}

export async function a_group_is_brought_under_privileged_access_and_Alex_is_eligible_as_a_member({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/groups?search=oslo');
  await morgan.link('Oslo office', { exact: true }).click();
  await morgan.arrives('Oslo office');
  await morgan.link('Privileged access').click();
  await morgan.arrives('Privileged access to Oslo office');
  await sees(morgan.text('membership cannot be activated for a while'));
  await seesNo(morgan.button('Enable'));
  await morgan.look('group-never-privileged');

  await morgan.goto('/admin/groups?search=service');
  await morgan.link(GROUP, { exact: true }).click();
  await morgan.arrives(GROUP);
  await morgan.link('Privileged access').click();
  await morgan.arrives(`Privileged access to ${GROUP}`);
  const path = morgan.path;
  await morgan.look('group-not-privileged');
  await morgan.button('Enable').click();
  await sees(morgan.status(`“${GROUP}” is under privileged access management now.`));
  await morgan.link('Add assignments').click();
  await morgan.arrives('Add assignments');
  await picks(morgan, 'Person or group', 'Alex');
  await morgan.field('Permanent').check();
  await morgan.field('Justification').fill('Helps out on Mondays.');
  await morgan.look('group-assign');
  await morgan.button('Assign').click();
  await sees(morgan.status(/Alex is eligible for/));
  await says(morgan.row('Alex'), /Eligible.*Permanent/s);
  await morgan.look('group-privileged');
  await morgan.button('Take out').click();
  const out = morgan.dialog(`Take out ${GROUP}?`);
  await out.getByRole('button', { name: `Take out ${GROUP}` }).click();
  await sees(out.getByRole('alert').filter({ hasText: '1 eligible assignment' }).first());
  await out.getByRole('button', { name: 'Cancel' }).click();

  const roles = morgan.page.getByRole('navigation', { name: 'Role in the group' });
  await roles.getByRole('link', { name: 'Owner' }).click();
  await sees(morgan.heading('Nobody is eligible'));
  await settingsLink(morgan).click();
  await morgan.arrives(`Settings of owners of ${GROUP}`);
  await morgan.field('Require approval to activate').check();
  await morgan.button('Update').last().click();
  await sees(morgan.alert('Groups have no default approvers.').first());
  await morgan.look('group-settings-refused');
  await roles.getByRole('link', { name: 'Member' }).click();
  await morgan.arrives(`Settings of members of ${GROUP}`);
  same(await morgan.field('Require approval to activate').isChecked(), false, 'The approval of members');

  // Its owner manages it without any role; whoever has nothing to do with it learns nothing.
  const miriam = await browser.as('miriam');
  await miriam.goto(path);
  await sees(miriam.button('Remove Alex'));
  const alex = await browser.as('alex');
  alex.expects(404);
  for (const below of ['', '/new', '/settings']) {
    same((await alex.goto(path + below)).status(), 404, `The status of ${below} for Alex`);
  }
}

export async function who_is_told_by_mail_is_set_row_by_row({ browser, mail }) {
  const morgan = await browser.as('morgan');
  await opensSettings(morgan, ROLE);
  await morgan.tab('Notification').click();
  await sees(morgan.heading('Members are assigned as eligible'));
  await morgan.look('role-settings-notification');
  const table = morgan.page.getByRole('table', { name: 'Members are assigned as eligible' });
  const alert = table.getByRole('row', { name: /^Role assignment alert/ });
  await alert.getByLabel('Admin').uncheck();
  await alert.getByLabel(/^Additional recipients/).fill('soc');
  await morgan.button('Update').last().click();
  await sees(morgan.alert('An e-mail address looks like name@example.com.').first());
  await morgan.look('role-settings-notification-refused');
  await alert.getByLabel(/^Additional recipients/).fill('soc@harbour.example; soc@harbour.example');
  await morgan.button('Update').last().click();
  await sees(morgan.status(`The settings of “${ROLE}” were updated.`));
  await says(morgan.page.getByRole('main'), /Differs from the template: Eligible: role assignment alert/);
  await morgan.tab('Notification').click();
  await holds(alert.getByLabel(/^Additional recipients/), 'soc@harbour.example');
  same(await alert.getByLabel('Admin').isChecked(), false);
  await sees(alert.getByText('Differs from the template'));
  await morgan.look('role-settings-notification-changed');
}
