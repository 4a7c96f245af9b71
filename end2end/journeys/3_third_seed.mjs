// The job of the third seed: nobody has a privileged role without oversight. A role asks for approval, nobody is named, so
// whoever manages roles decides; letters go where the matrix says; and the whole life of an approval is in the history.

import { PASSWORD, decides, givePassword } from '../lib/demo.mjs';
import { assigns, opens } from '../lib/roles.mjs';
import { counts, holds, must, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const ROLE = 'Security Administrator';
const WHY = 'A phishing wave: rules have to be tightened.';
const WORDS = 'Seen in the incident channel, go on.';
const TABS = ['Eligible assignments', 'Active assignments', 'Expired assignments'];

const EVENTS = [
  ['Members are assigned as eligible', 'Role assignment alert', 'Notification to the assigned user', 'Request to approve an extension'],
  ['Members are assigned as active', 'Role assignment alert', 'Notification to the assigned user', 'Request to approve an extension'],
  ['Eligible members activate this role', 'Role activation alert', 'Notification to activated user', 'Request to approve an activation'],
];

/// Lee asks to activate the role; the address of the request.
async function activates(lee, why) {
  await lee.goto('/my-roles');
  await lee.link(`Activate ${ROLE}`).click();
  await lee.arrives(`Activate ${ROLE}`);
  await lee.field('Duration (hours)').fill('1');
  await lee.field('Reason').fill(why);
  await lee.button('Activate', { exact: true }).click();
  await lee.arrives(ROLE);
  await sees(lee.state('Pending approval'));
  return lee.path;
}

/// The role is for nobody at all times: Lee is eligible, and everything about that is in three tabs from both sides.
async function Lee_is_eligible(morgan) {
  const path = await opens(morgan, ROLE);
  for (const tab of TABS) await sees(morgan.tab(tab));
  await assigns(morgan, { to: 'Lee', why: 'On call for incidents.', said: `Lee is eligible for “${ROLE}”.` });
  await says(morgan.row('Lee'), /Eligible.*Direct.*Permanent/s);
  await morgan.tab('Active assignments').click();
  await seesNo(morgan.row('Lee'));
  await morgan.goto('/admin/users?search=lee');
  await morgan.row('Lee').getByRole('link').first().click();
  await morgan.arrives('Lee');
  await morgan.tab('Role assignments').click();
  const states = morgan.page.getByRole('navigation', { name: 'State' });
  for (const tab of TABS) await sees(states.getByRole('link', { name: tab }));
  await says(morgan.row(ROLE), /Eligible.*Direct/s);
  return path;
}

/// Approval is required and nobody is named; the matrix has its nine rows, with default recipients in each.
async function approval_is_required(morgan, path) {
  await morgan.goto(path.replace('assignments', 'settings'));
  await morgan.arrives(`Settings of ${ROLE}`);
  await morgan.field('Require approval to activate').check();
  await sees(morgan.text(/asks whoever is Privileged Role Administrator or Global Administrator/));
  await morgan.look('third-seed-approval');
  await morgan.tab('Notification').click();
  for (const [event, ...rows] of EVENTS) {
    const table = morgan.page.getByRole('table', { name: event });
    await counts(table.locator('tbody tr'), 3);
    for (const [n, row] of rows.entries()) {
      const line = table.locator('tbody tr').nth(n);
      await says(line, row);
      same(await line.getByRole('checkbox').first().isChecked(), true, `The default recipients of “${row}”`);
      same(await line.getByLabel('Critical only').isChecked(), false, `Critical only of “${row}”`);
      await holds(line.getByLabel(/^Additional recipients/), '');
    }
  }
  const activated = morgan.page.getByRole('table', { name: EVENTS[2][0] });
  await activated.getByLabel('Additional recipients, Role activation alert').fill('soc@harbour.example');
  await morgan.button('Update').last().click();
  await sees(morgan.status(`The settings of “${ROLE}” were updated.`));
  await says(morgan.page.getByRole('main'), /Differs from the template: .*Require approval to activate/);
}

/// The approvers of the default are asked by mail; Brandon decides with words, and everybody learns of it.
async function Brandon_approves({ browser, server }, lee, request) {
  await says(lee.page.getByRole('main'), /Brandon.*Morgan|Morgan.*Brandon/s);
  await lee.look('third-seed-request-pending');
  await lee.goto('/my-roles?tab=active');
  await seesNo(lee.row(ROLE));
  await server.letter('morgan', /Lee asks for Security Administrator/);
  const asked = await server.letter('brandon', /Lee asks for Security Administrator/);
  reads(asked.text, WHY);
  const brandon = await browser.stranger('brandon');
  await brandon.goto(new URL(asked.links[0]).pathname);
  await brandon.signInAs('brandon');
  await brandon.arrives(`Lee asks for ${ROLE}`);
  await says(brandon.part('Why'), WHY);
  await brandon.button('Approve', { exact: true }).click();
  await sees(brandon.alert('“Justification” is needed.'));
  await brandon.field('Justification').fill(WORDS);
  await brandon.button('Approve', { exact: true }).click();
  await sees(brandon.status(`You approved Lee’s request for “${ROLE}”.`));
  await server.settle();

  const other = await server.letter('morgan', /^Approved: Lee’s request for Security Administrator/);
  reads(other.text, /Brandon approved Lee’s request/);
  reads(other.text, WORDS);
  for (const to of ['soc', 'morgan', 'brandon']) {
    await server.letter(to, /^Activated: Lee, Security Administrator/);
  }
  const told = await server.letters({ to: 'lee', subject: /^Approved: Security Administrator|^Activated: Security Administrator/ });
  must(told.some(({ text }) => text.includes(WORDS) && text.includes('Brandon')), 'No letter tells Lee who approved, with which words.');
  await lee.goto(request);
  await sees(lee.state('Activated'));
  await says(lee.timeline.filter({ hasText: 'approved by Brandon' }), WORDS);
  await lee.look('third-seed-request-activated');
}

/// A role that was activated, beside one that is always active.
async function states_of_assignments(morgan, lee, path) {
  await lee.goto('/my-roles?tab=active');
  await says(lee.row(ROLE), /Activated/);
  await morgan.goto(`${path}?tab=active`);
  await says(morgan.row('Lee'), /Activated/);
  await morgan.look('third-seed-active');
  await opens(morgan, 'Global Administrator');
  await morgan.tab('Active assignments').click();
  await says(morgan.row('Morgan'), /Assigned.*Permanent/s);
}

/// From the bottom: Lee asks, Brandon approves, and the system adds Lee to the role.
async function the_life_of_the_approval(person) {
  await sees(person.row(WORDS));
  const rows = await person.row(/Lee|Brandon/).allInnerTexts();
  const at = (what) => rows.findIndex((row) => what.test(row.replace(/\s+/g, ' ')));
  const [added, approved, asked] = [/activated Security Administrator/, /Brandon approved/, /Lee asked for “Security Administrator”/].map(at);
  must(0 <= added && added < approved && approved < asked, `The order is ${added}, ${approved}, ${asked} of:\n${rows.join('\n---\n')}`);
  reads(rows[asked], WHY);
  reads(rows[approved], WORDS);
}

export async function an_approval_without_named_approvers_is_decided_told_and_kept_in_the_history({ browser, server }) {
  const morgan = await browser.as('morgan');
  const path = await Lee_is_eligible(morgan);
  await approval_is_required(morgan, path);
  const lee = await browser.as('lee');
  const request = await activates(lee, WHY);
  await Brandon_approves({ browser, server }, lee, request);
  await states_of_assignments(morgan, lee, path);

  // The role's audit, everything for an auditor, and Lee's own.
  await morgan.goto(path.replace('assignments', 'audit'));
  await the_life_of_the_approval(morgan);
  await says(morgan.page.getByRole('main'), /Morgan changed what Security Administrator demands.*Require approval to activate Before: No After: Yes/s);
  await says(morgan.page.getByRole('main'), /Morgan made Lee eligible for Security Administrator.*On call for incidents\./s);
  await morgan.look('third-seed-audit-of-the-role');
  await opens(morgan, 'Global Reader');
  await assigns(morgan, { to: 'Lena', active: true, why: 'Audits us.', said: 'Lena is assigned “Global Reader”.' });
  await givePassword(morgan, 'lena');
  const lena = await browser.withPassword('lena', PASSWORD);
  await lena.goto('/admin/audit?action=stage_decided');
  await says(lena.row('Brandon approved').first(), WORDS);
  await lee.goto('/my-audit');
  await the_life_of_the_approval(lee);
  await lee.look('third-seed-my-audit');
  const alex = await browser.as('alex', { at: '/my-audit' });
  await seesNo(alex.row(WORDS));
}

export async function a_request_to_activate_is_approved_denied_canceled_or_expires_and_its_page_says_which({ browser, server }) {
  const morgan = await browser.as('morgan');
  const path = await Lee_is_eligible(morgan);
  await approval_is_required(morgan, path);
  let lee = await browser.as('lee');

  const denied = await activates(lee, 'First.');
  await decides(morgan, 'Deny', 'Ask the desk first.', { from: 'Lee' });
  await lee.goto(denied);
  await sees(lee.state('Denied'));
  await says(lee.timeline.filter({ hasText: 'denied by Morgan' }), 'Ask the desk first.');
  reads((await server.letter('lee', /^Denied: Security Administrator/)).text, 'Ask the desk first.');
  await server.letter('brandon', /^Denied: Lee’s request/);
  await lee.look('third-seed-request-denied');

  const canceled = await activates(lee, 'Second.');
  await lee.button('Cancel request').click();
  await lee.dialog(/^Cancel the /).getByRole('button', { name: /^Cancel (request|activation)/ }).click();
  await sees(lee.state('Canceled'));

  const ended = await activates(lee, 'Third.');
  await decides(morgan, 'Approve', 'Yes.', { from: 'Lee' });
  await server.settle();
  await lee.goto('/my-roles?tab=active');
  await lee.button(`Deactivate ${ROLE}`).click();
  await lee.dialog(`Deactivate ${ROLE}?`).getByRole('button', { name: `Deactivate ${ROLE}` }).click();
  await sees(lee.status(`“${ROLE}” is no longer active.`));
  await lee.goto(ended);
  await sees(lee.state('Access ended'));

  const expired = await activates(lee, 'Fourth.');
  await server.advance({ hours: 25 });
  await server.letter('lee', /^Not decided in time: Security Administrator/);
  lee = await browser.as('lee', { at: expired });
  await sees(lee.state('Expired'));
  await lee.goto('/my-access/requests');
  const states = (await lee.row(ROLE).allInnerTexts()).join('\n');
  for (const state of ['Denied', 'Canceled', 'Delivered', 'Expired']) reads(states, state);
  await lee.goto(canceled);
  await sees(lee.state('Canceled'));
}
