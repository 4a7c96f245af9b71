// Access reviews that policies of packages require, the tab of a package, reviews that are opened again, and the history of all.

import { readFile } from 'node:fs/promises';
import { asks, confirms, opens, picks } from '../lib/reviews.mjs';
import { counts, holds, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: who holds what is what they are about.
export const fresh = true;

const APP = 'MIP Client';
const ROOM = 'Partner document room';
const DESK = 'Service desk operators';
const MADE = /\/admin\/packages\/[0-9a-f-]{36}$/;

const tomorrow = () => `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T08:00`;

/// What the button downloads.
async function downloads(person, button) {
  const waited = person.page.waitForEvent('download');
  await button.click();
  const file = await waited;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

export async function a_package_whose_policy_requires_reviews_is_taken_from_whom_a_reviewer_denies_it({ browser, server }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/catalogs/new');
  await morgan.field('Name', { exact: true }).fill('Endpoint apps');
  await morgan.button('Create catalog').click();
  await morgan.page.waitForURL(/\/admin\/catalogs\/[0-9a-f-]{36}$/);
  await morgan.goto(`${morgan.path}?tab=resources&search=oslo`);
  await morgan.field('Resource', { exact: true }).selectOption({ label: 'Oslo office · Group' });
  await morgan.button('Add resource').click();
  await sees(morgan.row('Oslo office'));

  await morgan.goto('/admin/packages/new');
  await morgan.field('Catalog', { exact: true }).selectOption({ label: 'Endpoint apps' });
  await morgan.field('Name', { exact: true }).fill(APP);
  await morgan.button('Next').click();
  await morgan.arrives('Resource roles');
  await morgan.field(/^Oslo office, Owner/).check();
  await morgan.button('Next').click();
  await morgan.arrives('Requests');
  await morgan.button('Remove Stage 1').click();
  await morgan.button('Next').click();
  await morgan.arrives('Requestor information');
  await morgan.button('Next').click();
  await morgan.arrives('Lifecycle');
  await counts(morgan.page.getByRole('group', { name: 'Access reviews' }), 0);
  await morgan.field('Require access reviews').check();
  const reviews = morgan.page.getByRole('group', { name: 'Access reviews', exact: true });
  await reviews.getByRole('radio', { name: 'Specific reviewers' }).check();
  await morgan.look('package-new-lifecycle-reviews');
  await morgan.button('Next').click();
  await sees(morgan.alert('“Reviewers” is needed.').first());
  await reviews.getByLabel('Reviewers: people').fill('lee');
  await reviews.getByLabel('Starting on').fill(tomorrow());
  await reviews.getByLabel('Review frequency').selectOption({ label: 'Monthly' });
  await reviews.getByLabel('Duration (in days)').fill('28');
  await morgan.button('Next').click();
  await sees(morgan.alert('allows 27 days at most').first());
  await morgan.look('package-new-lifecycle-reviews-refused');
  await reviews.getByLabel('Duration (in days)').fill('14');
  await morgan.button('Next').click();
  await morgan.arrives('Review + create');
  await says(morgan.page.getByRole('main'), /Monthly from .*, 14 days each, by Lee \(lee\)/);
  await morgan.look('package-new-review-reviews');
  await morgan.button('Create').click();
  await morgan.page.waitForURL(MADE);
  await sees(morgan.status(`“${APP}” was created.`));
  const made = morgan.path;
  await morgan.goto(`${made}/assignments/new`);
  await picks(morgan, 'People', 'Alex');
  await morgan.field('Justification').fill('Joins the rollout.');
  await morgan.button('Assign').click();
  await sees(morgan.status(/assigned/));
  await server.settle();

  await morgan.goto(made);
  await morgan.tab('Access reviews').click();
  await says(morgan.row(APP), /required by “Initial policy”.*Monthly.*Not started.*Starts/s);
  await sees(morgan.link('New access review').first());
  await morgan.look('admin-package-reviews');
  await server.advance({ days: 2 });
  const lee = await browser.as('lee');
  await opens(lee, `${APP}: Initial policy`);
  await counts(lee.page.locator('tbody tr'), 1);
  await lee.button('Deny Alex').click();
  await sees(lee.status('You denied Alex.'));

  const again = await browser.as('morgan');
  await again.goto(`${made}?tab=reviews`);
  await says(again.row(APP), /In progress.*1 of 1/s);
  await again.link(`${APP}: Initial policy`).click();
  await again.arrives(`${APP}: Initial policy`);
  await sees(again.link('“Initial policy”'));
  await counts(again.button('Delete', { exact: true }), 0);
  await again.look('admin-review-required');
  const review = again.path.split('?')[0];
  await again.tab('Settings').click();
  await sees(again.text('The policy “Initial policy” requires this review.'));
  await counts(again.button('Save series'), 0);
  await again.look('admin-review-required-settings');
  await confirms(again, 'Stop', 'Stop?', /^Stop /);
  await sees(again.status(/was stopped/));
  await server.settle();
  await again.goto(`${review}?tab=results`);
  await sees(again.state('Applied'));
  await says(again.row('Alex'), /Denied.*Lee.*Removed/s);
  const alex = await browser.as('alex');
  await alex.goto('/my-access/packages?tab=active');
  await counts(alex.row(APP), 0);

  // What the policy no longer requires starts no more.
  await again.tab('Settings').click();
  await again.link('Open the policy').click();
  await again.arrives('Initial policy');
  await holds(again.field('Review frequency'), 'monthly');
  await again.look('policy-with-reviews');
  await again.field('Require access reviews').uncheck();
  await again.button('Save').last().click();
  await sees(again.status('The policy “Initial policy” was saved.'));
  await again.goto(`${review}?tab=settings`);
  await sees(again.text('no longer requires this review'));
  await confirms(again, 'Delete', 'Delete?', /^Delete /);
  await sees(again.status(/was deleted/));
}

export async function a_review_that_was_stopped_too_early_goes_on_and_its_history_is_taken_away({ browser, server }) {
  const morgan = await browser.as('morgan');
  const series = await asks(morgan, 'Miriam', 'Who is on the desk', DESK, { silence: 'remove', mails: 'true' });
  const miriam = await browser.as('miriam');
  await opens(miriam, 'Who is on the desk');
  await miriam.button('Deny Tomas').click();
  await sees(miriam.status('You denied Tomas.'));
  await morgan.goto(series);
  await counts(morgan.button('Reopen', { exact: true }), 0);
  await confirms(morgan, 'Stop', 'Stop?', /^Stop Who/);
  await sees(morgan.status(/was stopped/));
  await server.settle();
  await morgan.reload();
  await sees(morgan.state('Completed'));
  await morgan.button('Reopen', { exact: true }).click();
  await morgan.look('admin-review-reopen');
  await morgan.dialog('Reopen?').getByRole('button', { name: /^Reopen Who/ }).click();
  await sees(morgan.status('The access review “Who is on the desk” is open again.'));
  await server.settle();
  await morgan.reload();
  await sees(morgan.state('In progress'));
  await says(morgan.page.getByRole('main'), /1 of 2/);
  const letters = await server.letters({ to: 'miriam', subject: /Who is on the desk/ });
  same(letters.length, 2, 'The number of letters to Miriam');
  await opens(miriam, 'Who is on the desk');
  await miriam.button('Deny Yuki').click();
  await sees(miriam.status('You denied Yuki.'));

  await morgan.goto('/admin/reviews');
  await morgan.link('Download history').click();
  await morgan.arrives('Review history');
  await morgan.look('review-history');
  await morgan.field('Denied').check();
  await morgan.field('Group').check();
  const some = await downloads(morgan, morgan.button('Download history'));
  same(some.name, 'review-history.csv', 'The name of the file');
  reads(some.text, /^Review,Series,Campaign id,Campaign,Kind,.*Tomas.*Denied.*Miriam/s);
  same(some.text.trim().split('\r\n').length, 3, 'The number of lines');
  await morgan.field('Started from').fill('2090-01-01T00:00');
  const none = await downloads(morgan, morgan.button('Download history'));
  same(none.text.trim().split('\r\n').length, 1, 'The number of lines without any');
  const unread = await fetch(`${server.address}/admin/reviews/history.csv?decision=perhaps`, { headers: await morgan.cookies() });
  same(unread.status, 404, 'The status of a file that nobody can mean');
  const alex = await browser.as('alex');
  alex.expects(404);
  for (const path of ['/admin/reviews/history', '/admin/reviews/history.csv']) {
    const answer = await fetch(`${server.address}${path}`, { headers: await alex.cookies() });
    same(answer.status, 404, `The status of ${path} for Alex`);
  }
}

export async function without_script_a_policy_requires_reviews_and_the_history_is_taken_away({ browser, server }) {
  const morgan = await browser.as('morgan', { script: false });
  await morgan.goto('/admin/packages');
  await morgan.leaves(() => morgan.link(ROOM, { exact: true }).click());
  const room = morgan.path.split('?')[0];
  await morgan.goto(`${room}/policies/new`);
  await morgan.field('Name', { exact: true }).fill('Reviewed');
  await morgan.leaves(() => morgan.button('Remove Stage 1').click());
  await morgan.field('Require access reviews').check();
  const reviews = morgan.page.getByRole('group', { name: 'Access reviews', exact: true });
  await reviews.getByRole('radio', { name: 'Manager' }).check();
  await morgan.leaves(() => morgan.button('Create policy').last().click());
  await sees(morgan.alert('“Fallback reviewers” is needed.').first());
  await morgan.look('policy-reviews-refused-plain');
  await reviews.getByRole('radio', { name: 'Specific reviewers' }).check();
  await reviews.getByLabel('Reviewers: people').fill('nobody-of-this-name');
  await morgan.leaves(() => morgan.button('Create policy').last().click());
  await sees(morgan.alert('“nobody-of-this-name” is nobody’s user name').first());
  await holds(reviews.getByLabel('Reviewers: people'), 'nobody-of-this-name');
  await reviews.getByLabel('Reviewers: people').fill('miriam');
  await reviews.getByLabel('Starting on').fill(tomorrow());
  await morgan.leaves(() => morgan.button('Create policy').last().click());
  await sees(morgan.status('The policy “Reviewed” was saved.'));
  await server.settle();
  await morgan.goto(`${room}?tab=reviews`);
  await says(morgan.row(`${ROOM}: Reviewed`), /required by “Reviewed”.*Quarterly.*Not started.*Starts/s);
  await morgan.look('admin-package-reviews-plain');

  await morgan.goto(await asks(morgan, 'Miriam', 'Desk, plain', DESK));
  await morgan.button('Stop', { exact: true }).click();
  await morgan.leaves(() => morgan.dialog('Stop?').getByRole('button', { name: /^Stop / }).click());
  await server.settle();
  await morgan.reload();
  await morgan.button('Reopen', { exact: true }).click();
  await morgan.leaves(() => morgan.dialog('Reopen?').getByRole('button', { name: /^Reopen / }).click());
  await sees(morgan.status(/is open again/));
  await seesNo(morgan.button('Reopen', { exact: true }));
  await morgan.goto('/admin/reviews/history');
  await morgan.look('review-history-plain');
  const all = await downloads(morgan, morgan.button('Download history'));
  reads(all.text, /^Review,Series,Campaign id,Campaign,Kind/);
}
