// How long access lasts: more time is asked for before the end, and access begins when whoever asked for it said.

import { PASSWORD, asksFor, decides, givePassword, linkOf, submits } from '../lib/demo.mjs';
import { REPORTING, ROOM } from '../lib/packages.mjs';
import { holds, must, reads, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: time is moved by weeks.
export const fresh = true;

const ACTIVE = '/my-access/packages?tab=active';

/// The moment that a date and time on the page stands for.
const moment = async (locator) => Date.parse(await locator.first().getAttribute('datetime'));
const now = async (server) => Date.parse((await server.settle()).now);
const history = async (person) => (await person.timeline.allInnerTexts()).join('\n');

/// When what is held ends, as the list of it says.
async function endOf(person) {
  await person.goto(ACTIVE);
  await sees(person.row(REPORTING));
  return moment(person.row(REPORTING).locator('time'));
}

/// Omar, of those who decide about the reporting, decides what Alex asks for.
async function omar(browser, verdict, words) {
  const person = await browser.withPassword('omar', PASSWORD);
  await person.goto('/my-access/approvals');
  await says(person.row('Alex'), REPORTING);
  return { person, decide: () => decides(person, verdict, words) };
}

export async function more_time_is_asked_for_before_the_end_and_the_end_moves_when_it_is_approved({ browser, server }) {
  await givePassword(await browser.as('morgan'), 'omar');
  const early = await browser.as('alex');
  const form = await linkOf(early, REPORTING);
  await asksFor(early, REPORTING, 'Close of the quarter.');
  const given = early.path;
  await (await omar(browser, 'Approve', 'Until the quarter is closed.')).decide();
  await server.settle();
  const first = await endOf(early);
  // Too early: nothing offers it, and the form says from when on.
  await seesNo(early.link(`Extend ${REPORTING}`));
  await early.goto(form);
  await says(early.page.getByRole('main'), /“Finance reporting” is already held, until .* It can be extended from .* on\./);
  await seesNo(early.button('Request extension'));
  await early.look('extension-too-early');

  await server.advance({ days: 80 });
  const alex = await browser.as('alex');
  await says(alex.part('Ending soon'), REPORTING);
  await alex.look('overview-ending-soon');
  const extends_it = async () => {
    await alex.goto('/my-access');
    await alex.part('Ending soon').getByRole('link', { name: `Extend ${REPORTING}` }).click();
    await alex.arrives(`Extend ${REPORTING}`);
  };
  await extends_it();
  await says(alex.page.getByRole('main'), /You hold this package until .* With the extension it ends on .*, without a gap\./);
  await alex.look('extension');
  await alex.button('Request extension').click();
  await sees(alex.alert('“Business justification” is needed.').first());
  await alex.field('Business justification').fill('The quarter is not closed.');
  await submits(alex, 'Request extension');
  await sees(alex.state('Pending approval'));
  await alex.look('request-of-a-package-extension');

  // Waiting and being denied take nothing away.
  const denies = await omar(browser, 'Deny', 'Say which books.');
  await says(denies.person.row('Alex'), /90 days longer/);
  await denies.person.look('inbox-with-an-extension');
  must((await endOf(alex)) === first, 'The end moved while the extension waited.');
  await denies.decide();
  must((await endOf(alex)) === first, 'The end moved although the extension was denied.');

  await extends_it();
  await alex.field('Business justification').fill('The books of October.');
  await submits(alex, 'Request extension');
  const asked = alex.path;
  const approves = await omar(browser, 'Approve', 'October, then.');
  await approves.person.row('Alex').getByRole('link', { name: /^Review/ }).click();
  await approves.person.arrives(`Alex asks for ${REPORTING}`);
  await approves.person.look('approval-of-a-package-extension');
  await approves.decide();
  await server.settle();
  await alex.goto(asked);
  reads(await history(alex), /approved by Omar[^]*[Ee]xtended/);
  await alex.look('request-of-a-package-extended');
  const second = await endOf(alex);
  must(second - first === 90 * 86_400_000, `The end moved by ${(second - first) / 86_400_000} days, not by 90.`);

  // Over the old end access goes on; at the new one it ends.
  await server.advance({ days: 11 });
  const later = await browser.as('alex', { at: ACTIVE });
  await sees(later.row(REPORTING));
  await later.goto(given);
  await seesNo(later.state('Access ended'));
  // The page says the end in whole seconds.
  await server.advance({ seconds: Math.ceil((second - (await now(server))) / 1000) + 1 });
  const over = await browser.as('alex', { at: ACTIVE });
  await sees(over.heading('You hold no package'));
  await over.goto('/my-access/packages?tab=expired');
  await sees(over.row(REPORTING));
}

/// What a field for date and time takes, in the zone of whoever types.
async function typed(person, at) {
  const ahead = person.script ? await person.page.evaluate((at) => -new Date(at).getTimezoneOffset(), at) : 0;
  return new Date(at + ahead * 60_000).toISOString().slice(0, 16);
}

export async function access_begins_when_whoever_asked_for_it_said_and_not_before({ browser, server }) {
  for (const [name, script] of [['alex', true], ['lee', false]]) {
    const person = await browser.as(name, { script });
    await person.goto(await linkOf(person, ROOM));
    const minute = Math.ceil((await now(server)) / 60_000) * 60_000;
    const [starts, ends] = [minute + 2 * 86_400_000, minute + 5 * 86_400_000];
    const [start, end] = [person.field(/^Start/), person.field(/^End/)];
    const submit = () => person.sends('Submit request');
    await person.field('Business justification').fill('The fair is on Wednesday.');
    await start.fill('2020-01-01T08:00');
    await submit();
    await sees(person.alert('The start is over. Choose a later one').first());
    await holds(start, '2020-01-01T08:00');
    await start.fill(await typed(person, starts));
    await end.fill(await typed(person, starts - 3_600_000));
    await submit();
    await sees(person.alert('The end has to be later than the start.').first());
    await end.fill(await typed(person, starts + 31 * 86_400_000));
    await submit();
    await sees(person.alert('This policy gives access for at most 30 days, and you asked for 31 days.').first());
    await person.look(script ? 'request-start-refused' : 'request-start-refused-without-script');
    await holds(person.field('Business justification'), 'The fair is on Wednesday.');
    await end.fill(await typed(person, ends));
    await submits(person);
    const request = person.path;
    await sees(person.state('Scheduled'));
    await says(person.page.getByRole('main'), /Approved\. Access starts on /);
    await person.look(script ? 'request-scheduled' : 'request-scheduled-without-script');

    await server.advance({ seconds: Math.floor((starts - (await now(server))) / 1000) - 30 });
    const before = await browser.as(name, { script, at: ACTIVE });
    await seesNo(before.row(ROOM));
    await before.goto(request);
    await sees(before.state('Scheduled'));
    await server.advance({ seconds: 30 });
    await before.goto(request);
    await sees(before.state('Delivered'));
    const delivered = await moment(before.timeline.filter({ hasText: 'Delivered' }).locator('time'));
    const late = delivered - starts;
    must(late >= 0 && late < 5000, `It was delivered ${late} ms after its start.`);
    await before.look(script ? 'request-delivered-on-time' : 'request-delivered-on-time-without-script');
    await before.goto(ACTIVE);
    await sees(before.row(ROOM));

    await server.advance({ seconds: Math.ceil((ends - (await now(server))) / 1000) });
    const over = await browser.as(name, { script, at: request });
    await sees(over.state('Access ended'));
  }
}
