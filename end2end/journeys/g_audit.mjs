// The history: administrators read and take away all of it, everybody their own.

import { opens } from '../lib/roles.mjs';
import { holds, must, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const USERS = 'User Administrator';

/// Lee activates a role, so that there is something to read.
async function activates(browser) {
  const lee = await browser.as('lee');
  await lee.follow('My roles');
  await lee.link(`Activate ${USERS}`).click();
  await lee.arrives(`Activate ${USERS}`);
  await lee.field('Duration (hours)').fill('1');
  await lee.field('Reason').fill('A new colleague.');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status('is active'));
  return lee;
}

export async function Morgan_reads_what_happened_filters_it_and_takes_it_away({ browser }) {
  await activates(browser);
  const morgan = await browser.as('morgan');
  await morgan.follow('Audit log');
  await morgan.arrives('Audit log');
  await sees(morgan.row(`Lee activated ${USERS}`).first());
  await says(morgan.row(`Lee activated ${USERS}`).first(), /A new colleague\..*Role assigned/s);
  await morgan.look('audit');

  await morgan.page.getByLabel('Action', { exact: true }).selectOption('request_submitted');
  await morgan.field('Actor').fill('lee');
  await morgan.leaves(() => morgan.button('Show', { exact: true }).click());
  await sees(morgan.row(`Lee asked for “${USERS}”`).first());
  await seesNo(morgan.row('activated'));
  must(new URL(morgan.page.url()).searchParams.get('action') === 'request_submitted', 'The filter is in the address');
  await morgan.look('audit-filtered');

  // A name that several have: which one, with a link for each.
  await morgan.goto('/admin/audit?target=a');
  await sees(morgan.heading('Several are called “a”. Which one?'));
  await morgan.look('audit-which');
  await morgan.link(USERS, { exact: true }).click();
  await sees(morgan.row(`Lee activated ${USERS}`).first());
  await morgan.goto('/admin/audit?actor=nobody%20at%20all');
  await sees(morgan.heading('Nothing is called “nobody at all”'));
  await morgan.look('audit-nobody');
  await morgan.leaves(() => morgan.link('Clear').click());
  await sees(morgan.row(`Lee activated ${USERS}`).first());

  // A time: before all of it there is nothing.
  await morgan.field('Until').fill('2020-01-01T08:00');
  await morgan.leaves(() => morgan.button('Show', { exact: true }).click());
  await sees(morgan.heading('Nothing found'));
  await morgan.goto('/admin/audit');
  const loads = morgan.page.waitForEvent('download');
  await morgan.link('Download JSON Lines').click();
  const file = await (await loads).path();
  const { readFile } = await import('node:fs/promises');
  const events = (await readFile(file, 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
  must(events.length > 100, `${events.length} events in the file`);
  must(events.some((event) => event.said === `Lee activated ${USERS}`), 'what the page says is in the file');
  const again = morgan.page.waitForEvent('download');
  await morgan.link('Download CSV').click();
  const table = await readFile(await (await again).path(), 'utf8');
  must(table.split('\n').length > 100, 'the table has a line for each event');
  reads(table.split('\n')[0], /,/);
  reads(table, `Lee activated ${USERS}`);
  await morgan.reload();
  await sees(morgan.row('Morgan downloaded the audit log as JSON Lines'));
  await sees(morgan.row('Morgan downloaded the audit log as CSV'));
}

export async function a_role_a_group_and_a_person_have_their_own_history({ browser }) {
  await activates(browser);
  const morgan = await browser.as('morgan');
  await morgan.follow('Roles');
  await morgan.link(USERS, { exact: true }).click();
  await morgan.arrives(USERS);
  await morgan.link('Audit', { exact: true }).click();
  await morgan.arrives(`Audit of ${USERS}`);
  await sees(morgan.row(`Lee activated ${USERS}`).first());
  await morgan.look('audit-role');
  await morgan.row(`Lee activated ${USERS}`).first().getByRole('link', { name: 'Lee' }).click();
  await morgan.arrives('Lee');
  await morgan.tab('Audit').click();
  await sees(morgan.row(`Lee activated ${USERS}`).first());
  await morgan.look('audit-user');
  await morgan.follow('Groups');
  await morgan.link('Service desk operators', { exact: true }).click();
  await morgan.arrives('Service desk operators');
  await morgan.tab('Audit').click();
  await sees(morgan.row('Service desk operators').first());
  await morgan.look('audit-group');
}

export async function everybody_reads_their_own_history_without_script({ browser }) {
  const lee = await activates(browser);
  const plain = await browser.as('lee', { script: false });
  await plain.goto('/my-audit');
  await plain.arrives('My audit');
  await sees(plain.row(`Lee activated ${USERS}`).first());
  await plain.page.getByLabel('Action', { exact: true }).selectOption('signed_in');
  await plain.button('Show', { exact: true }).click();
  await sees(plain.row('Lee signed in').first());
  await seesNo(plain.row('activated'));
  await lee.button('Account of Lee').click();
  await lee.link('My audit').click();
  await lee.arrives('My audit');
  await lee.look('my-audit');
  await lee.row(`Lee asked for “${USERS}”`).first().getByRole('link').first().click();
  await lee.arrives(USERS);
  await sees(lee.part('Timeline'));
  reads(await lee.page.locator('main').innerText(), 'A new colleague.');
  same((await plain.page.request.get(`${new URL(plain.page.url()).origin}/admin/audit`)).status(), 404);
}

/// What a field for date and time takes, so many hours from now, in the zone of the browser.
async function inHours(person, hours) {
  return person.page.evaluate((hours) => {
    const at = new Date(Date.now() + hours * 3_600_000);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }, hours);
}

export async function Morgan_asks_why_Lee_holds_a_role_and_whether_they_did_before({ browser }) {
  await activates(browser);
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/users?search=lee');
  await morgan.link('Lee', { exact: true }).click();
  await morgan.arrives('Lee');
  const row = morgan.row(USERS);
  await row.getByText('Why').click();
  await says(row, /Activated by Lee on .*A new colleague\..*No approval was needed.*Made eligible by/s);
  await morgan.look('why-user');

  await morgan.page.getByLabel('At', { exact: true }).fill(await inHours(morgan, -24 * 400));
  await morgan.leaves(() => morgan.button('Show', { exact: true }).click());
  await sees(morgan.text('The history does not reach back to this moment'));
  await sees(morgan.heading('Held nothing'));
  await morgan.look('why-before');
  await morgan.link('Show how it is now').click();
  await sees(morgan.row(USERS));

  await morgan.follow('Roles');
  await morgan.link(USERS, { exact: true }).click();
  await morgan.arrives(USERS);
  await morgan.link('Who and why').click();
  await morgan.arrives(`Who holds ${USERS}`);
  await says(morgan.row('Lee').first(), /Activated by Lee on .*A new colleague\./s);
  await morgan.look('why-role');
  await morgan.field('Person').fill('lee');
  await morgan.leaves(() => morgan.button('Show', { exact: true }).click());
  await sees(morgan.heading(`Lee holds ${USERS} by one path`));
  await morgan.look('why-role-person');
  await morgan.field('Person').fill('emma');
  await morgan.leaves(() => morgan.button('Show', { exact: true }).click());
  await sees(morgan.text(`Emma does not hold ${USERS}.`));

  await morgan.follow('Groups');
  await morgan.link('Service desk operators', { exact: true }).click();
  await morgan.arrives('Service desk operators');
  await morgan.link('Who and why').click();
  await morgan.arrives('Who is in Service desk operators');
  await morgan.look('why-group');
}

export async function everybody_who_held_a_role_or_was_in_a_group_is_told_for_a_moment_that_was({ browser, server }) {
  await activates(browser);
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/groups?search=service');
  await morgan.link('Service desk operators', { exact: true }).click();
  await morgan.arrives('Service desk operators');
  const group = morgan.path.split('?')[0];
  await server.advance({ hours: 3 });
  await morgan.goto(group);
  await morgan.button('Remove Yuki').click();
  await morgan.dialog('Remove Yuki?').getByRole('button', { name: 'Remove Yuki' }).click();
  await sees(morgan.status('Yuki was removed.'));

  // Three hours later Lee no longer has the role, and half an hour after the beginning it was so.
  const at = morgan.page.getByLabel('At', { exact: true });
  const then = async (hours) => {
    await at.fill(await inHours(morgan, hours));
    await morgan.leaves(() => morgan.button('Show', { exact: true }).click());
  };
  await opens(morgan, USERS);
  await morgan.link('Who and why').click();
  await morgan.arrives(`Who holds ${USERS}`);
  await morgan.link('Everybody, through groups too').click();
  const table = morgan.page.getByRole('table', { name: 'Everybody who holds it' });
  await sees(table);
  await seesNo(morgan.row('Lee'));
  await then(0.5);
  await sees(morgan.text(/As it was on/));
  const lee = morgan.row('Lee').first();
  await lee.getByText('Why').click();
  await says(lee, /Activated by Lee on .*A new colleague\..*No approval was needed.*Made eligible by/s);
  await says(lee.locator('[data-label=State]'), 'Activated');
  await holds(at, await inHours(morgan, 0.5));
  await morgan.look('why-role-everybody-then');
  const address = morgan.path;
  // The other list keeps the moment, and so does the way to the person.
  await morgan.link('Assigned to').click();
  await sees(morgan.page.getByRole('table', { name: 'To whom it is assigned' }));
  await sees(morgan.row('Lee').first());
  await morgan.link('Everybody, through groups too').click();
  await morgan.row('Lee').first().getByRole('link').first().click();
  await morgan.arrives('Lee');
  await sees(morgan.row(USERS).first());
  const plain = await browser.as('morgan', { script: false });
  await plain.goto(address);
  await sees(plain.row('Lee').first());

  // What has no answer is refused, and the form has what was asked.
  morgan.expects(403);
  await morgan.goto(address);
  for (const [hours, words] of [
    [20, 'That moment is still to come.'],
    [-24 * 400, `the history of “${USERS}” begins on`],
  ]) {
    await then(hours);
    await sees(morgan.alert(words));
    await holds(at, await inHours(morgan, hours));
    reads(morgan.path, /list=people/);
  }
  await morgan.look('why-role-moment-refused');
  await at.fill('');
  await morgan.leaves(() => morgan.button('Show', { exact: true }).click());
  await sees(table);

  // The same of the group.
  await morgan.goto(`${group}/holders?list=people`);
  await sees(morgan.row('Tomas').first());
  await seesNo(morgan.row('Yuki'));
  await then(1);
  await says(morgan.row('Yuki').first(), /Yuki.*Service desk operators.*Assigned/s);
  await morgan.look('why-group-everybody-then');
  await morgan.link('Show how it is now').click();
  await sees(morgan.row('Tomas').first());
  await seesNo(morgan.row('Yuki'));
}
