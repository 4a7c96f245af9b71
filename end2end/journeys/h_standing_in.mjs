// A reviewer is away: somebody else decides their rows for a while, and each decision has both names.

import { asks, opens } from '../lib/reviews.mjs';
import { picks } from '../lib/roles.mjs';
import { counts, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: who holds what is what they are about.
export const fresh = true;

const DESK = 'Service desk operators';

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();

export async function a_delegate_finds_the_review_in_their_inbox_decides_and_both_names_stay({ browser, server }) {
  const morgan = await browser.as('morgan');
  const series = await asks(morgan, 'Miriam', 'Desk, autumn', DESK);
  const brandon = await browser.as('brandon');
  await seesNo(brandon.part('Waiting for me').getByText('Desk, autumn'));

  // Miriam names Brandon for four days.
  const miriam = await browser.as('miriam');
  await miriam.goto('/my-access/approvals?tab=delegation');
  await picks(miriam, 'Delegate', 'Brandon');
  await miriam.field('Last day').fill(inDays(3).slice(0, 10));
  await miriam.look('delegation-of-reviews');
  await miriam.button('Delegate', { exact: true }).click();
  await says(miriam.region('Who decides in your place'), /Brandon/);
  reads((await server.letter('brandon', /^Decide for Miriam until/)).text, /Miriam asks you to decide in their place/);

  // It waits for Brandon, with Miriam's rows.
  await brandon.goto('/my-access');
  await says(brandon.part('Waiting for me'), /Desk, autumn.*0 of 2 decided/s);
  await brandon.look('overview-standing-in');
  await says(brandon.navigation.getByRole('link', { name: /^Access reviews/ }), /1/);
  await brandon.part('Waiting for me').getByRole('link', { name: /Desk, autumn/ }).first().click();
  await brandon.arrives('Desk, autumn');
  await counts(brandon.page.locator('tbody tr'), 2);
  await says(brandon.page.getByRole('main'), /Miriam/);
  await brandon.look('review-standing-in');
  await brandon.button('Deny Tomas').click();
  await sees(brandon.status('You denied Tomas.'));
  await brandon.button('Approve Yuki').click();
  await sees(brandon.status('You approved Yuki.'));
  await brandon.goto('/my-access');
  await seesNo(brandon.part('Waiting for me').getByText('Desk, autumn'));

  // Both names: to Miriam, to whoever reads the results, and in the file.
  await opens(miriam, 'Desk, autumn');
  await says(miriam.row('Tomas'), /Denied.*Brandon for Miriam/s);
  await says(miriam.row('Yuki'), /Approved.*Brandon for Miriam/s);
  await miriam.look('review-decided-by-a-delegate');
  await morgan.goto(`${series}?tab=results`);
  await says(morgan.row('Tomas'), /Denied.*Brandon for Miriam/s);
  await says(morgan.row('Yuki'), /Approved.*Brandon for Miriam/s);
  await morgan.look('admin-review-decided-by-a-delegate');
  const address = await morgan.link('Download', { exact: true }).getAttribute('href');
  const list = await (await fetch(`${server.address}${address}`, { headers: await morgan.cookies() })).text();
  for (const name of ['Tomas', 'Yuki']) {
    reads(list.split('\n').find((line) => line.includes(name)), /Brandon.*Miriam|Miriam.*Brandon/);
  }

  // When the days are over nothing of Miriam's waits for Brandon.
  await server.advance({ days: 5 });
  const back = await browser.as('morgan');
  await asks(back, 'Miriam', 'Desk, later', DESK, { starts: inDays(5).slice(0, 16) });
  await server.advance({ minutes: 2 });
  const later = await browser.as('brandon');
  await seesNo(later.part('Waiting for me').getByText('Desk, later'));
  await later.goto('/my-access/reviews');
  await seesNo(later.link('Desk, later'));
  const again = await browser.as('miriam');
  await says(again.part('Waiting for me'), /Desk, later/);
  same((await server.letters({ to: 'brandon', subject: /Desk, later/ })).length, 0, 'The letters to Brandon about the later one');
}
