// The job of the fourth seed: a group that holds several roles is brought under privileged access management. Owners activate
// for two hours with approval, members for four without; the roles come and go with the membership, which is extended and renewed.

import { proves, setsUpApp } from '../lib/authenticator.mjs';
import { decides } from '../lib/demo.mjs';
import { assigns, inDays, opens, picks, settingsLink } from '../lib/roles.mjs';
import { counts, holds, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const GROUP = 'Helpdesk Admin-Group';
const ROLES = ['Helpdesk Administrator', 'Password Administrator', 'User Administrator'];
const RULES = 'Privileged access rules';
const [OWNER, MEMBER] = [`${GROUP}, Owner`, `${GROUP}, Member`];

const now = async (server) => (await server.settle()).now;
const side = (person, name) => person.page.getByRole('navigation', { name: 'Role in the group' }).getByRole('link', { name });

/// A group to which roles can be assigned, with three roles for good; its address.
async function a_group_with_roles(morgan) {
  await morgan.goto('/admin/groups/new');
  await morgan.field('Name').fill(GROUP);
  await morgan.field('Description').fill('Helps people with their accounts.');
  await sees(morgan.text('This can never be changed later.'));
  await morgan.field('Roles can be assigned to this group').check();
  await morgan.look('fourth-seed-new-group');
  await morgan.button('Create group').click();
  await morgan.arrives(GROUP);
  const group = morgan.path.split('?')[0];
  for (const role of ROLES) {
    await opens(morgan, role);
    await assigns(morgan, { to: GROUP, active: true, why: 'The help desk.', said: `${GROUP} is assigned “${role}”.` });
  }
  return group;
}

/// It is discovered and managed; groups of other kinds are greyed, with the reason. Nobody is in it.
async function it_is_managed(morgan, group) {
  await morgan.goto('/admin/groups/discover?search=oslo');
  await says(morgan.row('Oslo office'), /rule/i);
  await seesNo(morgan.row('Oslo office').getByRole('checkbox'));
  await morgan.goto('/admin/groups/discover');
  await morgan.page.getByRole('checkbox', { name: `Select ${GROUP}` }).check();
  await morgan.look('fourth-seed-discover');
  await morgan.button('Manage groups').click();
  await sees(morgan.status('You brought under privileged access management 1 group.'));
  await morgan.goto(`${group}/privileged`);
  await sees(morgan.heading('Nobody is eligible'));
  await side(morgan, 'Owner').click();
  await sees(morgan.heading('Nobody is eligible'));
}

/// Of each side: how long, a second factor, terms of use, who approves, and how long somebody may be eligible.
async function sets(morgan, of, { hours, eligible, approver }) {
  await morgan.arrives(`Settings of ${of} of ${GROUP}`);
  await morgan.field('Activation maximum duration (hours)').fill(hours);
  await morgan.page.getByRole('radio', { name: /^Multifactor authentication/ }).check();
  same(await morgan.field('Require justification on activation').isChecked(), true, 'The justification on activation');
  await morgan.page.getByLabel('Terms of use').selectOption(RULES);
  if (approver) {
    await morgan.field('Require approval to activate').check();
    await morgan.button('Add stage').click();
    const stage = morgan.page.getByRole('group', { name: 'Stage 1' });
    await picks(morgan, 'Approvers: people', approver, stage);
    await sees(stage.getByRole('button', { name: `Leave out ${approver}` }));
  }
  await morgan.tab('Assignment').click();
  await morgan.field('Allow permanent eligible assignment').uncheck();
  await morgan.page.getByLabel('Expire eligible assignments after').selectOption(eligible);
  if (approver) await morgan.field('Require multifactor authentication on active assignment').check();
  same(await morgan.field('Require justification on assignment').isChecked(), true, 'The justification on assignment');
  await morgan.look(`fourth-seed-settings-of-${of}`);
  await morgan.button('Update').last().click();
  await sees(morgan.status(/were updated/));
}

/// Miriam owns the group, Lee is eligible on both sides, and each side has settings of its own.
async function it_is_set(morgan, group) {
  await morgan.goto('/admin/roles/terms/new');
  await morgan.field('Name').fill(RULES);
  await morgan.field('Text').fill('Only for the ticket at hand.');
  await morgan.button('Create terms').click();
  await sees(morgan.status(`The terms of use “${RULES}” were saved.`));

  await morgan.goto(`${group}/privileged?role=owner`);
  await assigns(morgan, { to: 'Miriam', active: true, why: 'Runs the desk.', said: /Miriam is assigned/ });
  await morgan.goto(`${group}/privileged?role=owner`);
  await settingsLink(morgan).click();
  await sets(morgan, 'owners', { hours: '2', eligible: '6 months', approver: 'Miriam' });
  await side(morgan, 'Member').click();
  await sets(morgan, 'members', { hours: '4', eligible: '3 months' });
  await morgan.tab('Activation').click();
  await holds(morgan.field('Activation maximum duration (hours)'), '4');

  await morgan.goto(`${group}/privileged?role=owner`);
  await assigns(morgan, { to: 'Lee', end: inDays(179), why: 'Stands in for Miriam.', said: /Lee is eligible for/ });
  await morgan.goto(`${group}/privileged`);
  await assigns(morgan, { to: 'Lee', end: inDays(89), why: 'Helps out.', said: /Lee is eligible for/ });
  await says(morgan.row('Lee'), /Eligible/);
}

/// Two hours at most, a second factor, the terms, a reason, and Miriam approves.
async function Lee_owns_it_for_two_hours({ browser, server }, lee, group) {
  await lee.goto('/my-roles?kind=groups');
  await lee.link(`Activate ${OWNER}`).click();
  await lee.arrives(`Activate ${OWNER}`);
  await sees(lee.text('Additional verification required'));
  await lee.field('Duration (hours)').fill('2');
  await lee.field('Reason').fill('A new colleague joins the desk.');
  await lee.look('fourth-seed-activate-owner');
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.arrives('Additional verification');
  const key = await setsUpApp(lee, await now(server));
  await lee.arrives(`Activate ${OWNER}`);
  await seesNo(lee.text('Additional verification required'));
  await lee.field('Duration (hours)').fill('3');
  await lee.field(`I accept “${RULES}”, version 1`).check();
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert(/allows 2 hours at most/));
  await lee.field('Duration (hours)').fill('2');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.state('Pending approval'));
  await decides(await browser.as('miriam'), 'Approve', 'He may add her.', { from: 'Lee' });
  await server.settle();
  await lee.goto('/my-roles?kind=groups&tab=active');
  await says(lee.row(GROUP), /Owner.*(1 h 59 min|2 h).*Activated/s);
  // An owner manages the group, and is in it no more than before.
  await lee.goto(`${group}/privileged`);
  await sees(lee.link('Add assignments'));
  await seesNo(lee.navigation.getByRole('link', { name: 'Users' }));
  return key;
}

/// Four hours without approval: the roles are there when the call returns, and gone with the end.
async function the_roles_come_and_go_with_the_membership({ server }, morgan, lee, key) {
  await server.advance({ minutes: 16 });
  await lee.goto('/my-roles?kind=groups');
  await lee.link(`Activate ${MEMBER}`).click();
  await lee.arrives(`Activate ${MEMBER}`);
  await sees(lee.text('Additional verification required'));
  await seesNo(lee.field(`I accept “${RULES}”, version 1`));
  await lee.field('Duration (hours)').fill('4');
  await lee.field('Reason').fill('The Monday shift.');
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await proves(lee, key, await now(server));
  await lee.arrives(`Activate ${MEMBER}`);
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status(`“${MEMBER}” is active.`));
  await sees(lee.navigation.getByRole('link', { name: 'Users' }));

  await morgan.goto('/admin/users?search=lee');
  await morgan.row('Lee').getByRole('link').first().click();
  await morgan.arrives('Lee');
  const user = morgan.path;
  const held = (role) => morgan.row(role).filter({ hasText: 'Directory role' });
  for (const role of ROLES) {
    await counts(held(role), 1);
    const path = (await held(role).getByRole('list').first().getByRole('listitem').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
    same(path.join(' › '), `Lee › ${GROUP} Member › ${role}`, 'The path');
  }
  await morgan.look('fourth-seed-roles-through-the-group');

  // Much is left of the three months: *Extend* is greyed, and says from when.
  await lee.goto('/my-roles?kind=groups');
  const row = lee.row(/Member/).filter({ hasText: GROUP });
  await says(row, /Extend from/);
  same(await row.getByRole('button', { name: /^Extend/ }).isDisabled(), true, 'Whether Extend is greyed');
  await lee.look('fourth-seed-extend-is-greyed');

  await server.advance({ hours: 4 });
  await morgan.goto(user);
  for (const role of ROLES) await counts(held(role), 0);
  await lee.goto('/my-access');
  await seesNo(lee.navigation.getByRole('link', { name: 'Users' }));
}

export async function owners_activate_with_approval_members_without_and_the_roles_of_the_group_come_with_them({ browser, server }) {
  const morgan = await browser.as('morgan');
  const group = await a_group_with_roles(morgan);
  await it_is_managed(morgan, group);
  await it_is_set(morgan, group);
  const lee = await browser.as('lee');
  lee.expects(422);
  const key = await Lee_owns_it_for_two_hours({ browser, server }, lee, group);
  await the_roles_come_and_go_with_the_membership({ server }, morgan, lee, key);
}

export async function the_membership_is_extended_in_its_last_fortnight_and_renewed_after_its_end({ browser, server }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/groups/new');
  await morgan.field('Name').fill(GROUP);
  await morgan.field('Roles can be assigned to this group').check();
  await morgan.button('Create group').click();
  await morgan.arrives(GROUP);
  const group = morgan.path.split('?')[0];
  await morgan.goto(`${group}/privileged`);
  await morgan.button('Enable').click();
  await sees(morgan.status(`“${GROUP}” is under privileged access management now.`));
  await morgan.goto(`${group}/privileged?role=owner`);
  await assigns(morgan, { to: 'Miriam', active: true, why: 'Runs the desk.', said: /Miriam is assigned/ });
  await morgan.goto(`${group}/privileged`);
  await assigns(morgan, { to: 'Lee', end: inDays(90), why: 'Helps out.', said: /Lee is eligible for/ });

  const early = await browser.as('lee', { at: '/my-roles?kind=groups' });
  same(await early.row(GROUP).getByRole('button', { name: /^Extend/ }).isDisabled(), true, 'Whether Extend is greyed');
  await server.advance({ days: 75 });
  const tooSoon = await browser.as('lee', { at: '/my-roles?kind=groups' });
  same(await tooSoon.row(GROUP).getByRole('button', { name: /^Extend/ }).isDisabled(), true, 'Whether Extend is greyed 15 days before');
  await server.advance({ days: 1, hours: 1 });
  await server.settle();
  for (const to of ['lee', 'miriam']) {
    same((await server.letters({ to, subject: /^Ends on .*Helpdesk Admin-Group/ })).length, 1, `The letters to ${to} a fortnight before`);
  }

  // Asked, and decided by whoever owns the group.
  const lee = await browser.as('lee', { at: '/my-roles?kind=groups' });
  await lee.link(`Extend ${MEMBER}`).click();
  await lee.arrives(`Extend ${MEMBER}`);
  await sees(lee.part('Who will decide').getByText('Miriam'));
  await lee.field('Days').fill('30');
  await lee.field('Reason').fill('The desk is still short of people.');
  await lee.look('fourth-seed-extend');
  await lee.button('Ask to extend').click();
  await sees(lee.status(`Your extension of “${MEMBER}” was submitted.`));
  const asked = lee.path;
  await decides(await browser.as('miriam'), 'Approve', 'One more month.', { from: 'Lee' });
  await lee.goto(asked);
  await sees(lee.state('Extended'));
  reads((await lee.timeline.allInnerTexts()).join('\n'), /Submitted by Lee[^]*approved by Miriam[^]*One more month\.[^]*Extended/);
  await lee.goto('/my-roles?kind=groups');
  same(await lee.row(GROUP).getByRole('button', { name: /^Extend/ }).isDisabled(), true, 'Whether Extend is greyed again');

  // It runs out all the same; within thirty days it is renewed.
  await server.advance({ days: 31 });
  const late = await browser.as('lee', { at: '/my-roles?kind=groups' });
  await seesNo(late.row(GROUP));
  await late.goto('/my-roles?kind=groups&tab=expired');
  await says(late.row(GROUP), /Member.*Expired/s);
  await late.link(`Renew ${MEMBER}`).click();
  await late.arrives(`Renew ${MEMBER}`);
  await late.field('Days').fill('14');
  await late.field('Reason').fill('Two weeks, until the new colleague starts.');
  await late.button('Ask to renew').click();
  await sees(late.status(`Your renewal of “${MEMBER}” was submitted.`));
  await decides(await browser.as('miriam'), 'Approve', 'Two weeks.', { from: 'Lee' });
  await late.goto('/my-roles?kind=groups');
  await sees(late.link(`Activate ${MEMBER}`));
  await late.look('fourth-seed-renewed');
}
