// The form of an access review: in the order of the reference, whoever it asks, and what applying its results does.

import { PASSWORD, decides, givePassword } from '../lib/demo.mjs';
import { confirms, opens, picks } from '../lib/reviews.mjs';
import { counts, same, says, sees } from '../lib/waiting.mjs';

/// Each test on a server of its own: who holds what is what they are about.
export const fresh = true;

const DESK = 'Service desk operators';
const USERS = 'User Administrator';

/// The form of a new review of one thing.
async function begins(morgan, name, what) {
  await morgan.goto('/admin/reviews/new');
  await morgan.arrives('New access review');
  await morgan.field('Name', { exact: true }).fill(name);
  await picks(morgan, 'What to review', what);
  return morgan.page.getByRole('group', { name: 'Stage 1' });
}

/// Makes it, and lets it begin.
async function creates(morgan, server, name) {
  await morgan.button('Create').last().click();
  await sees(morgan.status(`The access review “${name}” was created.`));
  await morgan.arrives(name);
  await server.settle();
  await morgan.reload();
  await sees(morgan.state('In progress'));
  return morgan.path.split('?')[0];
}

/// Stops it and applies what was denied.
async function stopsAndApplies(morgan, server, series, name) {
  await morgan.goto(series);
  await confirms(morgan, 'Stop', 'Stop?', `Stop ${name}`);
  await sees(morgan.status(`The access review “${name}” was stopped.`));
  await server.settle();
  await morgan.reload();
  await sees(morgan.state('Completed'));
  await confirms(morgan, 'Apply', 'Apply?', /^Apply, and remove/);
  await sees(morgan.status(`The results of “${name}” are being applied.`));
  await server.settle();
  await morgan.goto(`${series}?tab=results`);
  await sees(morgan.state('Applied'));
}

/// What a form asks, from top to bottom: the names of what is shown.
const asked = (morgan) =>
  morgan.page.locator('.review-form').evaluate((form) => {
    const shown = (one) => one.checkVisibility() && !one.closest('.sr');
    const said = [...form.querySelectorAll('label, legend')].filter(shown);
    return said.map((one) => one.innerText.replace(/\s+/g, ' ').trim());
  });

export async function the_form_of_the_fourth_seed_is_gone_through_field_by_field({ browser, server }) {
  const morgan = await browser.as('morgan');
  const stage = await begins(morgan, 'Desk, monthly', USERS);
  await morgan.field('Frequency').selectOption({ label: 'Monthly' });
  await morgan.page.getByRole('radio', { name: 'Managers of users' }).check();
  await morgan.field('Inactive users only').check();
  const order = [
    'Name',
    'Description',
    'What to review',
    'Scope',
    'Assignment type',
    'Inactive users only',
    'Days inactive',
    'Start date',
    'Frequency',
    'Duration (in days)',
    'End',
    'Stage 1',
    'Select reviewers',
    'Fallback reviewers',
    'Auto apply results to resource',
    'If reviewers don’t respond',
    'Limit for silence (%)',
    'At end of review, send notification to',
    'Show recommendations',
    'Days to look back',
    'Require reason on approval',
    'Mail notifications',
    'Reminders',
    'Additional content for reviewer email',
  ];
  const names = await asked(morgan);
  const places = order.map((name) => names.findIndex((one) => one.startsWith(name)));
  same(places.includes(-1), false, `Whether a field is missing of ${order.filter((_, n) => places[n] < 0)} among ${names}`);
  same(places.every((place, n) => n === 0 || places[n - 1] < place), true, `Whether the order is as in the reference: ${names}`);

  await morgan.field('Description').fill('Whoever has left does not need it.');
  await morgan.page.getByRole('radio', { name: 'Everyone' }).check();
  await morgan.field('Assignment type').selectOption({ label: 'Eligible assignments only' });
  await morgan.field('Days inactive').fill('731');
  await picks(morgan, 'Fallback reviewers', 'Miriam', stage);
  await morgan.button('Create').last().click();
  await sees(morgan.page.locator('form').getByText('Write a number of days from 1 to 730.').first());
  await morgan.field('Inactive users only').uncheck();
  await morgan.field('Duration (in days)').fill('27');
  await morgan.page.getByRole('radio', { name: 'After a number of times' }).check();
  await morgan.field('Number of times', { exact: true }).fill('3');
  await morgan.field('Auto apply results to resource').check();
  await morgan.field('If reviewers don’t respond').selectOption({ label: 'Take recommendations' });
  await picks(morgan, 'At end of review, send notification to', 'Lee');
  await morgan.field('Show recommendations').check();
  await morgan.field('Days to look back').fill('60');
  await morgan.field('Require reason on approval').check();
  await morgan.field('Mail notifications').check();
  await morgan.field('Reminders').check();
  await morgan.field('Additional content for reviewer email').fill('Ask Brandon when in doubt.');
  await morgan.button('Preview').click();
  await says(morgan.page.locator('#preview'), /Managers of users, 27 days.*Without a reviewer of their own.*First instances/s);
  await morgan.look('review-form-whole');
  const series = await creates(morgan, server, 'Desk, monthly');
  const about = morgan.page.getByRole('complementary', { name: 'About this review' });
  for (const fact of [
    /Scope\s*Everyone/,
    /Assignment type\s*Eligible assignments only/,
    /Frequency\s*Monthly/,
    /Managers of users/,
    /Miriam/,
    /Take recommendations/,
    /sign-in within 60 days/,
    /Ask Brandon when in doubt\./,
    /Told at the end\s*Lee/,
  ]) {
    await says(about, fact);
  }

  // What is set for later instances is tried before it is saved.
  await morgan.goto(`${series}?tab=settings`);
  await sees(morgan.button('Save series'));
  await morgan.field('Duration (in days)').fill('20');
  await morgan.button('Preview').click();
  await says(morgan.page.locator('#preview'), /This is what later instances would ask\..*Managers of users, 20 days.*Next instances/s);
  await morgan.look('review-series-preview');
  await morgan.button('Save series').last().click();
  await sees(morgan.status('The settings of “Desk, monthly” were saved for later instances.'));
}

export async function people_review_themselves_by_a_review_made_in_the_form({ browser, server }) {
  const morgan = await browser.as('morgan');
  await givePassword(morgan, 'yuki');
  await begins(morgan, 'Still needed?', DESK);
  await morgan.page.getByRole('radio', { name: 'Users review their own access' }).check();
  await morgan.button('Preview').click();
  await says(morgan.page.locator('#preview').getByRole('row', { name: /^Yuki/ }), /Themselves.*Stays/s);
  await morgan.look('review-preview-themselves');
  const series = await creates(morgan, server, 'Still needed?');
  const yuki = await browser.withPassword('yuki', PASSWORD);
  await opens(yuki, 'Still needed?');
  await counts(yuki.page.locator('tbody tr'), 1);
  await sees(yuki.link('I still need it'));
  await morgan.goto(series);
  await says(morgan.page.getByRole('main'), /Reviewers/);
}

export async function managers_and_fallback_reviewers_are_asked_by_a_review_made_in_the_form({ browser, server }) {
  const morgan = await browser.as('morgan');
  const stage = await begins(morgan, 'Guests, by managers', 'All guests');
  await stage.getByRole('radio', { name: 'Managers of users' }).check();
  await morgan.button('Create').last().click();
  await sees(morgan.alert('“Fallback reviewers” is needed.').first());
  await picks(morgan, 'Fallback reviewers', 'Lee', stage);
  await morgan.button('Preview').click();
  await says(morgan.page.locator('#preview'), /To fallback reviewers\s*\d+ rows.*Lee, as a fallback reviewer/s);
  await morgan.look('review-preview-fallback');
  await creates(morgan, server, 'Guests, by managers');
  const lee = await browser.as('lee');
  await opens(lee, 'Guests, by managers');
  await counts(lee.page.locator('tbody tr'), 5);
}

export async function a_role_that_is_denied_goes_when_the_review_is_applied({ browser, server }) {
  const morgan = await browser.as('morgan');
  const name = 'Who administers users';
  const stage = await begins(morgan, name, USERS);
  await stage.getByRole('button', { name: 'Leave out Morgan' }).click();
  await picks(morgan, 'Reviewers: people', 'Miriam', stage);
  const series = await creates(morgan, server, name);
  const miriam = await browser.as('miriam');
  await opens(miriam, name);
  await miriam.button('Deny Tomas').click();
  await sees(miriam.status('You denied Tomas.'));
  await stopsAndApplies(morgan, server, series, name);
  await says(morgan.row('Tomas'), /Denied.*Miriam.*Removed/s);
  await says(morgan.row('Lee'), /Not reviewed/);
  await morgan.leaves(() => morgan.page.getByRole('main').getByRole('link', { name: USERS }).first().click());
  await sees(morgan.row('Lee'));
  await morgan.page.getByRole('tab', { name: /^Active/ }).or(morgan.page.getByRole('link', { name: /^Active assignments/ })).first().click();
  await counts(morgan.row('Tomas'), 0);
}

export async function a_role_of_an_application_that_came_with_a_package_is_taken_away_there({ browser, server }) {
  const alex = await browser.as('alex');
  await alex.goto('/my-access/packages');
  await alex.leaves(() => alex.link('Request Service desk tools').click());
  await alex.field('Business justification').fill('I answer tickets this month.');
  await alex.leaves(() => alex.button('Submit request').click());
  await decides(await browser.as('miriam'), 'Approve', 'Yes.', { from: 'Alex' });
  await server.settle();
  const morgan = await browser.as('morgan');
  const name = 'Who answers tickets';
  const stage = await begins(morgan, name, 'Ticketing');
  await stage.getByRole('button', { name: 'Leave out Morgan' }).click();
  await picks(morgan, 'Reviewers: people', 'Miriam', stage);
  await morgan.button('Preview').click();
  await says(morgan.page.locator('#preview'), /Application Ticketing.*Removed if nobody responds/s);
  const series = await creates(morgan, server, name);
  const miriam = await browser.as('miriam');
  await opens(miriam, name);
  await miriam.button('Deny Alex').click();
  await sees(miriam.status('You denied Alex.'));
  await stopsAndApplies(morgan, server, series, name);
  await says(morgan.row('Alex'), /Denied.*Miriam.*Cannot be applied.*package/s);
  await morgan.look('admin-review-results-application');
}
