// An approver with much to decide narrows the inbox down: by kind, by when it is due, by who asks for what.

import { MIP, asksForMip, asksUnder } from '../lib/demo.mjs';
import { ROOM, formOf, makesPolicy, opensPackage, stage } from '../lib/packages.mjs';
import { asksOnly, asksToActivate, opensSettings, savesSettings } from '../lib/roles.mjs';
import { must, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: what waits for whom is what they are about.
export const fresh = true;

const ROLE = 'User Administrator';
const INBOX = '/my-access/approvals';
const QUICK = 'Quick';

/// For Brandon wait: a role for Lee until tomorrow, a package for Miriam for two days, a package for Alex for two weeks.
async function fillsTheInbox(browser) {
  const morgan = await browser.as('morgan');
  await opensSettings(morgan, ROLE);
  await asksOnly(morgan, 'Brandon');
  await savesSettings(morgan, ROLE);
  const room = await opensPackage(morgan, ROOM);
  await makesPolicy(morgan, room, QUICK, { scope: 'all_users', ...stage(0, ['brandon'], { window: '2' }) });
  await asksForMip(await browser.as('alex'));
  await asksUnder(await browser.as('miriam'), formOf(room), QUICK, 'For the partners.');
  await asksToActivate(await browser.as('lee'), ROLE, 'A new colleague.');
}

/// Whose requests are listed, in their order.
async function lists(brandon, ...names) {
  await sees(names.length > 0 ? brandon.row(names[0]) : brandon.heading('Nothing found'));
  for (const name of ['Lee', 'Miriam', 'Alex'].filter((name) => !names.includes(name))) await seesNo(brandon.row(name));
  const found = await brandon.page.getByRole('rowheader').getByRole('link').allInnerTexts();
  same(found.map((text) => text.split('\n').at(-1).trim().split(' ')[0]), names, 'What the inbox lists');
}

const picks = (brandon, box, words) => brandon.page.getByRole('combobox', { name: box }).selectOption({ label: words });

export async function Brandon_narrows_the_inbox_down_by_kind_by_due_and_by_words({ browser }) {
  await fillsTheInbox(browser);
  const brandon = await browser.as('brandon', { at: INBOX });
  await lists(brandon, 'Lee', 'Miriam', 'Alex');
  await brandon.look('inbox-of-three');

  await picks(brandon, 'Kind', 'Groups');
  await lists(brandon);
  await says(brandon.page.getByRole('main'), 'There is no request for the membership or ownership of a group here.');
  await brandon.look('inbox-nothing-of-this-kind');
  await brandon.link('Show all').click();
  await lists(brandon, 'Lee', 'Miriam', 'Alex');
  same(brandon.path, INBOX, 'The address of everything');

  await picks(brandon, 'Kind', 'Directory roles');
  await lists(brandon, 'Lee');
  await picks(brandon, 'Kind', 'Access packages');
  await lists(brandon, 'Miriam', 'Alex');
  await picks(brandon, 'Due', 'Due within 24 hours');
  await lists(brandon);
  await says(brandon.page.getByRole('main'), 'No request for an access package here is due within 24 hours.');
  await picks(brandon, 'Due', 'Due within 3 days');
  await lists(brandon, 'Miriam');
  await brandon.look('inbox-narrowed');
  reads(brandon.path, /kind=package/);
  reads(brandon.path, /due=three_days/);

  // The address alone says it all, and the way back works.
  const again = await browser.as('brandon', { at: brandon.path });
  await lists(again, 'Miriam');
  await picks(brandon, 'Kind', 'All kinds');
  await lists(brandon, 'Lee', 'Miriam');
  await brandon.page.goBack();
  await lists(brandon, 'Miriam');
  await brandon.page.goBack();
  await lists(brandon);

  // Words narrow what is narrowed already.
  await brandon.goto(`${INBOX}?kind=package`);
  const search = brandon.field('Search by requestor, package or role');
  await search.fill('user admin');
  await lists(brandon);
  await says(brandon.page.getByRole('main'), /No request for an access package here has “user admin” in the name of its requestor/);
  await search.fill('alex mip');
  await lists(brandon, 'Alex');
  reads(brandon.path, /kind=package/);
  await search.fill('');
  await lists(brandon, 'Miriam', 'Alex');
}

export async function deciding_keeps_the_inbox_narrowed_and_time_makes_more_of_it_due({ browser, server }) {
  await fillsTheInbox(browser);
  const brandon = await browser.as('brandon', { at: `${INBOX}?kind=package` });
  await lists(brandon, 'Miriam', 'Alex');
  const bulk = brandon.page.getByRole('group', { name: 'Decide the selected requests' });
  await brandon.page.getByRole('checkbox', { name: /Alex/ }).check();
  await bulk.getByRole('button', { name: 'Deny' }).click();
  await sees(brandon.alert('“Justification” is needed.').first());
  await bulk.getByLabel('Justification').fill('Ask next year.');
  await bulk.getByRole('button', { name: 'Deny' }).click();
  await lists(brandon, 'Miriam');
  reads(brandon.path, /kind=package/);
  await picks(brandon, 'Kind', 'All kinds');
  await lists(brandon, 'Lee', 'Miriam');

  await server.advance({ hours: 25 });
  // What nobody decided in time is nobody's to decide, and what is left is due sooner.
  const later = await browser.as('brandon', { at: `${INBOX}?due=day` });
  await lists(later, 'Miriam');
  await later.tab('History').click();
  await sees(later.row('Alex'));
  await seesNo(later.page.getByRole('combobox', { name: 'Due' }));
  await picks(later, 'Kind', 'Directory roles');
  await sees(later.heading('Nothing found'));
  await later.look('inbox-history-narrowed');
  await picks(later, 'Kind', 'Access packages');
  await says(later.row('Alex'), new RegExp(MIP.split(' (')[0]));
}

export async function without_script_the_inbox_is_narrowed_down_with_a_button({ browser }) {
  await fillsTheInbox(browser);
  const brandon = await browser.as('brandon', { script: false, at: INBOX });
  await lists(brandon, 'Lee', 'Miriam', 'Alex');
  const shows = () => brandon.leaves(() => brandon.page.getByRole('search').getByRole('button').first().click());
  await picks(brandon, 'Due', 'Due within 3 days');
  await shows();
  await lists(brandon, 'Lee', 'Miriam');
  await picks(brandon, 'Kind', 'Access packages');
  await brandon.field('Search by requestor, package or role').fill('miriam');
  await shows();
  await lists(brandon, 'Miriam');
  for (const part of ['kind=package', 'due=three_days', 'search=miriam']) must(brandon.path.includes(part), `The address is ${brandon.path}.`);
  await brandon.look('inbox-narrowed-without-script');
}
