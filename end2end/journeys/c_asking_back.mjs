// Asking back: an approver's question, and a shorter time, while the time to decide stands still.

import { GLOBAL, alexAsks, decides } from '../lib/demo.mjs';
import { holds, reads, says, sees, seesNo } from '../lib/waiting.mjs';

/// Opens Alex's request from the inbox.
async function reviews(person) {
  await person.goto('/my-access/approvals');
  await person.row('Alex').getByRole('link', { name: /^Alex/ }).click();
  await person.page.waitForURL(/\/my-access\/approvals\/[0-9a-f-]{36}$/);
  await person.ready();
}

async function history(person) {
  return (await person.timeline.allInnerTexts()).join('\n');
}

export async function an_approver_asks_and_the_requestor_answers({ browser, server }) {
  const alex = await browser.as('alex');
  const request = await alexAsks(alex);
  const miriam = await browser.as('miriam');
  await reviews(miriam);
  await miriam.button('Ask a question').click();
  const dialog = miriam.dialog('Ask Alex a question');
  await sees(dialog);
  await miriam.look('ask-question');
  await dialog.getByRole('button', { name: 'Send question' }).click();
  await sees(dialog.getByRole('alert').filter({ hasText: '“Question” is needed.' }));
  await dialog.getByLabel('Question').fill('Which mailbox is it about?');
  await dialog.getByRole('button', { name: 'Send question' }).click();
  await sees(miriam.status('Your question was sent to Alex.'));
  await sees(miriam.part('Question').getByText('Waiting for an answer'));
  await seesNo(miriam.button('Ask a question'));
  await sees(miriam.button('Approve'));
  await miriam.look('approval-asked-back');
  await miriam.goto('/my-access/approvals');
  await says(miriam.row('Alex'), /Waiting for an answer/);
  await miriam.look('approvals-asked-back');

  await server.settle();
  await alex.goto('/my-access');
  await says(alex.part('Waiting for me'), /Miriam asked you a question/);
  await alex.look('overview-asked-back');
  await alex.part('Waiting for me').getByRole('link', { name: `Answer about ${GLOBAL}` }).click();
  await alex.page.waitForURL(new RegExp(request));
  await alex.ready();
  await alex.look('request-asked-back');
  await alex.button('Send answer').click();
  await sees(alex.alert('“Your answer” is needed.'));
  await alex.field('Your answer').fill('The mailbox of support.');
  await alex.button('Send answer').click();
  await sees(alex.status(/^Your answer about .* was sent/));
  await seesNo(alex.button('Send answer'));
  await alex.look('request-answered');
  reads(await history(alex), /Miriam asked a question.*Which mailbox.*Alex answered.*mailbox of support/s);

  await miriam.reload();
  await says(miriam.row('Alex'), /Answered/);
  await reviews(miriam);
  await says(miriam.part('Question'), /The mailbox of support/);
  await decides(miriam, 'Deny', 'That one is restored already.');
}

export async function a_shorter_time_is_proposed_and_accepted_without_script({ browser, server }) {
  const alex = await browser.as('alex');
  const request = await alexAsks(alex);
  const miriam = await browser.as('miriam', { script: false });
  await reviews(miriam);
  await miriam.button('Propose a shorter time').click();
  const dialog = miriam.dialog('Propose a shorter time to Alex');
  await sees(dialog);
  await miriam.look('propose-time');
  await dialog.getByLabel('Shorter time', { exact: true }).fill('5');
  await dialog.getByLabel('Why a shorter time').fill('One hour is enough for a mailbox.');
  await miriam.leaves(() => dialog.getByRole('button', { name: 'Send proposal' }).click());
  await sees(dialog.getByRole('alert').filter({ hasText: 'This is not shorter than what was asked: 4 hours from delivery.' }));
  await holds(dialog.getByLabel('Why a shorter time'), 'One hour is enough for a mailbox.');
  await dialog.getByLabel('Shorter time', { exact: true }).fill('1');
  await miriam.leaves(() => dialog.getByRole('button', { name: 'Send proposal' }).click());
  await sees(miriam.status('Your proposal was sent to Alex.'));
  await says(miriam.part('Shorter time'), /4 hours from delivery.*1 hour/s);

  const answers = await browser.as('alex', { script: false });
  await answers.goto(request);
  await sees(answers.part('Shorter time').getByText('Waiting for an answer'));
  await answers.look('request-shorter-time');
  await answers.leaves(() => answers.button('Accept shorter time').click());
  await sees(answers.status(/^You accepted the shorter time/));
  await answers.look('request-shorter-time-accepted');
  reads(await history(answers), /Alex accepted the shorter time.*Before: 4 hours from delivery. Now: 1 hour from delivery/s);

  await decides(await browser.as('miriam'), 'Approve', 'Thank you.');
  const bianca = await browser.as('bianca');
  await reviews(bianca);
  await seesNo(bianca.button('Ask a question'));
  await says(bianca.part('Shorter time'), /accepted the shorter time/);
  await decides(bianca, 'Approve', 'In the calendar.');
  await server.settle();
  await alex.goto(request);
  await sees(alex.state('Delivered'));
  await server.advance({ minutes: 61 });
  await alex.goto(request);
  await sees(alex.state('Access ended'));
}
