// Applications are told who holds their roles: setting a target up, one that fails, and access that waits for it.

import { DESK_TOOLS as PACKAGE, getsDeskTools } from '../lib/demo.mjs';
import { SETTINGS, opensSetting } from '../lib/settings.mjs';
import { TOKEN, fillsTarget, startTarget } from '../lib/target.mjs';
import { must, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: a target has everybody's access.
export const fresh = true;

const NAME = 'Ticketing desk';
const APPLICATION = 'Ticketing';
const GROUP = 'Desk agents';

/// Fills in the form of a new target and sends it.
const creates = (morgan, url) => fillsTarget(morgan, { name: NAME, url, group: GROUP });

async function setsUp(morgan, target) {
  await morgan.goto(`${SETTINGS}/targets/new`);
  await creates(morgan, target.url);
  await morgan.arrives(NAME);
  await sees(morgan.status(`“${NAME}” was saved.`));
}

/// Alex is given the package while the target is down, and looks at their request.
async function waitsFor(target, browser, server) {
  target.fails = 503;
  const alex = await browser.as('alex');
  await getsDeskTools(browser, alex);
  await server.settle();
  await alex.reload();
  return alex;
}

export async function an_administrator_sets_a_target_tests_it_and_sees_what_it_would_change({ browser, server }) {
  const target = await startTarget();
  target.group(GROUP, [target.account('forgotten.temp')]);
  const morgan = await browser.as('morgan');
  await morgan.goto(SETTINGS);
  await sees(morgan.text('There are no targets'));
  await morgan.link('New SCIM target').click();
  await morgan.arrives('New SCIM target');
  await morgan.look('target-new');
  await creates(morgan, 'tickets.harbour.example');
  await sees(morgan.alert('An address is like https://app.example.com/scim/v2').first());
  await morgan.look('target-new-refused');
  await morgan.page.getByLabel(/^Groups with other names/).fill('Boss = Bosses');
  await morgan.field('Address').fill(target.url);
  await morgan.field(/^Token/).fill(TOKEN);
  await morgan.sends('Create target');
  await sees(morgan.alert('The application has no role “Boss”. It has: Agent, Lead.').first());
  await creates(morgan, target.url);
  await morgan.arrives(NAME);
  await sees(morgan.status(`“${NAME}” was saved. Everybody is compared with it now.`));
  must(!(await morgan.page.content()).includes(TOKEN), 'The page shows the token.');
  await server.settle();
  await morgan.reload();
  await sees(morgan.state('Agrees'));
  await says(morgan.row('forgotten.temp'), 'Agent');
  await morgan.look('target-with-findings');

  await morgan.leaves(() => morgan.link('Test', { exact: true }).click());
  await morgan.arrives(`Test of ${NAME}`);
  await sees(morgan.state('Works'));
  await says(morgan.row('Read the people, with the token'), 'It has 1 account.');
  await says(morgan.row('Looked for the group “Lead”'), 'is made when it is needed');
  await morgan.look('target-test');
  await morgan.leaves(() => morgan.link(NAME, { exact: true }).click());
  await morgan.leaves(() => morgan.link('Trial run').click());
  await morgan.arrives(`Trial run of ${NAME}`);
  await sees(morgan.state('Differs'));
  await says(morgan.row('forgotten.temp'), 'Report, unknown here');
  await morgan.look('target-trial');
  same(target.members(GROUP), ['forgotten.temp'], 'The group after a trial run');

  await opensSetting(morgan, NAME);
  await morgan.page.getByRole('radio', { name: /^Remove it/ }).check();
  await morgan.button('Save', { exact: true }).click();
  await sees(morgan.status(`“${NAME}” was saved.`));
  await morgan.button('Reconcile now').click();
  await sees(morgan.status(`Everything is compared with “${NAME}” now.`));
  await server.settle();
  same(target.members(GROUP), [], 'The group after unknown access was removed');
  await morgan.reload();
  await seesNo(morgan.text('Unknown access').locator('visible=true').and(morgan.page.locator('h2')));
  await morgan.goto(SETTINGS);
  await says(morgan.row(NAME), 'Agrees');
  await morgan.look('settings-targets');
  // Its application has a target now, and there is no other.
  await morgan.goto(`${SETTINGS}/targets/new`);
  await sees(morgan.text('There is no application without a target'));
}

export async function a_request_waits_for_a_target_that_fails_and_what_ends_is_taken_away_there({ browser, server }) {
  const target = await startTarget();
  const morgan = await browser.as('morgan');
  await setsUp(morgan, target);
  await server.settle();
  const alex = await waitsFor(target, browser, server);
  const request = alex.path;
  await sees(alex.state('Delivering'));
  const delivery = alex.region('Delivery').getByRole('row').filter({ hasText: NAME });
  await says(delivery, /^Ticketing.*Pending.*does not answer as it should/);
  await alex.look('request-delivering');
  same(target.members(GROUP), []);
  await opensSetting(morgan, NAME);
  await sees(morgan.state('Does not answer'));
  await says(morgan.row('Alex'), 'Pending');
  await morgan.look('target-that-fails');
  await server.advance({ minutes: 6 });
  await alex.goto(request);
  await says(delivery, 'Overdue');
  await alex.look('request-overdue');
  const overdue = 'Access that was given is not there at a target';
  await morgan.goto('/admin/alerts');
  await sees(morgan.heading(overdue));
  await says(morgan.row('Alex'), /Waits for Agent at “Ticketing desk”.*Open the target/s);
  await morgan.look('alerts-overdue');
  await morgan.leaves(() => morgan.row('Alex').getByRole('link', { name: /^Open the target/ }).click());
  await morgan.arrives(NAME);
  await morgan.goto(`${morgan.path}/test`);
  await sees(morgan.state('Does not work'));
  await morgan.look('target-test-that-fails');
  await morgan.goto(morgan.path.replace('/test', '/trial'));
  await sees(morgan.alert('Closed for the upgrade').or(morgan.text('Closed for the upgrade')));

  target.fails = 0;
  await server.advance({ seconds: 60 });
  await alex.goto(request);
  await sees(alex.state('Delivered'));
  await says(delivery, 'Works now');
  await alex.look('request-delivered-at-a-target');
  same(target.members(GROUP), ['alex']);
  same(target.accounts, ['alex']);
  await morgan.goto('/admin/alerts');
  await seesNo(morgan.heading(overdue));
  await opensSetting(morgan, NAME);
  await says(morgan.row('Alex'), /Works now.*Agent/);
  await morgan.look('target');

  await server.advance({ days: 181 });
  same(target.members(GROUP), [], 'The group after the access ended');
  same(target.accounts, ['(alex)'], 'The accounts after the access ended');
}

/// Alex waits for a target that is down, and knows for which and why; it is back, and no time passes before somebody presses a
/// button. `presses` gets Morgan and the address of the request as administrators see it.
async function isDeliveredByHand({ browser, server }, presses, options) {
  const target = await startTarget();
  const morgan = await browser.as('morgan', options);
  await setsUp(morgan, target);
  await server.settle();
  const alex = await waitsFor(target, browser, server);
  await sees(alex.state('Delivering'));
  const delivery = alex.region('Delivery').getByRole('row').filter({ hasText: NAME });
  await says(delivery, /Pending.*The application does not answer as it should\. It is tried again on/s);
  // Too early: it is down still, and that is said again.
  await presses(morgan, alex.path.replace('/my-access/', '/admin/'));
  await server.settle();
  await alex.reload();
  await says(delivery, 'Pending');
  target.fails = 0;
  await presses(morgan, alex.path.replace('/my-access/', '/admin/'));
  await server.settle();
  await alex.reload();
  await sees(alex.state('Delivered'));
  await says(delivery, 'Works now');
  same(target.members(GROUP), ['alex']);
  return alex;
}

export async function try_again_on_the_page_of_a_target_delivers_at_once_when_it_is_back(story) {
  await isDeliveredByHand(story, async (morgan) => {
    await opensSetting(morgan, NAME);
    await morgan.button('Try again for Alex').click();
    await sees(morgan.status(`It is tried again at “${NAME}” now.`));
  });
}

export async function without_script_try_again_delivers_too(story) {
  const presses = async (morgan) => {
    await opensSetting(morgan, NAME);
    await morgan.leaves(() => morgan.button('Try again for Alex').click());
    await sees(morgan.status(`It is tried again at “${NAME}” now.`));
  };
  await isDeliveredByHand(story, presses, { script: false });
}

export async function reprocess_on_the_page_of_a_request_delivers_at_once_when_the_target_is_back(story) {
  let looked = false;
  const alex = await isDeliveredByHand(story, async (morgan, request) => {
    await morgan.goto(request);
    await morgan.button('Reprocess', { exact: true }).click();
    const dialog = morgan.page.getByRole('dialog');
    await sees(dialog.getByText('What was approved stays approved.'));
    if (!looked) await morgan.look('request-reprocess');
    looked = true;
    await dialog.getByRole('button', { name: 'Reprocess', exact: true }).click();
    await sees(morgan.status('is being delivered again.'));
  });
  must((await alex.timeline.allInnerTexts()).some((text) => /Morgan/.test(text)), 'The timeline does not say who had it delivered again.');
}

export async function without_script_a_target_is_set_up_disabled_and_deleted({ browser, server }) {
  const target = await startTarget();
  const morgan = await browser.as('morgan', { script: false });
  await morgan.goto(SETTINGS);
  await morgan.leaves(() => morgan.link('New SCIM target').click());
  await creates(morgan, 'tickets.harbour.example');
  await sees(morgan.alert('An address is like https://app.example.com/scim/v2').first());
  same(await morgan.field('Address').inputValue(), 'tickets.harbour.example');
  await creates(morgan, target.url);
  await sees(morgan.status(`“${NAME}” was saved.`));
  await morgan.leaves(() => morgan.link('Trial run').click());
  await sees(morgan.state('Agrees'));
  await morgan.look('target-trial-that-agrees');
  await morgan.leaves(() => morgan.link(NAME, { exact: true }).click());
  await morgan.button(`Disable ${NAME}`).first().click();
  await morgan.leaves(() => morgan.dialog(`Disable ${NAME}?`).getByRole('button', { name: `Disable ${NAME}` }).click());
  await sees(morgan.status(`“${NAME}” was disabled.`));
  await sees(morgan.state('Disabled'));
  await morgan.button('Delete', { exact: true }).click();
  await morgan.look('target-delete');
  await morgan.leaves(() => morgan.dialog(`Delete ${NAME}?`).getByRole('button', { name: `Delete ${NAME}` }).click());
  await sees(morgan.status(`“${NAME}” was deleted.`));
  await server.settle();

  const alex = await browser.as('alex', { script: false });
  alex.expects(404);
  same((await alex.goto(`${SETTINGS}/targets/new`)).status(), 404, 'The status of a new target for Alex');
}
