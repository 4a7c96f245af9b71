// What roles have in common: the template of their settings, terms of use, and the lists of everybody who holds them.

import { opens, opensSettings, picks } from '../lib/roles.mjs';
import { holds, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: settings and assignments are what they are about.
export const fresh = true;

const ROLE = 'Global Administrator';

export async function a_service_principal_is_active_or_nothing_and_everybody_who_holds_a_role_is_listed_with_the_path({ browser }) {
  const morgan = await browser.as('morgan');
  const path = await opens(morgan, 'Security Reader');
  await morgan.link('Add assignments').click();
  await morgan.arrives('Add assignments');
  await picks(morgan, 'Person or group', 'Backup robot');
  await morgan.field('Permanent').check();
  await morgan.field('Justification').fill('It reads the alerts.');
  await morgan.button('Assign').click();
  await sees(morgan.alert('Backup robot').first());
  await morgan.look('role-assign-service-principal');
  await morgan.page.getByRole('radio', { name: /^Active/ }).check();
  await morgan.button('Assign').click();
  await sees(morgan.status('Backup robot is assigned “Security Reader”.'));
  await morgan.goto(`${path}?tab=active`);
  await says(morgan.row('Backup robot'), /Assigned.*Direct.*Permanent/s);

  await opens(morgan, ROLE);
  await morgan.link('Who and why').click();
  await morgan.arrives(`Who holds ${ROLE}`);
  await morgan.link('Everybody, through groups too').click();
  await sees(morgan.page.getByRole('table', { name: 'Everybody who holds it' }));
  await says(morgan.row('Morgan').first(), /Global Administrator.*Assigned/s);
  await morgan.look('role-everybody');

  await morgan.goto('/admin/users?search=lee');
  await morgan.row('Lee').getByRole('link').first().click();
  await morgan.arrives('Lee');
  await morgan.tab('Role assignments').click();
  await says(morgan.row('User Administrator'), /Eligible.*Direct/s);
  await morgan.look('admin-user-roles');
  const states = morgan.page.getByRole('navigation', { name: 'State' });
  await states.getByRole('link', { name: 'Expired assignments' }).click();
  await sees(morgan.heading('Nothing has expired'));
  await states.getByRole('link', { name: 'Active assignments' }).click();
  await seesNo(morgan.heading('Nothing has expired'));
  await morgan.look('admin-user-roles-active');
}

export async function terms_of_use_are_written_demanded_accepted_and_asked_again_when_they_change({ browser }) {
  const morgan = await browser.as('morgan');
  const USERS = 'User Administrator';
  await morgan.goto('/admin/roles');
  await morgan.link('Terms of use').click();
  await morgan.arrives('Terms of use');
  await sees(morgan.heading('There are no terms of use'));
  await morgan.look('terms-none');
  await morgan.link('New terms').click();
  await morgan.arrives('New terms of use');
  await morgan.field('Name').fill('House rules');
  await morgan.button('Create terms').click();
  await sees(morgan.alert('“Text” is needed.').first());
  await morgan.field('Text').fill('Lock the door.\nTell nobody.');
  await morgan.look('terms-new');
  await morgan.button('Create terms').click();
  await sees(morgan.status('The terms of use “House rules” were saved.'));
  await says(morgan.row('House rules'), /1.*0/s);
  await morgan.look('terms');
  await opensSettings(morgan, USERS);
  await morgan.page.getByLabel('Terms of use').selectOption('House rules');
  await morgan.button('Update').last().click();
  await sees(morgan.status(`The settings of “${USERS}” were updated.`));
  await says(morgan.page.getByRole('main'), /Differs from the template: Terms of use/);

  // Lee has the form open while they change.
  const lee = await browser.as('lee');
  await lee.goto('/my-roles');
  await lee.link(`Activate ${USERS}`).click();
  await lee.arrives(`Activate ${USERS}`);
  await sees(lee.text('Tell nobody.'));
  await lee.field('Reason').fill('A new colleague.');
  await lee.look('my-roles-terms');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert('asks you to accept the terms of use “House rules”, version 1').first());
  await morgan.goto('/admin/roles/terms');
  await morgan.link('House rules').click();
  await morgan.arrives('House rules');
  await morgan.field('Text').fill('Lock both doors.');
  await morgan.button('Save').click();
  await sees(morgan.status('The terms of use “House rules” were saved.'));
  await lee.field('I accept “House rules”, version 1').check();
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert('read version 2').first());
  await lee.reload();
  await sees(lee.text('Lock both doors.'));
  await lee.field('Reason').fill('A new colleague.');
  await lee.field('I accept “House rules”, version 2').check();
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status(`“${USERS}” is active.`));
  await morgan.goto('/admin/roles/terms');
  await says(morgan.row('House rules'), /2.*1/s);
  await morgan.link('House rules').click();
  await sees(morgan.heading('Earlier versions'));
  await morgan.look('terms-one');
  await morgan.goto('/admin/audit');
  await says(morgan.page.getByRole('main'), /Lee accepted the terms of use “House rules”, version 2/);
}

export async function a_template_is_set_for_all_directory_roles_and_shows_which_say_something_else({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/roles');
  await morgan.link('Template', { exact: true }).click();
  await morgan.arrives('Template of directory roles');
  await morgan.look('role-template');
  await morgan.field('Activation maximum duration (hours)').fill('30');
  await morgan.button('Update').last().click();
  await sees(morgan.alert('An activation lasts from half an hour to 24 hours at most').first());
  await morgan.field('Activation maximum duration (hours)').fill('3');
  await morgan.button('Update').last().click();
  await sees(morgan.status('The template of directory roles was updated.'));
  await says(morgan.page.getByRole('main'), /Changed: Activation maximum duration/);
  await morgan.leaves(() => morgan.page.getByRole('navigation', { name: 'Template of' }).getByRole('link', { name: 'Owners of groups' }).click());
  await morgan.arrives('Template of owners of groups');
  await holds(morgan.field('Activation maximum duration (hours)'), '8');
  await opensSettings(morgan, 'Security Reader');
  await holds(morgan.field('Activation maximum duration (hours)'), '3');
  await sees(morgan.text('Everything is as the template says.'));

  // Without script: what is outside is listed, and saved with the second press.
  const plain = await browser.as('morgan', { script: false });
  const path = await opens(plain, ROLE);
  await plain.goto(path.replace('assignments', 'settings'));
  await plain.field('Allow permanent active assignment').uncheck();
  await plain.leaves(() => plain.button('Update').last().click());
  await sees(plain.alert('outside of these settings').first());
  await says(plain.page.getByRole('table', { name: 'Outside of these settings' }), /Morgan/);
  await plain.leaves(() => plain.button('Update').last().click());
  await sees(plain.status(`The settings of “${ROLE}” were updated.`));
  await plain.goto('/admin/audit');
  await says(plain.page.getByRole('main'), /Morgan changed the template of directory roles/);

  const alex = await browser.as('alex');
  alex.expects(404);
  same((await alex.goto('/admin/roles/template')).status(), 404, 'The status of the template for Alex');
}
