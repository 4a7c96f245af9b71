// Access reviews: administrators make them, reviewers decide, and what nobody needs any more is taken away.

import { readFile, writeFile } from 'node:fs/promises';
import { PASSWORD, givePassword } from '../lib/demo.mjs';
import { hasFocus } from '../lib/keyboard.mjs';
import { asks, begins, bulk, confirms, gives, opens, picks, whatIs, whoIs } from '../lib/reviews.mjs';
import { counts, holds, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: who holds what is what they are about.
export const fresh = true;

const ROOM = 'Partner document room';
const DESK = 'Service desk operators';
const USERS = 'User Administrator';

export async function Morgan_makes_a_review_of_four_directory_roles_field_by_field({ browser, server }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/roles');
  await morgan.navigation.getByRole('link', { name: /^Access reviews/ }).last().click();
  await morgan.arrives('Access reviews');
  await sees(morgan.heading('No access reviews yet'));
  await morgan.look('reviews-none');
  await morgan.link('New access review').first().click();
  await morgan.arrives('New access review');
  await sees(morgan.button('Leave out Morgan'));
  await morgan.look('review-new');

  await morgan.button('Create').last().click();
  await sees(morgan.alert(/is needed|What to review|Choose/).first());
  for (const role of ['Global Administrator', 'Privileged Role Administrator', USERS, 'Application Administrator']) {
    await picks(morgan, 'What to review', role);
  }
  await morgan.button('Create').last().click();
  await sees(morgan.alert('“Name” is needed.').first());
  await sees(morgan.button(`Leave out ${USERS}`));
  await morgan.look('review-new-refused');
  await morgan.field('Name', { exact: true }).fill('Directory roles, monthly');
  await morgan.field('Description').fill('Who has left the team does not need it.');
  await morgan.page.getByRole('radio', { name: 'Everyone' }).check();
  await morgan.field('Assignment type').selectOption({ label: 'All active and eligible assignments' });
  await morgan.field('Frequency').selectOption({ label: 'Monthly' });
  await morgan.page.getByRole('radio', { name: 'After a number of times' }).check();
  await morgan.field('Number of times', { exact: true }).fill('4');
  const stage = morgan.page.getByRole('group', { name: 'Stage 1' });
  await stage.getByRole('button', { name: 'Leave out Morgan' }).click();
  await picks(morgan, 'Reviewers: people', 'Miriam', stage);
  await sees(morgan.text('Monthly: at most 27 days'));
  await morgan.field('Duration (in days)').fill('28');
  await morgan.button('Create').last().click();
  await sees(morgan.page.locator('form').getByText('allows 27 days at most').first());
  await morgan.field('Duration (in days)').fill('27');
  await morgan.field('If reviewers don’t respond').selectOption({ label: 'No change' });
  await morgan.field('Require reason on approval').check();
  await morgan.field('Mail notifications').check();
  await morgan.field('Reminders').check();
  await morgan.field('Additional content for reviewer email').fill('Ask Brandon when in doubt.');
  await morgan.button('Preview').click();
  await sees(morgan.text('This makes 4 access reviews.'));
  await says(morgan.page.locator('#preview'), /Directory role User Administrator.*Miriam.*2 rows/s);
  await says(morgan.page.locator('#preview').getByRole('row', { name: /^Tomas/ }), /Tomas.*Miriam.*Stays/s);
  await morgan.look('review-new-preview');
  await morgan.button('Create').last().click();
  await sees(morgan.status('4 access reviews were created.'));
  // One campaign: how far all are together, each of them, and the way from one to the other.
  await morgan.arrives('Directory roles, monthly');
  await server.settle();
  await morgan.reload();
  await counts(morgan.page.locator('tbody tr'), 4);
  await says(morgan.row(USERS), /Directory role, Directory roles, monthly, monthly.*In progress.*0 of 2.*Nothing decided/s);
  await says(morgan.page.getByRole('main'), /4 reviews that one form made/);
  await morgan.look('admin-review-campaign');
  await morgan.link(USERS, { exact: true }).click();
  await sees(morgan.page.getByRole('main').getByText(/part of/));
  await morgan.link('“Directory roles, monthly”').click();
  await sees(morgan.row(USERS));
  const campaign = morgan.path;
  await morgan.navigation.getByRole('link', { name: /^Access reviews/ }).last().click();
  await morgan.arrives('Access reviews');
  await counts(morgan.page.locator('tbody tr'), 1);
  await says(morgan.row('Directory roles, monthly'), /4 reviews.*and 1 more.*Monthly.*In progress.*0 of \d+.*Morgan/s);
  await morgan.look('admin-reviews');
  await morgan.field('Search reviews').fill('nothing of this name');
  await sees(morgan.heading('Nothing found'));
  await morgan.look('admin-reviews-nothing-found');

  const letters = await server.letters({ to: 'miriam', subject: /Directory roles, monthly/ });
  same(letters.length, 4, 'The number of letters to Miriam');
  reads(letters[0].text, /Ask Brandon when in doubt\./);
  const miriam = await browser.as('miriam');
  await miriam.navigation.getByRole('link', { name: /^Access reviews 4/ }).click();
  await counts(miriam.row('Directory roles, monthly'), 4);
  await miriam.look('reviews-mine');
  const [mine] = await miriam.page.locator('tbody tr').filter({ hasText: USERS }).locator('a').all();
  await mine.click();
  await miriam.button('Deny Tomas').click();
  await sees(miriam.status('You denied Tomas.'));
  await morgan.goto(campaign);
  await says(morgan.row(USERS), /1 of 2.*1 denied/s);
  await miriam.goto('/my-access/reviews');
  await miriam.tab('Past').click();
  await sees(miriam.heading('Nothing reviewed yet'));
  await miriam.look('reviews-past');
}

export async function Miriam_decides_singly_together_and_as_recommended_with_mouse_and_keys({ browser, server }) {
  const morgan = await browser.as('morgan');
  await browser.as('lee');
  const series = await asks(morgan, 'Miriam', 'Who administers users', USERS, { reason_on_denial: 'true' });
  const miriam = await browser.as('miriam');
  await opens(miriam, 'Who administers users');
  await says(miriam.row('Lee'), /Eligible.*Direct.*Permanent.*Approve/s);
  await says(miriam.row('Tomas'), /Active.*Never.*Deny/s);
  await miriam.look('review-decide');

  // Several at once: what gives power is confirmed.
  await miriam.page.getByRole('checkbox', { name: 'Select all' }).check();
  await miriam.look('review-selected');
  await bulk(miriam).getByLabel('Reason').fill('Both are on the team.');
  await bulk(miriam).getByRole('button', { name: 'Approve' }).click();
  await sees(miriam.alert('confirm that you looked at each of them').first());
  await holds(bulk(miriam).getByLabel('Reason'), 'Both are on the team.');
  same(await miriam.page.getByRole('checkbox', { name: 'Select Lee' }).isChecked(), true, 'Whether Lee is still selected');
  await miriam.look('review-together-refused');
  await bulk(miriam).getByLabel('I looked at each of them').check();
  await bulk(miriam).getByRole('button', { name: 'Approve' }).click();
  await sees(miriam.status('You approved 2 rows.'));
  await says(miriam.row('Tomas'), /Approved.*Miriam.*Both are on the team\./s);
  same(await miriam.page.locator('tbody .pick:checked').count(), 0, 'The number of rows that are still selected');
  await miriam.look('review-decided');

  // One by one, with the reason that a denial needs, and back again.
  await miriam.row('Tomas').locator('summary', { hasText: 'Change' }).click();
  await miriam.look('review-change');
  await miriam.link('Deny Tomas').click();
  await sees(miriam.dialog('Deny Tomas?'));
  await miriam.look('review-reason');
  await miriam.dialog('Deny Tomas?').getByRole('button', { name: 'Deny Tomas' }).click();
  await sees(miriam.dialog('Deny Tomas?').getByRole('alert').first());
  await miriam.dialog('Deny Tomas?').getByLabel('Reason').fill('He leads the desk now.');
  await miriam.dialog('Deny Tomas?').getByRole('button', { name: 'Deny Tomas' }).click();
  await sees(miriam.status('You denied Tomas.'));
  await seesNo(miriam.dialog('Deny Tomas?'));
  await says(miriam.row('Tomas'), /Denied.*He leads the desk now\./s);
  await miriam.row('Tomas').locator('summary', { hasText: 'Details' }).click();
  await says(miriam.row('Tomas'), /Decided before.*Approved Miriam.*Both are on the team\./s);
  await miriam.look('review-details');
  for (const name of ['Tomas', 'Lee']) {
    await miriam.row(name).locator('summary', { hasText: 'Change' }).click();
    await miriam.button(`Take back ${name}`).click();
    await counts(miriam.row(name).locator('summary', { hasText: 'Change' }), 0);
  }
  await sees(miriam.status('Your decision was taken back'));

  // Without the mouse, and without losing one’s place.
  await miriam.page.keyboard.press('Escape');
  await miriam.page.getByRole('checkbox', { name: 'Select Lee' }).focus();
  await miriam.page.keyboard.press('a');
  await sees(miriam.status('You approved Lee.'));
  await hasFocus(miriam, miriam.page.getByRole('checkbox', { name: 'Select Lee' }), 'the row that was decided');
  await miriam.page.keyboard.press('j');
  const tomas = miriam.page.getByRole('checkbox', { name: 'Select Tomas' });
  await hasFocus(miriam, tomas, 'the next row');
  await miriam.page.keyboard.press('k');
  await hasFocus(miriam, miriam.page.getByRole('checkbox', { name: 'Select Lee' }), 'the row before');
  await miriam.page.keyboard.press('j');
  await miriam.page.keyboard.press('x');
  same(await tomas.isChecked(), true, 'Whether Tomas is selected');
  await miriam.page.keyboard.press('x');
  same(await tomas.isChecked(), false, 'Whether Tomas is still selected');
  // A denial needs a reason here, and so it asks.
  await miriam.page.keyboard.press('d');
  await sees(miriam.dialog('Deny Tomas?'));
  await miriam.page.keyboard.press('Escape');
  await seesNo(miriam.dialog('Deny Tomas?'));
  await tomas.focus();
  await miriam.page.keyboard.press('u');
  await sees(miriam.status('You don’t know about Tomas.'));
  await miriam.page.getByLabel('Decision', { exact: true }).selectOption({ label: 'Approved' });
  await counts(miriam.row('Lee'), 1);
  await counts(miriam.row('Tomas'), 0);
  await miriam.field('Search people').fill('nobody of this name');
  await sees(miriam.heading('Nothing found'));
  await miriam.look('review-nothing-found');

  // What is recommended for the rest.
  await morgan.goto(series);
  await confirms(morgan, 'Reset', 'Reset?', 'Reset Who administers users');
  await sees(morgan.status('“Who administers users” is being reset: 2 rows to decide again.'));
  await server.settle();
  await opens(miriam, 'Who administers users');
  await miriam.button('Accept recommendations').click();
  await says(miriam.dialog('Accept the recommendations?'), /approves 1 row and denies 1 row that are still open/);
  await miriam.look('review-accept');
  // What gives power is not accepted unseen either.
  await miriam.dialog('Accept the recommendations?').getByRole('button', { name: 'Accept 2 recommendations' }).click();
  await sees(miriam.dialog('Accept the recommendations?').getByRole('alert').first());
  await miriam.look('review-accept-refused');
  await miriam.dialog('Accept the recommendations?').getByLabel('I looked at each of them').check();
  await miriam.dialog('Accept the recommendations?').getByRole('button', { name: 'Accept 2 recommendations' }).click();
  await sees(miriam.status('You accepted the recommendations: 1 row approved, 1 row denied.'));
  await says(miriam.row('Lee'), /Approved/);
  await says(miriam.row('Tomas'), /Denied/);
  await server.settle();
}

export async function a_package_that_is_no_longer_needed_is_taken_away_when_the_review_is_applied({ browser, server }) {
  const morgan = await browser.as('morgan');
  const room = await gives(morgan, ROOM, 'Alex');

  await morgan.goto(room);
  await morgan.link('New access review').click();
  await morgan.arrives('New access review');
  await sees(morgan.button(`Leave out ${ROOM}`));
  await morgan.field('Name', { exact: true }).fill('Partners, once');
  const stage = morgan.page.getByRole('group', { name: 'Stage 1' });
  await stage.getByRole('button', { name: 'Leave out Morgan' }).click();
  await picks(morgan, 'Reviewers: people', 'Lee', stage);
  await morgan.button('Create').last().click();
  await sees(morgan.status('The access review “Partners, once” was created.'));
  await morgan.arrives('Partners, once');
  await server.settle();
  await morgan.reload();
  await sees(morgan.state('In progress'));
  await says(morgan.page.getByRole('main'), /Lee/);
  await morgan.look('admin-review');
  const series = morgan.path.split('?')[0];
  await confirms(morgan, 'Send reminders', 'Send reminders?', 'Send reminders');
  await sees(morgan.status('A reminder was sent to 1 reviewer.'));
  await morgan.tab('Settings').click();
  await sees(morgan.button('Save current'));
  await morgan.look('admin-review-settings');
  // Letters that are written meanwhile change nothing of what is set.
  await server.settle();
  await picks(morgan, 'Reviewers: people', 'Miriam', morgan.page.getByRole('group', { name: 'Reviewers', exact: true }));
  await morgan.button('Save current').click();
  await sees(morgan.status('The settings of “Partners, once” were saved for the instance that runs.'));
  await morgan.tab('Scheduled').click();
  await sees(morgan.heading('Nothing scheduled'));
  await morgan.look('admin-review-scheduled');

  const lee = await browser.as('lee');
  await opens(lee, 'Partners, once');
  await says(lee.row('Alex'), /Assigned by Morgan.*Deny/s);
  await lee.button('Deny Alex').click();
  await sees(lee.status('You denied Alex.'));
  const alex = await browser.as('alex');
  await alex.goto('/my-access/packages?tab=active');
  await sees(alex.row(ROOM));

  await morgan.goto(series);
  await morgan.button('Stop', { exact: true }).click();
  await morgan.look('admin-review-stop');
  await morgan.dialog('Stop?').getByRole('button', { name: 'Stop Partners, once' }).click();
  await sees(morgan.status('The access review “Partners, once” was stopped.'));
  await server.settle();
  await morgan.reload();
  await sees(morgan.state('Completed'));
  await alex.reload();
  await sees(alex.row(ROOM));
  await morgan.button('Apply', { exact: true }).click();
  await morgan.look('admin-review-apply');
  await morgan.dialog('Apply?').getByRole('button', { name: 'Apply, and remove 1 row' }).click();
  await sees(morgan.status('The results of “Partners, once” are being applied.'));
  await server.settle();
  await morgan.reload();
  await sees(morgan.state('Applied'));
  await morgan.tab('Results').click();
  await says(morgan.row('Alex'), /Denied.*Lee.*Removed/s);
  await morgan.look('admin-review-results');
  await alex.reload();
  await counts(alex.row(ROOM), 0);

  const address = await morgan.link('Download', { exact: true }).getAttribute('href');
  const list = await fetch(`${server.address}${address}`, { headers: await morgan.cookies() });
  reads(await list.text(), /^Review,Series,Kind,.*,Alex,.*Denied.*,Lee,/s);
  await lee.goto('/my-access/reviews?tab=past');
  await sees(lee.row('Partners, once'));
  await lee.link('Partners, once').click();
  await lee.arrives('Partners, once');
  await sees(lee.text('The review is over'));
  await lee.look('review-over');

  await morgan.tab('Overview').click();
  await confirms(morgan, 'Delete', 'Delete?', 'Delete Partners, once');
  await sees(morgan.status('The access review “Partners, once” was deleted.'));
  await sees(morgan.heading('No access reviews yet'));
}

export async function people_say_themselves_whether_they_still_need_it_and_lose_it_when_the_time_is_over({ browser, server }) {
  const morgan = await browser.as('morgan');
  for (const name of ['yuki', 'tomas']) await givePassword(morgan, name);
  const fields = { 'stages[s0][reviewers]': 'members', silence: 'remove', silence_limit: '100', auto_apply: 'true' };
  const series = await begins(morgan, 'Still on the desk?', DESK, fields);
  const yuki = await browser.withPassword('yuki', PASSWORD);
  await opens(yuki, 'Still on the desk?');
  await says(yuki.page.getByRole('main'), /Do you still need this access\?/);
  await counts(yuki.page.locator('tbody tr'), 1);
  await yuki.look('review-own');
  await yuki.button('I still need it').click();
  await sees(yuki.status('Your answer was kept: you still need it.'));
  await server.advance({ days: 15 });
  const again = await browser.as('morgan');
  await again.goto(`${series}?tab=results`);
  await sees(again.state('Applied'));
  await says(again.row('Yuki'), /Approved/);
  await says(again.row('Tomas'), /Denied.*Removed/s);
  // What was found is sealed: the file is evidence, and another one is not.
  await server.settle();
  await again.reload();
  const loads = again.page.waitForEvent('download');
  await again.link('Download evidence').click();
  const file = await (await loads).path();
  const sound = await server.console('audit', 'verify', '--evidence', file);
  reads(sound.said, /The evidence of “Still on the desk\?” is sound: its 2 rows are as event number \d+ sealed them/);
  same(sound.code, 0, 'The exit code for the evidence');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"decision":"deny"', '"decision":"approve"'));
  const altered = await server.console('audit', 'verify', '--evidence', file);
  reads(altered.said, 'The file was altered: its lines are not those that its seal is of.');
  same(altered.code, 1, 'The exit code for an altered file');
}

export async function managers_are_asked_and_fallback_reviewers_where_there_is_none({ browser, server }) {
  const morgan = await browser.as('morgan');
  const fallback = { 'stages[s0][reviewers]': 'managers', 'stages[s0][fallback][]': await whoIs(morgan, 'Lee') };
  const series = await begins(morgan, 'Guests', 'All guests', fallback);
  await begins(morgan, 'Desk', DESK, fallback);
  const miriam = await browser.as('miriam');
  await opens(miriam, 'Desk');
  await counts(miriam.page.locator('tbody tr'), 2);
  const lee = await browser.as('lee');
  await opens(lee, 'Guests');
  await counts(lee.page.locator('tbody tr'), 5);
  await lee.button(/^Deny Tim/).click();
  await sees(lee.status(/You denied Tim/));
  await morgan.goto(series);
  await confirms(morgan, 'Stop', 'Stop?', 'Stop Guests');
  await sees(morgan.status('The access review “Guests” was stopped.'));
  await server.settle();
  await morgan.reload();
  await confirms(morgan, 'Apply', 'Apply?', /^Apply, and remove/);
  await sees(morgan.status('The results of “Guests” are being applied.'));
  await server.settle();
  await morgan.goto(`${series}?tab=results&decision=denied`);
  await says(morgan.row('Tim'), /Denied.*Cannot be applied/s);
  await morgan.look('admin-review-results-cannot');
}

export async function without_script_everything_can_be_made_and_decided({ browser, server }) {
  const morgan = await browser.as('morgan', { script: false });
  await morgan.goto(`/admin/reviews/new?of=${await whatIs(morgan, DESK)}&person=Miriam`);
  await morgan.leaves(() => morgan.button('Preview').click());
  await sees(morgan.text('This makes one access review.'));
  await morgan.look('review-new-plain');
  await morgan.leaves(() => morgan.button('Add stage').click());
  const second = morgan.page.getByRole('group', { name: 'Stage 2' });
  await second.getByLabel('Reviewers: people').selectOption({ label: await label(second, 'Reviewers: people', 'Miriam') });
  await morgan.field('Duration (in days), stage 2').fill('0');
  await morgan.field('Name', { exact: true }).fill('Desk, plain');
  await morgan.leaves(() => morgan.button('Create').last().click());
  await sees(morgan.page.locator('form').getByText('Write how many days reviewers have').first());
  await holds(morgan.field('Name', { exact: true }), 'Desk, plain');
  await morgan.look('review-new-plain-refused');
  await morgan.leaves(() => morgan.button('Remove Stage 2').click());
  const first = morgan.page.getByRole('group', { name: 'Stage 1' });
  await first.getByLabel('Reviewers: people').selectOption({ label: await label(first, 'Reviewers: people', 'Miriam') });
  await morgan.leaves(() => morgan.button('Create').last().click());
  await sees(morgan.status('The access review “Desk, plain” was created.'));
  await server.settle();

  const miriam = await browser.as('miriam', { script: false });
  await opens(miriam, 'Desk, plain');
  await miriam.look('review-plain');
  await miriam.leaves(() => miriam.link('Approve Yuki').click());
  await miriam.leaves(() => miriam.dialog('Approve Yuki?').getByRole('button', { name: 'Approve Yuki' }).click());
  await sees(miriam.dialog('Approve Yuki?').getByRole('alert').first());
  await miriam.look('review-plain-refused');
  await miriam.dialog('Approve Yuki?').getByLabel('Reason').fill('Answers every ticket.');
  await miriam.leaves(() => miriam.dialog('Approve Yuki?').getByRole('button', { name: 'Approve Yuki' }).click());
  await sees(miriam.status('You approved Yuki.'));
  for (const name of ['Tomas', 'Yuki']) await miriam.page.getByRole('checkbox', { name: `Select ${name}` }).check();
  await miriam.leaves(() => bulk(miriam).getByRole('button', { name: 'Approve' }).click());
  await sees(miriam.alert(/.+/).first());
  same(await miriam.page.getByRole('checkbox', { name: 'Select Tomas' }).isChecked(), true, 'Whether Tomas is still selected');
  await bulk(miriam).getByLabel('Reason').fill('Both work there.');
  await bulk(miriam).getByLabel('I looked at each of them').check();
  await miriam.leaves(() => bulk(miriam).getByRole('button', { name: 'Approve' }).click());
  await sees(miriam.status('You approved 2 rows.'));
}

/// The whole words of an entry of a list.
async function label(place, field, beginning) {
  const all = await place.getByLabel(field).locator('option').allInnerTexts();
  return all.find((one) => one.startsWith(beginning));
}

export async function whoever_manages_nothing_and_is_not_asked_finds_no_review({ browser }) {
  const morgan = await browser.as('morgan');
  const series = await asks(morgan, 'Miriam', 'Not for Alex', USERS);
  const [{ instance }] = await (await morgan.asks({ Review: { series: series.split('/').pop(), review: null } })).json();
  const { review } = instance.instance;
  const alex = await browser.as('alex');
  await counts(alex.navigation.getByRole('link', { name: 'Access reviews', exact: true }), 1);
  await alex.goto('/my-access/reviews');
  await sees(alex.heading('Nothing to review'));
  await alex.look('reviews-mine-none');
  alex.expects(404);
  for (const path of ['/admin/reviews', '/admin/reviews/new', series, `/my-access/reviews/${review}`, `${series}/${review}/results.csv`]) {
    const answer = await fetch(`${alex.server.address}${path}`, { headers: await alex.cookies() });
    same(answer.status, 404, `The status of ${path} for Alex`);
  }
}
