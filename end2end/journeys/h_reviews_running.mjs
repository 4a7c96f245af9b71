// Access reviews while they run: who is asked changes, people leave, silence is held back, and a review ends when all is said.

import { asks, begins, confirms, gives, groupIs, opens, picks, whoIs } from '../lib/reviews.mjs';
import { counts, reads, same, says, sees } from '../lib/waiting.mjs';

/// Each test on a server of its own: who holds what is what they are about.
export const fresh = true;

const DESK = 'Service desk operators';
const ROOM = 'Partner document room';

export async function a_reviewer_is_taken_out_and_another_comes_in_while_the_review_runs({ browser, server }) {
  const morgan = await browser.as('morgan');
  const series = await asks(morgan, 'Lee', 'Desk, current', DESK, { mails: 'true' });
  const lee = await browser.as('lee');
  await opens(lee, 'Desk, current');
  await morgan.goto(`${series}?tab=settings`);
  const asked = morgan.page.getByRole('group', { name: 'Reviewers', exact: true });
  await asked.getByRole('button', { name: 'Leave out Lee' }).click();
  await morgan.button('Save current').click();
  await sees(morgan.alert(/is needed/).first());
  await morgan.look('review-current-refused');
  await picks(morgan, 'Reviewers: people', 'Miriam', asked);
  await picks(morgan, 'Fallback reviewers', 'Lee', asked);
  await morgan.field('Require reason on denial').check();
  await morgan.look('review-current');
  await morgan.button('Save current').click();
  await sees(morgan.status('The settings of “Desk, current” were saved for the instance that runs.'));
  await server.settle();
  await lee.goto('/my-access/reviews');
  await sees(lee.heading('Nothing to review'));
  same((await server.letters({ to: 'miriam', subject: /Desk, current/ })).length, 1, 'The number of letters to Miriam');
  const miriam = await browser.as('miriam');
  await opens(miriam, 'Desk, current');
  await miriam.link('Deny Yuki').click();
  await miriam.dialog('Deny Yuki?').getByLabel('Reason').fill('Moved.');
  await miriam.dialog('Deny Yuki?').getByRole('button', { name: 'Deny Yuki' }).click();
  await sees(miriam.status('You denied Yuki.'));
  await morgan.goto('/admin/audit');
  await sees(morgan.text('Fallback reviewers').first());

  // The reviewer leaves: what is not decided waits for nobody.
  await morgan.post('/api/set_user_enabled', { user: await whoIs(morgan, 'Miriam'), enabled: 'false' });
  await server.settle();
  await opens(lee, 'Desk, current');
  await says(lee.row('Yuki'), /Denied.*Miriam/s);
  await counts(lee.page.locator('tbody tr'), 2);
  await lee.look('review-passed-on');
  const letters = await server.letters({ to: 'lee', subject: /Desk, current/ });
  same(letters.length, 2, 'The number of letters to Lee');
  await morgan.goto('/admin/audit');
  await sees(morgan.text('who decides no more').first());
  await morgan.look('audit-review-passed-on');
}

export async function silence_that_would_remove_too_much_waits_for_an_administrator({ browser, server }) {
  const morgan = await browser.as('morgan');
  const series = await asks(morgan, 'Miriam', 'Desk, silent', DESK, { silence: 'remove', auto_apply: 'true', reminders: 'true' });
  await server.advance({ days: 8 });
  const letters = await server.letters({ to: 'miriam', subject: /^Reminder.*Desk, silent/ });
  same(letters.length, 1, 'The number of reminders at half time');
  await server.advance({ days: 7 });
  const again = await browser.as('morgan');
  await again.goto(series);
  await sees(again.state('Completed'));
  await sees(again.text('only because nobody decided'));
  await again.look('review-held-back');
  await again.tab('Results').click();
  await says(again.row('Tomas'), /Denied/);
  await again.tab('Overview').click();
  await confirms(again, 'Apply', 'Apply?', 'Apply, and remove 2 rows');
  await sees(again.status('The results of “Desk, silent” are being applied.'));
  await server.settle();
  await again.goto(`${series}?tab=results`);
  await sees(again.state('Applied'));
  await says(again.row('Tomas'), /Denied.*Removed/s);
  await says(again.row('Yuki'), /Denied.*Removed/s);
}

export async function a_review_ends_as_soon_as_everything_is_decided_where_that_is_set({ browser, server }) {
  const morgan = await browser.as('morgan');
  const series = await begins(morgan, 'Desk, quickly', DESK, {
    'stages[s0][reviewers]': 'selected',
    'stages[s0][users][]': await whoIs(morgan, 'Miriam'),
    ends_when_decided: 'true',
    auto_apply: 'true',
  });
  const miriam = await browser.as('miriam');
  await opens(miriam, 'Desk, quickly');
  await miriam.button('Deny Tomas').click();
  await sees(miriam.status('You denied Tomas.'));
  await server.settle();
  await morgan.goto(series);
  await sees(morgan.state('In progress'));
  await miriam.button('Approve Yuki').click();
  await sees(miriam.status('You approved Yuki.'));
  await server.settle();
  await morgan.goto(`${series}?tab=results`);
  await sees(morgan.state('Applied'));
  await says(morgan.row('Tomas'), /Denied.*Removed/s);
  await says(morgan.row('Yuki'), /Approved/);
  await miriam.reload();
  await sees(miriam.text('The review is over'));
  reads(await miriam.page.getByRole('main').innerText(), /Approved/);
}

export async function reviewers_with_open_rows_are_reminded_and_nobody_else({ browser, server }) {
  const morgan = await browser.as('morgan');
  const series = await begins(morgan, 'Desk, reminded', DESK, {
    'stages[s0][reviewers]': 'managers',
    'stages[s0][fallback][]': await whoIs(morgan, 'Lee'),
  });
  await morgan.goto(series);
  await morgan.button('Send reminders', { exact: true }).first().click();
  await morgan.look('review-remind');
  await morgan.dialog('Send reminders?').getByRole('button', { name: 'Send reminders' }).click();
  await sees(morgan.status('A reminder was sent to 1 reviewer.'));
  await server.settle();
  same((await server.letters({ to: 'miriam', subject: /^Reminder.*Desk, reminded/ })).length, 1, 'The number of reminders to Miriam');
  same((await server.letters({ to: 'lee', subject: /Desk, reminded/ })).length, 0, 'The number of letters to Lee');
}

export async function what_could_not_be_removed_is_said_in_a_letter_and_tried_again({ browser, server }) {
  const morgan = await browser.as('morgan');
  const room = await gives(morgan, ROOM, 'Alex');
  const series = await asks(morgan, 'Miriam', 'Partners, tried again', await groupIs(morgan, ROOM), { mails: 'true' });
  const miriam = await browser.as('miriam');
  await opens(miriam, 'Partners, tried again');
  await miriam.button('Deny Alex').click();
  await sees(miriam.status('You denied Alex.'));
  await morgan.goto(series);
  await confirms(morgan, 'Stop', 'Stop?', 'Stop Partners, tried again');
  await sees(morgan.status('The access review “Partners, tried again” was stopped.'));
  await server.settle();
  await morgan.reload();
  await confirms(morgan, 'Apply', 'Apply?', 'Apply, and remove 1 row');
  await sees(morgan.status('The results of “Partners, tried again” are being applied.'));
  await server.settle();
  const [letter] = await server.letters({ to: 'morgan', subject: /^Not everything was removed/ });
  reads(letter.text, /Removed: 0\. Still held: 1\./);
  await miriam.reload();
  await sees(miriam.text('except for 1 row').first());
  await miriam.look('review-over-not-removed');
  await morgan.goto(`${series}?tab=results`);
  await says(morgan.row('Alex'), /Cannot be applied.*came with an access package/s);
  await morgan.look('admin-review-not-removed');

  // Taken away where it comes from, and looked at again.
  await morgan.goto(`${room}?tab=assignments`);
  await morgan.button('Remove Alex').click();
  await morgan.dialog('Remove Alex?').getByLabel('Reason').fill('The review said so.');
  await morgan.dialog('Remove Alex?').getByRole('button', { name: 'Remove Alex' }).click();
  await sees(morgan.status(/Alex no longer holds/));
  await server.settle();
  await morgan.goto(series);
  await morgan.button('Try removals again').click();
  await morgan.look('admin-review-try-again');
  await morgan.dialog('Try removals again?').getByRole('button', { name: 'Try removals again' }).click();
  await sees(morgan.status('What could not be removed of “Partners, tried again” is tried again.'));
  await server.settle();
  await morgan.goto(`${series}?tab=results`);
  await says(morgan.row('Alex'), /Already gone/);
  await counts(morgan.button('Try removals again'), 0);
  await miriam.reload();
  await sees(miriam.text('what was denied is gone').first());
}

export async function a_package_that_is_deleted_while_it_is_reviewed_ends_the_review_and_keeps_what_was_said({ browser, server }) {
  const morgan = await browser.as('morgan');
  const room = await gives(morgan, ROOM, 'Alex');
  const series = await asks(morgan, 'Miriam', 'Room, deleted', `package:${room.split('/').at(-1)}`);
  const miriam = await browser.as('miriam');
  await opens(miriam, 'Room, deleted');
  await miriam.button('Deny Alex').click();
  await sees(miriam.status('You denied Alex.'));
  await morgan.goto(`${room}?tab=assignments`);
  await morgan.button('Remove Alex').click();
  await morgan.dialog('Remove Alex?').getByLabel('Reason').fill('The room closes.');
  await morgan.dialog('Remove Alex?').getByRole('button', { name: 'Remove Alex' }).click();
  await sees(morgan.status(/Alex no longer holds/));
  await morgan.goto(room);
  await confirms(morgan, 'Delete', `Delete ${ROOM}?`, `Delete ${ROOM}`);
  await sees(morgan.status(/deleted/));
  await server.settle();
  await morgan.goto(series);
  await sees(morgan.state('Applied'));
  await sees(morgan.text('was deleted, so nothing is left to decide').first());
  await morgan.look('review-of-what-was-deleted');
  await morgan.tab('Results').click();
  await says(morgan.row('Alex'), /Denied[^]*Already gone/);
  await miriam.reload();
  await counts(miriam.button('Deny Alex'), 0);
}
