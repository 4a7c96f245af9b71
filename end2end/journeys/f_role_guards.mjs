// What is refused about privileged roles so that nobody locks everybody out, and remedies that are previewed: in the browser,
// with the form kept.

import { asksOnly, assigns, opens, opensSettings, picks } from '../lib/roles.mjs';
import { holds, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const GLOBAL = 'Global Administrator';
const ROLES = 'Privileged Role Administrator';
const USERS = 'User Administrator';
const NO_MULTIFACTOR = "Roles don't require multifactor authentication for activation";

export async function settings_after_which_nobody_could_activate_are_refused_and_kept_as_typed({ browser }) {
  const morgan = await browser.as('morgan');
  await opens(morgan, ROLES);
  await assigns(morgan, { to: 'Lee', why: 'Helps out.', said: `Lee is eligible for “${ROLES}”.` });
  await opensSettings(morgan, ROLES);
  const stage = await asksOnly(morgan, 'Lee');
  await morgan.field('Activation maximum duration (hours)').fill('2');
  await morgan.button('Update').last().click();
  await sees(morgan.alert(/With this nobody who is eligible for Privileged Role Administrator could activate it/).first());
  await holds(morgan.field('Activation maximum duration (hours)'), '2');
  await sees(stage.getByRole('button', { name: 'Leave out Lee' }));
  await morgan.look('role-settings-lock-out');
  await picks(morgan, 'Approvers: people', 'Helga', stage);
  await sees(stage.getByRole('button', { name: 'Leave out Helga' }));
  await morgan.button('Update').last().click();
  await sees(morgan.status(`The settings of “${ROLES}” were updated.`));

  // Helga is the last who could approve besides Lee: she is not disabled.
  await morgan.goto('/admin/users?search=helga');
  await morgan.row('Helga').getByRole('link').first().click();
  await morgan.arrives('Helga');
  await morgan.button('Disable').first().click();
  const dialog = morgan.dialog(/^Disable Helga/);
  await dialog.getByRole('button', { name: /^Disable/ }).click();
  await sees(morgan.alert(/could activate it/).first());
  await morgan.look('user-disable-lock-out');
}

export async function the_last_administrator_is_not_removed_and_the_reason_stays({ browser }) {
  const morgan = await browser.as('morgan');
  const path = await opens(morgan, GLOBAL);
  await morgan.goto(`${path}?tab=active`);
  for (const name of ['Brandon', 'Miriam', 'Helga', 'Bianca']) {
    if ((await morgan.row(name).count()) === 0) continue;
    await morgan.button(`Remove ${name}`).click();
    const dialog = morgan.dialog(`Remove ${name}?`);
    await dialog.getByLabel('Reason').fill('Fewer.');
    await dialog.getByRole('button', { name: `Remove ${name}` }).click();
    await sees(morgan.status(`The assignment of “${GLOBAL}” to ${name} was removed.`));
  }
  await morgan.button('Remove Morgan').click();
  const dialog = morgan.dialog('Remove Morgan?');
  await dialog.getByLabel('Reason').fill('I leave.');
  await dialog.getByRole('button', { name: 'Remove Morgan' }).click();
  await sees(dialog.getByRole('alert').first());
  reads(await dialog.getByRole('alert').first().innerText(), /last/i);
  await holds(dialog.getByLabel('Reason'), 'I leave.');
  await morgan.look('role-remove-last-administrator');
}

export async function a_template_shows_whom_it_would_leave_outside_before_it_is_saved({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/roles/template');
  await morgan.tab('Assignment').click();
  await morgan.field('Allow permanent eligible assignment').uncheck();
  await morgan.button('Update').last().click();
  await sees(morgan.alert('outside of these settings').first());
  const table = morgan.page.getByRole('table', { name: 'Outside of these settings' });
  await says(table, /Lee[^]*User Administrator/);
  await morgan.look('role-template-breaking');
  await morgan.button('Update').last().click();
  await sees(morgan.status('The template of directory roles was updated.'));

  const plain = await browser.as('morgan', { script: false });
  await plain.goto('/admin/roles/template');
  await plain.field('Allow permanent active assignment').uncheck();
  await plain.leaves(() => plain.button('Update').last().click());
  await says(plain.page.getByRole('table', { name: 'Outside of these settings' }), /Morgan[^]*Global Administrator/);
  await plain.leaves(() => plain.button('Update').last().click());
  await sees(plain.status('The template of directory roles was updated.'));
}

export async function multifactor_is_required_from_the_alert_after_a_look_at_what_changes({ browser, server }) {
  const morgan = await browser.as('morgan');
  await server.settle();
  await morgan.goto('/admin/alerts/no_multifactor');
  await morgan.arrives(NO_MULTIFACTOR);
  await morgan.row(USERS).getByRole('button', { name: /^Require multifactor/ }).click();
  const dialog = morgan.dialog(`Require multifactor for ${USERS}?`);
  await says(dialog, /within 15 minutes\. Until now: Nothing more\./);
  await morgan.look('alert-require-multifactor');
  await dialog.getByRole('button', { name: 'Require multifactor' }).click();
  await sees(morgan.status(`Activating “${USERS}” requires multifactor authentication now.`));
  await morgan.goto('/admin/alerts/no_multifactor');
  await seesNo(morgan.row(USERS));
  await opensSettings(morgan, USERS);
  same(await morgan.page.getByRole('radio', { name: /^Multifactor authentication/ }).isChecked(), true, 'Whether multifactor is required');
}

export async function a_ticket_that_does_not_match_is_refused_and_several_activations_are_decided_with_one_justification({ browser, server }) {
  const morgan = await browser.as('morgan');
  for (const role of [USERS, 'Security Reader']) {
    if (role !== USERS) {
      await opens(morgan, role);
      await assigns(morgan, { to: 'Lee', why: 'Reads along.', said: `Lee is eligible for “${role}”.` });
    }
    await opensSettings(morgan, role);
    await morgan.field('Require ticket information on activation').check();
    await morgan.field('Ticket pattern').fill('CHG[0-9]{7}');
    await morgan.field('Require approval to activate').check();
    await morgan.button('Update').last().click();
    await sees(morgan.status(`The settings of “${role}” were updated.`));
  }
  const lee = await browser.as('lee');
  for (const role of [USERS, 'Security Reader']) {
    await lee.goto('/my-roles');
    await lee.link(`Activate ${role}`).click();
    await lee.arrives(`Activate ${role}`);
    await lee.field('Reason').fill(`For ${role}.`);
    await lee.field('Ticket system').fill('Desk');
    await lee.field('Ticket number').fill('INC-7');
    await lee.button('Activate', { exact: true }).click();
    await sees(lee.alert('“INC-7” is no ticket number of the form that this role asks for').first());
    await holds(lee.field('Ticket number'), 'INC-7');
    await holds(lee.field('Reason'), `For ${role}.`);
    if (role === USERS) await lee.look('my-roles-ticket-refused');
    await lee.field('Ticket number').fill('CHG0000007');
    await lee.button('Activate', { exact: true }).click();
    await sees(lee.state('Pending approval'));
  }

  // What waits is said on both sides; both are decided with one form.
  await opensSettings(morgan, USERS);
  await sees(morgan.text('1 open request: what is set here does not change them.'));
  await morgan.look('role-settings-open-request');
  await morgan.goto('/admin/roles/template');
  await sees(morgan.text(/2 open requests \(.*User Administrator.*\): what is set here does not change them\./));
  await morgan.goto('/my-access/approvals?search=lee');
  const boxes = morgan.page.getByRole('checkbox', { name: /Lee/ });
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  const bulk = morgan.page.getByRole('group', { name: 'Decide the selected requests' });
  await bulk.getByLabel('Justification').fill('Both are known.');
  await bulk.getByRole('button', { name: 'Approve' }).click();
  await sees(morgan.heading(/Nothing (found|waits)/));
  await server.settle();
  await lee.goto('/my-roles?tab=active');
  await says(lee.row(USERS), /Activated/);
  await says(lee.row('Security Reader'), /Activated/);
}
