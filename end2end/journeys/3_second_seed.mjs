// The job of the second seed, from its first step to its last: a role is assigned, mailed, activated with additional
// verification, reviewed in three tabs; then it is an hour at most, with approval, and somebody approves from the mail's link.

import { setsUpApp } from '../lib/authenticator.mjs';
import { assigns, opens, opensSettings, picks } from '../lib/roles.mjs';
import { holds, must, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const GLOBAL = 'Global Administrator';
const APPLICATION = 'Application Administrator';
const WHY = 'The retention policy of the tenant is broken.';
const now = async (server) => (await server.settle()).now;

/// Presses *Activate* on the form, after the verification that it asks for.
async function asks_to_activate(lee, role, { hours, why }) {
  await lee.arrives(`Activate ${role}`);
  await lee.field('Duration (hours)').fill(hours);
  await lee.field('Reason').fill(why);
}

/// Morgan makes Lee eligible without an end; the role asks for a second factor.
async function it_is_assigned(morgan) {
  await opensSettings(morgan, GLOBAL);
  await morgan.page.getByRole('radio', { name: /^Multifactor authentication/ }).check();
  await holds(morgan.field('Activation maximum duration (hours)'), '8');
  await morgan.button('Update').last().click();
  await sees(morgan.status(`The settings of “${GLOBAL}” were updated.`));
  const path = await opens(morgan, GLOBAL);
  await assigns(morgan, { to: 'Lee', why: 'Helps with the tenant.', said: `Lee is eligible for “${GLOBAL}”.` });
  await says(morgan.row('Lee'), /Eligible.*Direct.*Permanent/s);
  return path;
}

/// The letter leads to the role; the reason is asked for, and so is the second factor.
async function Lee_activates_from_the_letter({ browser, server }) {
  const told = await server.letter('lee', /Global Administrator/);
  reads(told.text, 'Helps with the tenant.');
  const lee = await browser.stranger('lee');
  lee.expects(422);
  await lee.goto(new URL(told.links[0]).pathname);
  await lee.signInAs('lee');
  await lee.arrives('My roles');
  await lee.link(`Activate ${GLOBAL}`).click();
  await asks_to_activate(lee, GLOBAL, { hours: '1', why: '' });
  await sees(lee.text('Additional verification required'));
  await lee.look('second-seed-verification');
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.arrives('Additional verification');
  await setsUpApp(lee, await now(server));
  await lee.arrives(`Activate ${GLOBAL}`);
  await holds(lee.field('Duration (hours)'), '1');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert('“Reason” is needed.').first());
  await lee.field('Reason').fill(WHY);
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status(`“${GLOBAL}” is active.`));
  await says(lee.row(GLOBAL), /Direct.*Activated/s);
}

/// The three tabs: who is eligible, who is assigned for good, and who activated it.
async function they_are_reviewed(morgan, path) {
  await morgan.goto(path);
  await says(morgan.row('Lee'), /Eligible.*Direct/s);
  await morgan.tab('Active assignments').click();
  await says(morgan.row('Morgan'), /Assigned.*Permanent/s);
  await says(morgan.row('Lee'), /Activated.*Direct/s);
  await morgan.look('second-seed-assignments');
}

/// An hour at most, approval by Brandon, nobody active for good, and an address that learns of every activation.
async function another_role_is_set(morgan) {
  await opensSettings(morgan, APPLICATION);
  await morgan.field('Activation maximum duration (hours)').fill('1');
  await morgan.page.getByRole('radio', { name: /^Multifactor authentication/ }).check();
  await morgan.field('Require ticket information on activation').uncheck();
  await morgan.field('Require approval to activate').check();
  const stage = morgan.page.getByRole('group', { name: 'Stage 1' });
  await sees(stage.getByRole('button', { name: 'Leave out Brandon' }));
  await morgan.tab('Assignment').click();
  await morgan.field('Allow permanent active assignment').uncheck();
  await morgan.tab('Notification').click();
  const activated = morgan.page.getByRole('table', { name: 'Eligible members activate this role' });
  await activated.getByLabel('Additional recipients, Role activation alert').fill('soc@harbour.example');
  await morgan.button('Update').last().click();
  await sees(morgan.status(`The settings of “${APPLICATION}” were updated.`));
  await says(morgan.page.getByRole('main'), /Differs from the template: Activation maximum duration/);
  await opens(morgan, APPLICATION);
  await morgan.link('Add assignments').click();
  await morgan.arrives('Add assignments');
  await picks(morgan, 'Person or group', 'Miriam');
  await morgan.page.getByRole('radio', { name: /^Active/ }).check();
  await morgan.field('Permanent').check();
  await morgan.field('Justification').fill('For good.');
  await morgan.button('Assign').click();
  await sees(morgan.alert(/Allow permanent active assignment/).first());
  await opens(morgan, APPLICATION);
  await assigns(morgan, { to: 'Alex', why: 'Registers applications.', said: `Alex is eligible for “${APPLICATION}”.` });
}

/// Two hours are too long; one waits for approval, which changes nothing before somebody decides.
async function Alex_asks({ server }, alex) {
  await alex.goto('/my-roles');
  await alex.link(`Activate ${APPLICATION}`).click();
  await asks_to_activate(alex, APPLICATION, { hours: '1', why: 'A new integration.' });
  await sees(alex.text('Additional verification required'));
  await alex.leaves(() => alex.button('Continue', { exact: true }).click());
  await alex.arrives('Additional verification');
  await setsUpApp(alex, await now(server));
  await alex.arrives(`Activate ${APPLICATION}`);
  await holds(alex.field('Reason'), 'A new integration.');
  await alex.field('Duration (hours)').fill('2');
  await alex.button('Activate', { exact: true }).click();
  await sees(alex.alert(/allows 1 hour at most/).first());
  await alex.field('Duration (hours)').fill('1');
  await alex.button('Activate', { exact: true }).click();
  await sees(alex.state('Pending approval'));
  const request = alex.path;
  await alex.goto('/my-roles?tab=active');
  await seesNo(alex.row(APPLICATION));
  return request;
}

/// *Approve or deny request* in the letter leads Brandon to the request; without words it is not approved.
async function Brandon_approves_from_the_letter({ browser, server }) {
  const asked = await server.letter('brandon', /Alex asks for Application Administrator/);
  reads(asked.text, 'A new integration.');
  const brandon = await browser.stranger('brandon');
  await brandon.goto(new URL(asked.links[0]).pathname);
  await brandon.signInAs('brandon');
  await brandon.arrives(`Alex asks for ${APPLICATION}`);
  await brandon.look('second-seed-approval');
  await brandon.button('Approve', { exact: true }).click();
  await sees(brandon.alert('“Justification” is needed.').first());
  await brandon.field('Justification').fill('Known change.');
  await brandon.button('Approve', { exact: true }).click();
  await sees(brandon.status(`You approved Alex’s request for “${APPLICATION}”.`));
  await server.settle();
  await server.letter('soc', /^Activated: Alex, Application Administrator/);
}

export async function a_role_is_assigned_activated_with_a_second_factor_limited_to_an_hour_and_approved_from_the_letter({ browser, server }) {
  const morgan = await browser.as('morgan');
  const path = await it_is_assigned(morgan);
  await Lee_activates_from_the_letter({ browser, server });
  await they_are_reviewed(morgan, path);
  await another_role_is_set(morgan);
  const alex = await browser.as('alex');
  const request = await Alex_asks({ server }, alex);
  await Brandon_approves_from_the_letter({ browser, server });

  await alex.goto(request);
  await sees(alex.state('Activated'));
  await says(alex.timeline.filter({ hasText: 'approved by Brandon' }), 'Known change.');
  await alex.goto('/my-roles?tab=active');
  await says(alex.row(APPLICATION), /(59 min|1 h).*Activated/s);
  await alex.look('second-seed-active');
  const letters = await server.letters({ to: 'alex', subject: /^Approved: Application Administrator|^Activated: Application Administrator/ });
  must(letters.some(({ text }) => text.includes('Known change.') && text.includes('Brandon')), 'No letter tells Alex who approved, with which words.');

  // An hour later it is gone, and Alex is as eligible as before.
  await server.advance({ hours: 1 });
  const later = await browser.as('alex', { at: '/my-roles?tab=active' });
  await seesNo(later.row(APPLICATION));
  await later.goto('/my-roles');
  await sees(later.link(`Activate ${APPLICATION}`));
  same((await server.letters({ to: 'alex', subject: /Application Administrator/ })).length > 0, true, 'Whether Alex was told');
}
