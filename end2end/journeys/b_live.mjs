// An open page hears what changes: nobody presses reload, and nobody loses what they type.

import { GLOBAL, alexAsks, decides } from '../lib/demo.mjs';
import { PATIENCE_MS, counts, holds, reads, says, sees, seesNo, until } from '../lib/waiting.mjs';

/// Each test on a server of its own: what waits for whom is what they are about.
export const fresh = true;

/// How fast it is stands in the numbers; here it is that it comes at all, without anybody doing anything.
const soon = (what, look) => until(what, PATIENCE_MS, look);
const isSeen = (locator) => () => locator.first().isVisible();

export async function an_open_page_shows_by_itself_what_others_do({ browser }) {
  const miriam = await browser.as('miriam', { at: '/my-access/approvals' });
  const overview = await browser.as('miriam');
  const alex = await browser.as('alex');
  const waits = (person) => person.navigation.getByRole('link', { name: /^Approvals 1 waiting/ });
  await seesNo(waits(miriam));
  await alexAsks(alex);
  await soon('The count beside Approvals', isSeen(waits(miriam)));
  await soon('What the list says', isSeen(miriam.text('Another request waits for you.')));
  await seesNo(miriam.row('Alex'));
  await soon('The overview', isSeen(overview.part('Waiting for me').getByText(GLOBAL)));
  await miriam.button('Show', { exact: true }).click();
  await sees(miriam.row('Alex'));

  const said = alex.timeline.filter({ hasText: 'Go ahead.' });
  await counts(said, 0);
  await decides(miriam, 'Approve', 'Go ahead.');
  await soon('What Miriam said', isSeen(said));
  await soon('The count is gone', async () => !(await waits(overview).isVisible()));
  await alex.look('request-that-changed-by-itself');
}

export async function what_is_being_typed_stays_and_the_news_come_afterwards({ browser }) {
  const alex = await browser.as('alex');
  const bianca = await browser.as('bianca');
  await alexAsks(alex);
  await alex.button('Cancel request').click();
  const dialog = alex.dialog(`Cancel the request for ${GLOBAL}?`);
  await dialog.getByLabel('Reason').fill('I found another way, ');
  const miriam = await browser.as('miriam');
  await decides(miriam, 'Approve', 'Go ahead.');
  // Bianca hears of it, so Alex's page has heard of it, too.
  await sees(bianca.navigation.getByRole('link', { name: /^Approvals 1 waiting/ }));
  await holds(dialog.getByLabel('Reason'), 'I found another way, ');
  await dialog.getByLabel('Reason').pressSequentially('thank you.');
  await holds(dialog.getByLabel('Reason'), 'I found another way, thank you.');
  const said = alex.timeline.filter({ hasText: 'Go ahead.' });
  await counts(said, 0);
  await dialog.getByRole('button', { name: 'Keep the request' }).click();
  await soon('What Miriam said', isSeen(said));
}

export async function a_session_that_ends_hears_nothing_more({ browser, server }) {
  // A page that is not read again by itself: it would find that nobody is signed in.
  const alex = await browser.as('alex', { at: '/my-access/packages' });
  const elsewhere = await browser.as('alex');
  await alexAsks(elsewhere);
  const listens = async () => (await fetch(`${server.address}/live`, { headers: await alex.cookies() })).body.getReader();
  const reader = await listens();
  reads(new TextDecoder().decode((await reader.read()).value), /^data: \{"approvals":0,"reviews":0,"newest":"[0-9a-f-]+"\}/);
  await server.post('/signout', {}, await alex.cookies());
  await decides(await browser.as('miriam'), 'Approve', 'Go ahead.');
  await until('The end of what Alex hears', PATIENCE_MS, async () => (await reader.read()).done);
  await says(elsewhere.region('Timeline'), /Go ahead\./);
}
