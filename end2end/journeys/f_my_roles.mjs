// Privileged roles as those see them who are eligible: activating, proving, waiting, ending.

import { inDays } from '../lib/roles.mjs';
import { counts, holds, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const USERS = 'User Administrator';
const APPLICATIONS = 'Application Administrator';
const FIREWALLS = 'Firewall operators';

/// Fills in what the form for Application Administrator asks.
async function fillsIn(lee) {
  await lee.field('Duration (hours)').fill('2.5');
  await lee.field('Reason').fill('Somebody leaked a key & "more".');
  await lee.field('Ticket system').fill('Desk');
  await lee.field('Ticket number').fill('INC-7');
}

async function holdsIt(lee) {
  await holds(lee.field('Duration (hours)'), '2.5');
  await holds(lee.field('Reason'), 'Somebody leaked a key & "more".');
  await holds(lee.field('Ticket system'), 'Desk');
  await holds(lee.field('Ticket number'), 'INC-7');
}

export async function what_is_wrong_is_said_and_the_form_is_kept({ browser }) {
  const lee = await browser.as('lee');
  await lee.follow('My roles');
  await lee.look('my-roles');
  await lee.link(`Activate ${USERS}`).click();
  await lee.arrives(`Activate ${USERS}`);
  await holds(lee.field('Duration (hours)'), '8');
  await lee.look('my-roles-activate');
  await lee.field('Duration (hours)').fill('9');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert('“Activation maximum duration” of this role allows 8 hours at most'));
  await lee.field('Duration (hours)').fill('1.25');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert('half an hour, or a multiple'));
  await lee.field('Duration (hours)').fill('1.5');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert('“Reason” is needed.'));
  await lee.field('Reason').fill('A new colleague.');
  await lee.field('Start later').fill('2020-01-01T08:00');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert('The start is in the past.'));
  await holds(lee.field('Duration (hours)'), '1.5');
  await holds(lee.field('Reason'), 'A new colleague.');
  await lee.look('my-roles-activate-refused');
}

export async function a_role_is_activated_used_and_deactivated_with_the_keyboard({ browser }) {
  const lee = await browser.as('lee');
  await seesNo(lee.navigation.getByRole('link', { name: 'Users' }));
  await lee.follow('My roles');
  await lee.link(`Activate ${USERS}`).press('Enter');
  await lee.arrives(`Activate ${USERS}`);
  await lee.field('Duration (hours)').fill('1');
  await lee.field('Reason').fill('A new colleague.');
  await lee.field('Duration (hours)').press('Enter');
  await sees(lee.status(`“${USERS}” is active.`));
  await sees(lee.button(`Deactivate ${USERS}`));
  reads(lee.path, /^\/my-roles\?tab=active/);
  await says(lee.row(USERS), /Direct.*(59|60) min|1 h.*Activated/);
  await lee.look('my-roles-active');
  await lee.navigation.getByRole('link', { name: 'Users' }).click();
  await lee.arrives('Users');
  await lee.goto('/my-roles');
  await says(lee.row(USERS), /Active/);
  await seesNo(lee.link(`Activate ${USERS}`));
  await lee.follow('Overview');
  await sees(lee.part('Active now').getByRole('link', { name: USERS }));
  await lee.look('overview-with-a-role');

  await lee.button(`Deactivate ${USERS}`).press('Enter');
  await sees(lee.dialog(`Deactivate ${USERS}?`));
  await lee.look('my-roles-deactivate');
  await lee.dialog(`Deactivate ${USERS}?`).getByRole('button', { name: `Deactivate ${USERS}` }).press('Enter');
  await sees(lee.status(`“${USERS}” is no longer active.`));
  await seesNo(lee.part('Active now').getByRole('link', { name: USERS }));
  await seesNo(lee.navigation.getByRole('link', { name: 'Users' }));
  lee.expects(404);
  await lee.goto('/admin/users');
  await sees(lee.heading('Not found'));
  await lee.goto('/my-roles?tab=expired');
  await says(lee.row(USERS), /Deactivated/);
  await lee.look('my-roles-expired');
  await lee.goto('/my-access/requests');
  await lee.link(USERS).click();
  await sees(lee.state('Access ended'));
  reads((await lee.timeline.allInnerTexts()).join('\n'), /Submitted by Lee[^]*Activated[^]*Access ended[^]*Deactivated by Lee/);
  await lee.look('request-of-an-activation');
}

export async function a_later_start_waits_for_its_time_and_begins_by_itself({ browser, server }) {
  const lee = await browser.as('lee');
  await lee.goto('/my-roles');
  await lee.link(`Activate ${USERS}`).click();
  await lee.arrives(`Activate ${USERS}`);
  await lee.field('Duration (hours)').fill('1');
  await lee.field('Reason').fill('The move on Saturday.');
  await lee.field('Start later').fill(inDays(2));
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.page.getByText(/It is activated on/).first());
  await lee.look('request-of-a-later-activation');
  await lee.goto('/my-roles?tab=active');
  await seesNo(lee.row(USERS));
  await server.advance({ days: 2, minutes: 2 });
  const later = await browser.as('lee', { at: '/my-roles?tab=active' });
  await says(later.row(USERS), /Activated/);
}

export async function an_activation_ends_by_itself({ browser, server }) {
  const lee = await browser.as('lee');
  await lee.goto('/my-roles?kind=groups');
  await lee.look('my-roles-groups');
  await lee.link(`Activate ${FIREWALLS}, Member`).click();
  await lee.arrives(`Activate ${FIREWALLS}, Member`);
  await lee.field('Duration (hours)').fill('0.5');
  await lee.field('Reason').fill('Open a port.');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status(`“${FIREWALLS}, Member” is active.`));
  await sees(lee.button(`Deactivate ${FIREWALLS}, Member`));
  await lee.look('my-roles-groups-active');
  await server.advance({ minutes: 30 });
  await lee.goto('/my-roles?kind=groups&tab=active');
  await sees(lee.row('Oslo office'));
  await seesNo(lee.row(FIREWALLS));
  await lee.goto('/my-roles?kind=groups&tab=expired');
  await says(lee.row(FIREWALLS), /Member.*Expired/);
  await lee.goto('/my-access/requests');
  await lee.link(`${FIREWALLS}, Member`).click();
  await sees(lee.state('Access ended'));
  reads((await lee.timeline.allInnerTexts()).join('\n'), /Access ended[^]*its time was over/);
}

export async function what_must_be_proved_leads_to_the_sign_in_and_back_to_the_form_as_it_was({ browser, server }) {
  const [lee, brandon] = [await browser.as('lee'), await browser.as('brandon')];
  await lee.goto('/my-roles');
  await lee.link(`Activate ${APPLICATIONS}`).click();
  await lee.arrives(`Activate ${APPLICATIONS}`);
  await seesNo(lee.text('Additional verification required'));
  await sees(lee.part('Who will decide').getByText('Brandon'));
  await fillsIn(lee);
  // The proof grows too old while the form is filled in.
  await server.advance({ minutes: 16 });
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert('Sign in again; what you typed is kept.'));
  await sees(lee.text('Additional verification required'));
  await lee.look('my-roles-verification');
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.arrives('Sign in');
  await lee.signInAs('lee');
  await lee.arrives(`Activate ${APPLICATIONS}`);
  await seesNo(lee.text('Additional verification required'));
  await holdsIt(lee);
  await lee.button('Activate', { exact: true }).click();
  await lee.arrives(APPLICATIONS);
  await sees(lee.status(`Your activation of “${APPLICATIONS}” was submitted.`));
  await sees(lee.state('Pending approval'));
  await lee.look('request-of-an-activation-waiting');

  await lee.goto('/my-roles');
  await says(lee.row(APPLICATIONS), /Pending approval/);
  await lee.link('My requests').click();
  await lee.arrives('My requests');
  await says(lee.row(APPLICATIONS), /waits for Brandon/);
  await lee.look('my-roles-requests');

  await brandon.goto('/my-access/approvals');
  await brandon.row('Lee').getByRole('link', { name: /^Review/ }).click();
  await brandon.arrives(`Lee asks for ${APPLICATIONS}`);
  await sees(brandon.text('Activation · 2 hours 30 minutes'));
  await says(brandon.part('Why'), /Ticket.*Desk INC-7/);
  await brandon.look('approval-of-an-activation');
  await brandon.field('Justification').fill('Go on.');
  await brandon.button('Approve', { exact: true }).click();
  await sees(brandon.status(`You approved Lee’s request for “${APPLICATIONS}”.`));
  await server.settle();
  await lee.goto('/my-roles?tab=active');
  await says(lee.row(APPLICATIONS), /Activated/);
}

export async function several_are_activated_with_one_form_and_what_waits_is_canceled({ browser, server }) {
  const lee = await browser.as('lee');
  await lee.goto('/my-roles');
  await lee.field(`Select ${USERS}`).check();
  await lee.field(`Select ${APPLICATIONS}`).check();
  await lee.look('my-roles-selected');
  await lee.leaves(() => lee.button('Activate selected').click());
  await lee.arrives('Activate 2 roles');
  await sees(lee.text(`At most 4 hours, in steps of half an hour: “${APPLICATIONS}” allows the least.`));
  await lee.look('my-roles-activate-several');
  await fillsIn(lee);
  await server.advance({ minutes: 16 });
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert(`“${USERS}” is active. These were not activated:`));
  await sees(lee.alert('Sign in again; what you typed is kept.'));
  await holdsIt(lee);
  await says(lee.part('What you activate'), /is active for you already.*It is left out/);
  await lee.look('my-roles-activate-unfinished');
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.signInAs('lee');
  await holdsIt(lee);
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.state('Pending approval'));
  await lee.goto('/my-roles/requests');
  await lee.button(`Cancel ${APPLICATIONS}`).click();
  await sees(lee.dialog(`Cancel the activation of ${APPLICATIONS}?`));
  await lee.look('my-roles-cancel');
  await lee.dialog(/^Cancel the activation/).getByRole('button', { name: 'Cancel activation' }).click();
  await sees(lee.state('Canceled'));
  await lee.goto('/my-roles/requests');
  await sees(lee.heading('Nothing waits'));
  await lee.look('my-roles-requests-none');
}

export async function a_set_is_saved_as_a_profile_and_activated_with_one_click({ browser }) {
  const lee = await browser.as('lee');
  await lee.goto('/my-roles');
  await lee.field(`Select ${USERS}`).check();
  await lee.field(`Select ${APPLICATIONS}`).check();
  await lee.leaves(() => lee.button('Activate selected').click());
  await lee.arrives('Activate 2 roles');
  await lee.button('Save profile').click();
  await sees(lee.alert('“Profile name” is needed.').first());
  await lee.field('Profile name').fill('My incident set');
  await lee.look('my-roles-profile-new');
  await lee.button('Save profile').click();
  await sees(lee.status('“My incident set” is saved.'));
  await says(lee.part('Activation profiles'), /My incident set.*Application Administrator/s);
  await lee.look('my-roles-profiles');
  await lee.link('Activate the profile My incident set').click();
  await lee.arrives('Activate 2 roles');
  await lee.goto('/my-roles');
  await lee.button('Delete the profile My incident set').click();
  await lee.dialog('Delete the profile My incident set?').getByRole('button', { name: 'Delete profile' }).click();
  await sees(lee.status('The profile “My incident set” is deleted.'));
  await seesNo(lee.text('Activation profiles'));
}

export async function everything_goes_without_script({ browser, server }) {
  const lee = await browser.as('lee', { script: false });
  await lee.goto('/my-roles');
  await lee.field(`Select ${USERS}`).check();
  await lee.field(`Select ${APPLICATIONS}`).check();
  await lee.leaves(() => lee.button('Activate selected').click());
  await lee.arrives('Activate 2 roles');
  await server.advance({ minutes: 16 });
  await lee.reload();
  await sees(lee.text('Additional verification required'));
  await fillsIn(lee);
  await lee.look('without-script-activate');
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.signInAs('lee');
  await lee.arrives('Activate 2 roles');
  await holdsIt(lee);
  await lee.field('Reason').fill('');
  await lee.leaves(() => lee.button('Activate', { exact: true }).click());
  await sees(lee.alert('“Reason” is needed.'));
  await holds(lee.field('Ticket number'), 'INC-7');
  same(await lee.field('Reason').getAttribute('aria-invalid'), 'true', 'aria-invalid of the reason');
  await lee.field('Reason').fill('Both at once.');
  await lee.leaves(() => lee.button('Activate', { exact: true }).click());
  await sees(lee.status(`“${USERS}” is active. Your activation of “${APPLICATIONS}” was submitted.`));
  await counts(lee.row(USERS), 1);
  await lee.button(`Deactivate ${USERS}`).click();
  await lee.leaves(() => lee.dialog(`Deactivate ${USERS}?`).getByRole('button', { name: `Deactivate ${USERS}` }).click());
  await sees(lee.status(`“${USERS}” is no longer active.`));
  await sees(lee.heading('No role is active'));
  await lee.goto('/my-roles/activate');
  await sees(lee.heading('Nothing is selected'));
}
