// What approvers of roles go through: a proof in the middle of a decision, being asked later than others; and the letters before
// an assignment ends.

import { setsUpApp } from '../lib/authenticator.mjs';
import { asksForProof, asksOnly, assigns, inDays, leeAsks, opens, opensSettings, picks, savesSettings } from '../lib/roles.mjs';
import { holds, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: settings are what they are about, and time is moved.
export const fresh = true;

const ROLE = 'User Administrator';

const now = async (server) => (await server.settle()).now;

export async function whoever_approves_proves_it_in_the_middle_of_the_decision_and_finds_it_as_it_was({ browser, server }) {
  const morgan = await browser.as('morgan');
  await asksForProof(morgan, ROLE, 'Brandon');
  const lee = await leeAsks(browser, ROLE);

  const brandon = await browser.as('brandon', { at: '/my-access/approvals' });
  brandon.expects(422);
  await brandon.row('Lee').getByRole('link', { name: /^Review/ }).click();
  await brandon.arrives(`Lee asks for ${ROLE}`);
  await sees(brandon.text('Additional verification required'));
  await brandon.field('Justification').fill('Known to me & "more".');
  await brandon.button('Approve', { exact: true }).click();
  await sees(brandon.alert('needs a code of your authenticator app or a passkey').first());
  await holds(brandon.field('Justification'), 'Known to me & "more".');
  await brandon.look('approval-proof-needed');
  await lee.reload();
  await sees(lee.state('Pending approval'));

  await brandon.leaves(() => brandon.button('Continue', { exact: true }).click());
  await brandon.arrives('Additional verification');
  await setsUpApp(brandon, await now(server));
  await brandon.arrives(`Lee asks for ${ROLE}`);
  await seesNo(brandon.text('Additional verification required'));
  await holds(brandon.field('Justification'), 'Known to me & "more".');
  await brandon.button('Approve', { exact: true }).click();
  await sees(brandon.status(`You approved Lee’s request for “${ROLE}”.`));
  await server.settle();
  await lee.goto('/my-roles?tab=active');
  await says(lee.row(ROLE), /Activated/);
}

export async function further_people_are_asked_about_an_activation_when_nobody_decided_in_time({ browser, server }) {
  const morgan = await browser.as('morgan');
  await opensSettings(morgan, ROLE);
  const stage = await asksOnly(morgan, 'Brandon');
  await stage.getByText('Further approvers and fallback').click();
  await stage.getByLabel('Ask further people after').fill('2');
  await stage.getByLabel('Unit of that time').selectOption('hours');
  await picks(morgan, 'Further people', 'Bianca', stage);
  await sees(stage.getByRole('button', { name: 'Leave out Bianca' }));
  await morgan.look('role-settings-escalation');
  await savesSettings(morgan, ROLE);
  const lee = await leeAsks(browser, ROLE);
  const mine = lee.path;

  const bianca = await browser.as('bianca', { at: '/my-access/approvals' });
  await seesNo(bianca.row('Lee'));
  await server.advance({ hours: 1, minutes: 59 });
  same((await server.letters({ to: 'bianca' })).length, 0, 'Letters to Bianca before it is her turn');
  await server.advance({ minutes: 1 });
  const letters = await server.letters({ to: 'bianca', subject: /^Forwarded to you: decide/ });
  same(letters.length, 1, 'Letters that forward it to Bianca');
  await bianca.goto('/my-access/approvals');
  await bianca.row('Lee').getByRole('link', { name: /^Review/ }).click();
  await bianca.arrives(`Lee asks for ${ROLE}`);
  await bianca.look('approval-escalated');
  await bianca.field('Justification').fill('Brandon is on leave.');
  await bianca.button('Approve', { exact: true }).click();
  await sees(bianca.status(`You approved Lee’s request for “${ROLE}”.`));
  // Whoever was asked first learns that it is settled, and by whom.
  const settled = await server.letters({ to: 'brandon' });
  reads(settled.map((letter) => letter.text).join('\n'), /Bianca approved/);
  await lee.goto(mine);
  reads((await lee.timeline.allInnerTexts()).join('\n'), /Bianca[^]*because nobody had decided yet[^]*approved by Bianca[^]*Activated/);
  await lee.look('request-escalated');
}

export async function letters_tell_the_holder_and_administrators_14_days_and_a_day_before_the_end_and_at_it({ browser, server }) {
  const morgan = await browser.as('morgan');
  await opens(morgan, ROLE);
  await assigns(morgan, { to: 'Alex', end: inDays(20), why: 'The move.', said: `Alex is eligible for “${ROLE}”.` });
  const told = async (name) => {
    const letters = await server.letters({ to: name, subject: /Ends on|Ended/ });
    return letters.filter((letter) => letter.subject.includes(ROLE)).map((letter) => (/Ends on/.test(letter.subject) ? 'soon' : 'over'));
  };
  const all = async (expected, when) => {
    for (const name of ['alex', 'morgan', 'brandon']) same((await told(name)).join(), expected, `Letters to ${name} ${when}`);
  };
  await server.advance({ days: 5 });
  await all('', 'earlier than 14 days before the end');
  await server.advance({ days: 2 });
  await all('soon', '14 days before the end');
  await server.advance({ days: 12 });
  await all('soon,soon', 'a day before the end');
  await server.advance({ days: 3 });
  await all('soon,soon,over', 'at the end');
  const [first] = await server.letters({ to: 'alex', subject: /Ends on/ });
  reads(first.text, /open “My roles” and choose “Extend”/);
}

export async function a_session_that_ends_in_the_middle_of_an_activation_keeps_the_form({ browser, server }) {
  const lee = await browser.as('lee', { at: '/my-roles' });
  await lee.link(`Activate ${ROLE}`).click();
  await lee.arrives(`Activate ${ROLE}`);
  await lee.field('Duration (hours)').fill('1.5');
  await lee.field('Reason').fill('Written before lunch.');
  await server.advance({ days: 2 });
  lee.expects(401);
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert('What you typed is still here'));
  await lee.look('my-roles-session-ended');
  const tab = lee.page.waitForEvent('popup');
  await lee.link('Sign in in a new tab').click();
  const beside = await tab;
  await beside.getByRole('button', { name: /Lee/ }).click();
  await beside.waitForURL(/\/my-access$/);
  await beside.close();
  await holds(lee.field('Duration (hours)'), '1.5');
  await holds(lee.field('Reason'), 'Written before lunch.');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status(`“${ROLE}” is active.`));
}

export async function settings_name_who_could_not_prove_what_they_would_demand_before_they_are_saved({ browser }) {
  const morgan = await browser.as('morgan');
  await opensSettings(morgan, ROLE);
  const lacks = /The only eligible person has neither an authenticator app nor a passkey: Lee\. They could not activate/;
  await sees(morgan.text(lacks).first());
  await seesNo(morgan.page.locator('.message').filter({ hasText: lacks }));
  await morgan.look('role-settings-who-lacks-it');
  await morgan.page.getByRole('radio', { name: /^Multifactor authentication/ }).check();
  await savesSettings(morgan, ROLE);
  await opensSettings(morgan, ROLE);
  await says(morgan.page.getByRole('main'), /Lee\. They could not activate before setting one up\./);
}
