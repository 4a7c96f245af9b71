// Access reviews that go on: what changed since the last one, rows that somebody else decides, rows that nobody holds,
// instances that ask nobody, and how reviewers decided.

import { PASSWORD, givePassword } from '../lib/demo.mjs';
import { asks, begins, bulk, confirms, opens, picks, whoIs } from '../lib/reviews.mjs';
import { counts, reads, same, says, sees } from '../lib/waiting.mjs';

/// Each test on a server of its own: who holds what is what they are about.
export const fresh = true;

const DESK = 'Service desk operators';
const WEEKLY = { frequency: 'weekly', series_end: 'never', 'stages[s0][days]': '3' };

/// Lets the instance that runs end and the next one begin.
async function nextWeek(server) {
  await server.advance({ days: 4 });
  await server.settle();
  await server.advance({ days: 4 });
  await server.settle();
}

/// Selects somebody's row.
const selects = (person, name) => person.page.getByRole('checkbox', { name: `Select ${name}` }).check();

export async function a_reviewer_hands_a_row_to_somebody_who_knows_better_and_both_names_stay({ browser, server }) {
  const morgan = await browser.as('morgan');
  const series = await asks(morgan, 'Miriam', 'Desk, handed on', DESK);
  const miriam = await browser.as('miriam');
  await miriam.goto('/my-access');
  await says(miriam.region('Waiting for me'), /Desk, handed on.*0 of 2 decided/s);
  await opens(miriam, 'Desk, handed on');
  await says(miriam.row('Tomas'), /colleagues/);
  await selects(miriam, 'Tomas');
  await bulk(miriam).locator('summary', { hasText: 'Ask somebody else' }).click();
  await miriam.look('review-hand-on');
  await bulk(miriam).getByRole('button', { name: 'Hand on' }).click();
  await sees(miriam.alert(/Who decides instead/).first());
  const box = bulk(miriam).getByRole('combobox', { name: 'Who decides instead' });
  await box.fill('lee');
  await bulk(miriam).getByRole('option', { name: /^Lee/ }).first().click();
  await bulk(miriam).getByRole('button', { name: 'Hand on' }).click();
  await sees(miriam.alert(/Reason/).first());
  await bulk(miriam).getByLabel('Reason').fill('You lead the desk with him.');
  await bulk(miriam).getByRole('button', { name: 'Hand on' }).click();
  await sees(miriam.status('Lee was asked to decide 1 row. You may still decide yourself.'));
  await says(miriam.row('Tomas'), /Handed to Lee by Miriam/);
  await miriam.look('review-handed-on');

  const [letter] = await server.letters({ to: 'lee', subject: /Desk, handed on/ });
  reads(letter.text, /Miriam asks you/);
  reads(letter.text, /You lead the desk with him\./);
  const lee = await browser.as('lee');
  await opens(lee, 'Desk, handed on');
  await counts(lee.page.locator('tbody tr'), 1);
  await lee.look('review-handed-to-me');
  await lee.button('Deny Tomas').click();
  await sees(lee.status('You denied Tomas.'));
  await miriam.reload();
  await says(miriam.row('Tomas'), /Denied.*Lee for Miriam/s);
  await miriam.button('End that for Tomas').click();
  await sees(miriam.status('The row went back to whoever handed it on.'));
  await miriam.row('Tomas').locator('summary', { hasText: 'Details' }).click();
  await says(miriam.row('Tomas'), /Taken back from Lee.*Handed to Lee/s);
  await miriam.look('review-taken-back');
  await morgan.goto(`${series}?tab=results`);
  await says(morgan.row('Tomas'), /Lee for Miriam/);
}

export async function the_second_time_each_row_says_what_changed_and_a_control_row_shows_who_looks({ browser, server }) {
  const morgan = await browser.as('morgan');
  const control = { 'controls[]': await whoIs(morgan, 'Alex'), auto_apply: 'true' };
  const series = await asks(morgan, 'Miriam', 'Desk, weekly', DESK, { ...WEEKLY, ...control });
  const miriam = await browser.as('miriam');
  await opens(miriam, 'Desk, weekly');
  await counts(miriam.page.locator('tbody tr'), 3);
  same(await miriam.page.getByText(/control/i).count(), 0, 'The words that give a control row away');
  await miriam.button('Deny Alex').click();
  await sees(miriam.status('You denied Alex.'));
  for (const name of ['Tomas', 'Yuki']) {
    await miriam.button(`Approve ${name}`).click();
    await sees(miriam.status(`You approved ${name}.`));
  }
  await nextWeek(server);

  const again = await browser.as('miriam');
  await opens(again, 'Desk, weekly');
  await says(again.row('Tomas'), /As in the last review\. Approved by Miriam/s);
  await says(again.row('Alex'), /New since the last review\./);
  await again.look('review-again');
  const boss = await browser.as('morgan');
  await boss.goto(series);
  await boss.page.getByRole('table', { name: 'Instances' }).getByRole('link', { name: 'Instance 1' }).click();
  await sees(boss.text(/Control rows: 1\. Caught: 1\. Missed: 0\. Left: 0\./).first());
  await boss.look('admin-review-control');
  await boss.tab('Results').click();
  await says(boss.page.getByRole('table', { name: 'How reviewers decided' }), /Miriam.*3.*67 %/s);
  const results = boss.page.getByRole('table', { name: 'Results' });
  await says(results.getByRole('row', { name: /Alex/ }), /Control row.*Denied/s);
  await boss.look('admin-review-quality');
  const address = await boss.link('Download').getAttribute('href');
  const list = await (await fetch(`${server.address}${address}`, { headers: await boss.cookies() })).text();
  reads(list, /Control row/);
}

export async function a_review_in_which_nothing_changed_asks_nobody({ browser, server }) {
  const morgan = await browser.as('morgan');
  for (const name of ['yuki', 'tomas']) {
    await givePassword(morgan, name);
    await browser.withPassword(name, PASSWORD);
  }
  const fields = { ...WEEKLY, skip_unchanged: 'true', look_back: '700', auto_apply: 'true' };
  const series = await asks(morgan, 'Miriam', 'Desk, skipped', DESK, fields);
  const miriam = await browser.as('miriam');
  await opens(miriam, 'Desk, skipped');
  for (const name of ['Tomas', 'Yuki']) {
    await miriam.button(`Approve ${name}`).click();
    await sees(miriam.status(`You approved ${name}.`));
  }
  await nextWeek(server);
  const boss = await browser.as('morgan');
  await boss.goto(series);
  await sees(boss.state('Skipped: nothing changed'));
  await sees(boss.text(/Nobody was asked, and everything stayed as it was/).first());
  await boss.look('admin-review-skipped');
  const told = await server.letters({ to: 'morgan', subject: /Review skipped/ });
  same(told.length, 1, 'The number of letters about what was skipped');
  const again = await browser.as('miriam');
  await again.goto('/my-access/reviews');
  await sees(again.heading('Nothing to review'));
}

export async function two_stages_are_stopped_by_hand_and_a_series_is_changed_and_ended({ browser, server }) {
  const morgan = await browser.as('morgan');
  const second = {
    'stages[s1][reviewers]': 'selected',
    'stages[s1][users][]': await whoIs(morgan, 'Lee'),
    'stages[s1][days]': '3',
    'carried[]': 'deny',
    earlier_shown: 'true',
  };
  const series = await asks(morgan, 'Miriam', 'Desk, two stages', DESK, { ...WEEKLY, frequency: 'monthly', ...second });
  const miriam = await browser.as('miriam');
  await opens(miriam, 'Desk, two stages');
  await miriam.button('Deny Tomas').click();
  await sees(miriam.status('You denied Tomas.'));
  await morgan.goto(series);
  await sees(morgan.text('Stage 1 of 2').first());
  await morgan.button('Stop current stage').click();
  await morgan.look('admin-review-stop-stage');
  await morgan.dialog('Stop current stage?').getByRole('button', { name: 'Stop current stage' }).click();
  await sees(morgan.status('The current stage of “Desk, two stages” was stopped.'));
  await server.settle();
  await morgan.reload();
  await sees(morgan.text('Stage 2 of 2').first());
  const lee = await browser.as('lee');
  await opens(lee, 'Desk, two stages');
  await counts(lee.page.locator('tbody tr'), 1);
  await says(lee.row('Tomas'), /Denied.*Miriam/s);
  await lee.look('review-second-stage');
  await lee.button('Approve Tomas').click();
  await sees(lee.status('You approved Tomas.'));

  await morgan.tab('Settings').click();
  const inSeries = morgan.page.locator('form', { has: morgan.page.getByRole('button', { name: 'Save series' }) });
  await inSeries.getByLabel('Name', { exact: true }).fill('Desk, monthly');
  await inSeries.getByLabel('Skip when nothing changed').check();
  await picks(morgan, 'Control rows', 'Alex', inSeries);
  await morgan.look('admin-review-series');
  await inSeries.getByRole('button', { name: 'Save series' }).last().click();
  await sees(morgan.status('The settings of “Desk, monthly” were saved for later instances.'));
  await morgan.arrives('Desk, monthly');
  await confirms(morgan, 'Stop recurrence', 'Stop recurrence?', 'Stop recurrence');
  await sees(morgan.status('“Desk, monthly” does not recur any more.'));
  await morgan.tab('Scheduled').click();
  await sees(morgan.text('No further instance starts: the series has ended.').first());
}

export async function who_uses_an_application_is_reviewed_role_by_role({ browser }) {
  const morgan = await browser.as('morgan');
  const series = await asks(morgan, 'Miriam', 'Ticketing, once', 'Ticketing');
  await morgan.goto(series);
  await sees(morgan.state('In progress'));
  const miriam = await browser.as('miriam');
  await opens(miriam, 'Ticketing, once');
  await says(miriam.page.getByRole('main'), /Application Ticketing/);
  await miriam.look('review-application');
}

export async function without_script_rows_are_handed_on_and_decided_for_the_absent({ browser, server }) {
  const morgan = await browser.as('morgan');
  await asks(morgan, 'Miriam', 'Desk, plain', DESK);
  const miriam = await browser.as('miriam', { script: false });
  await opens(miriam, 'Desk, plain');
  await selects(miriam, 'Yuki');
  await bulk(miriam).getByLabel('Reason').fill('You know her.');
  await bulk(miriam).locator('summary', { hasText: 'Ask somebody else' }).click();
  const box = bulk(miriam).getByLabel('Who decides instead');
  const options = await box.locator('option').allInnerTexts();
  await box.selectOption({ label: options.find((option) => option.startsWith('Brandon')) });
  await miriam.leaves(() => bulk(miriam).getByRole('button', { name: 'Hand on' }).click());
  await sees(miriam.status(/was asked to decide 1 row/));
  await miriam.look('review-handed-on-plain');
  const brandon = await browser.as('brandon', { script: false });
  await opens(brandon, 'Desk, plain');
  await counts(brandon.page.locator('tbody tr'), 1);
  await brandon.leaves(() => brandon.button('Approve Yuki').click());
  await sees(brandon.status('You approved Yuki.'));
  await server.settle();
  await miriam.reload();
  await says(miriam.row('Yuki'), /Approved.*Brandon for Miriam/s);
}
