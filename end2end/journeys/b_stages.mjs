// Stages with more than one approver: two of three, further people when nobody decides in time, and fallback.

import { approvalOf, asksFor, decides } from '../lib/demo.mjs';
import { ROOM, formOf, makesPolicy, opensPackage, stage } from '../lib/packages.mjs';
import { must, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: time is moved, and who is asked is what they are about.
export const fresh = true;

const INBOX = '/my-access/approvals';

/// The room is asked for under one policy for members with this stage; its path in administration.
async function asksLikeThis(browser, users, more) {
  const morgan = await browser.as('morgan');
  const path = await opensPackage(morgan, ROOM);
  await makesPolicy(morgan, path, 'Members', stage(0, users, more));
  return path;
}

const history = async (person) => (await person.timeline.allInnerTexts()).join('\n');

/// Who will decide, as the request form says.
async function willBeDecided(person, path, words) {
  await person.goto(formOf(path));
  await person.arrives(ROOM);
  await says(person.region('Who will decide'), words);
}

export async function two_of_three_have_to_approve_and_each_counts_once({ browser, server }) {
  const path = await asksLikeThis(browser, ['brandon', 'bianca', 'miriam'], { quorum: '2' });
  const alex = await browser.as('alex');
  await willBeDecided(alex, path, '2 of them have to approve within 4 days.');
  await alex.look('request-two-of-three');
  await asksFor(alex, ROOM, 'The joint offer is due.');
  const request = alex.path;
  for (const name of ['brandon', 'bianca', 'miriam']) same((await server.letters({ to: name, subject: /Alex/ })).length, 1, `Letters to ${name}`);

  const brandon = await browser.as('brandon');
  await decides(brandon, 'Approve', 'Yes.');
  await server.settle();
  await alex.goto(request);
  await sees(alex.state('Pending approval'));
  reads(await history(alex), /Brandon/);
  await alex.look('request-one-of-two');

  // Once is once: it waits no longer, and pressing again is answered with what was decided.
  await brandon.goto(INBOX);
  await seesNo(brandon.row('Alex'));
  await brandon.goto(approvalOf(request));
  await seesNo(brandon.button('Approve', { exact: true }));
  await says(brandon.page.getByRole('main'), /You (already )?(have )?approved/);
  await brandon.look('approval-decided-by-me');
  const again = await brandon.post('/api/decide_request', { request: request.split('/').at(-1), stage: '0', verdict: 'approve', words: 'Twice.' });
  reads(await again.text(), /already_decided/);
  await alex.reload();
  await sees(alex.state('Pending approval'));

  const bianca = await browser.as('bianca', { at: approvalOf(request) });
  await says(bianca.part('Plan'), /Brandon/);
  await says(bianca.page.getByRole('main'), /1 of 2 approvals that are needed is there; Miriam can decide too\./);
  await sees(bianca.text('approved stage 1').first());
  await bianca.look('approval-one-of-two');
  await decides(bianca, 'Approve', 'Yes, too.');
  await server.settle();
  await alex.reload();
  await sees(alex.state('Delivered'));
  reads(await history(alex), /Brandon[^]*Bianca/);
  await alex.look('request-two-of-two');
  // The third learns that it is settled, and has nothing to decide.
  const miriam = await browser.as('miriam', { at: INBOX });
  await seesNo(miriam.row('Alex'));
  await miriam.goto(approvalOf(request));
  await seesNo(miriam.button('Approve', { exact: true }));
  reads((await server.letters({ to: 'miriam' })).map((letter) => letter.text).join('\n'), /Bianca/);
}

export async function one_no_among_three_ends_the_request({ browser, server }) {
  await asksLikeThis(browser, ['brandon', 'bianca', 'miriam'], { quorum: '2' });
  const alex = await browser.as('alex');
  await asksFor(alex, ROOM, 'The joint offer is due.');
  await decides(await browser.as('brandon'), 'Approve', 'Yes.');
  await decides(await browser.as('miriam'), 'Deny', 'Not this quarter.');
  await server.settle();
  await alex.reload();
  await sees(alex.state('Denied'));
  reads(await history(alex), /Brandon[^]*Miriam[^]*Not this quarter/);
  const bianca = await browser.as('bianca', { at: INBOX });
  await seesNo(bianca.row('Alex'));
}

export async function further_people_are_asked_when_nobody_decided_and_the_first_may_still_decide({ browser, server }) {
  const more = { escalate_after: '1', escalate_unit: 'days', escalate_users: 'bianca\nmiriam' };
  const path = await asksLikeThis(browser, ['brandon'], more);
  const alex = await browser.as('alex');
  await willBeDecided(alex, path, /Brandon/);
  await says(alex.region('Who will decide'), /Bianca/);
  await alex.look('request-with-further-people');
  await asksFor(alex, ROOM, 'The joint offer is due.');
  const request = alex.path;

  const early = await browser.as('bianca', { at: INBOX });
  await seesNo(early.row('Alex'));
  await early.goto(approvalOf(request));
  await seesNo(early.button('Approve', { exact: true }));
  await server.advance({ hours: 23, minutes: 59 });
  for (const name of ['bianca', 'miriam']) same((await server.letters({ to: name })).length, 0, `Letters to ${name} before it is her turn`);
  await server.advance({ minutes: 1 });
  for (const name of ['bianca', 'miriam']) {
    const letter = await server.letter(name, /^Forwarded to you: decide/);
    must(letter.text.includes(approvalOf(request)), `The letter to ${name} does not lead to the approval:\n${letter.text}`);
  }
  const bianca = await browser.as('bianca', { at: INBOX });
  await sees(bianca.row('Alex'));
  await bianca.goto(approvalOf(request));
  await sees(bianca.button('Approve', { exact: true }));
  await bianca.look('approval-forwarded');

  await decides(await browser.as('brandon'), 'Approve', 'Back again.');
  await server.settle();
  const later = await browser.as('alex', { at: request });
  await sees(later.state('Delivered'));
  reads(await history(later), /Bianca[^]*because nobody had decided yet[^]*approved by Brandon/);
  await later.look('request-forwarded');
  await bianca.goto(INBOX);
  await seesNo(bianca.row('Alex'));
  reads((await server.letters({ to: 'bianca' })).map((letter) => letter.text).join('\n'), /Brandon approved/);
}

export async function when_the_only_approver_asks_the_fallback_decides_and_without_one_it_is_refused({ browser, server }) {
  const path = await asksLikeThis(browser, ['miriam'], {});
  const miriam = await browser.as('miriam', { at: formOf(path) });
  await miriam.arrives(ROOM);
  await says(miriam.page.getByRole('main'), /Nobody could decide stage 1: it needs 1 approver and nobody can be asked/);
  await seesNo(miriam.button('Submit request'));
  await miriam.look('request-nobody-could-decide');

  // Somebody names a fallback in the form of the policy.
  const morgan = await browser.as('morgan', { at: `${path}?tab=policies` });
  await morgan.page.getByRole('rowheader').getByRole('link', { name: 'Members', exact: true }).click();
  await morgan.arrives('Members');
  const form = morgan.page.getByRole('group', { name: 'Stage 1' });
  await form.getByText('Further approvers and fallback').click();
  await form.getByRole('combobox', { name: 'Fallback: people' }).fill('bianca');
  await form.getByRole('option', { name: /^Bianca/ }).first().click();
  await sees(form.getByRole('button', { name: 'Leave out Bianca' }));
  await morgan.look('policy-with-fallback');
  await morgan.button('Save', { exact: true }).last().click();
  await sees(morgan.status('The policy “Members” was saved.'));

  await willBeDecided(miriam, path, /Bianca/);
  await miriam.look('request-with-fallback');
  await asksFor(miriam, ROOM, 'For the partners.');
  const request = miriam.path;
  await miriam.goto(INBOX);
  await seesNo(miriam.row('Miriam'));
  // Who can be decided about by the approver is not the fallback's to decide.
  const alex = await browser.as('alex');
  await willBeDecided(alex, path, /Miriam/);
  await asksFor(alex, ROOM, 'The joint offer is due.');
  const bianca = await browser.as('bianca', { at: INBOX });
  await sees(bianca.row('Miriam'));
  await seesNo(bianca.row('Alex'));
  await decides(bianca, 'Approve', 'She knows what she does.', { from: 'Miriam' });
  await server.settle();
  await miriam.goto(request);
  await sees(miriam.state('Delivered'));
  reads(await history(miriam), /approved by Bianca/);
}
