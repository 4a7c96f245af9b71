// Other servers follow what is given and taken away: setting one up, a server that does not take messages, and telling again.

import { startReceiver } from '../lib/receiver.mjs';
import { picks } from '../lib/roles.mjs';
import { PATIENCE_MS, must, same, says, sees, until } from '../lib/waiting.mjs';

/// Each test on a server of its own: what is told is what they are about.
export const fresh = true;

const NAME = 'Clean-up';
const SETTINGS = '/admin/settings';
const GROUP = 'Service desk operators';

/// Fills in the form of a new webhook, and gives its secret to whoever checks.
async function creates(morgan, receiver) {
  await morgan.goto(SETTINGS);
  await morgan.link('New webhook').click();
  await morgan.arrives('New webhook');
  await morgan.page.getByRole('textbox', { name: 'Name' }).fill(NAME);
  await morgan.field('Address').fill(receiver.url);
  receiver.secret = await morgan.field('Signing secret').inputValue();
  must(receiver.secret.startsWith('whsec_'), 'No secret is offered.');
  await morgan.leaves(() => morgan.button('Create webhook').click());
  await morgan.arrives(NAME);
  await sees(morgan.status(`“${NAME}” was saved.`));
}

/// Somebody is added to a group, past the pages of groups that other journeys walk.
async function addsLee(morgan) {
  await morgan.goto('/admin/groups');
  await morgan.leaves(() => morgan.link(GROUP, { exact: true }).click());
  await morgan.arrives(GROUP);
  await picks(morgan, 'Person', 'Lee');
  await morgan.button('Add member').click();
  await sees(morgan.status(/Lee/));
}

export async function a_webhook_is_set_up_tested_and_told_and_one_that_fails_is_told_later({ browser, server }) {
  const receiver = await startReceiver();
  const morgan = await browser.as('morgan');
  await morgan.goto(SETTINGS);
  await sees(morgan.text('There are no webhooks'));
  await morgan.link('New webhook').click();
  await morgan.arrives('New webhook');
  await morgan.look('webhook-new');
  await morgan.page.getByRole('textbox', { name: 'Name' }).fill(NAME);
  await morgan.field('Address').fill('hooks.example.com');
  await morgan.button('Create webhook').click();
  await sees(morgan.alert('Messages are sent to an address like https://hooks.example.com/access').first());
  await creates(morgan, receiver);
  must(!(await morgan.page.content()).includes(receiver.secret), 'The page shows the secret.');
  await sees(morgan.text('There are no messages'));
  await morgan.leaves(() => morgan.link('Test', { exact: true }).click());
  await morgan.arrives(`Test of ${NAME}`);
  await sees(morgan.state('Works'));
  await morgan.look('webhook-test');
  same(receiver.heard.map(({ type }) => type), ['test']);

  receiver.status = 503;
  await addsLee(morgan);
  await server.settle();
  await morgan.goto(SETTINGS);
  await says(morgan.row(NAME), 'Takes nothing');
  await morgan.look('settings-webhooks');
  await morgan.link(NAME, { exact: true }).click();
  await morgan.arrives(NAME);
  await sees(morgan.text('It answered 503.').first());
  await morgan.look('webhook');
  receiver.status = 200;
  receiver.heard.length = 0;
  await server.advance({ seconds: 60 });
  await until('the message was told', PATIENCE_MS, () => receiver.heard.length > 0);
  same(receiver.heard.map(({ type, data }) => [type, data.principal.user_name, data.role.resource.name]), [
    ['role_assignment.granted', 'lee', GROUP],
  ]);
  await morgan.goto(morgan.path);
  await says(morgan.row('Role, membership or ownership given'), 'Told');
  await morgan.button('Tell again', { exact: true }).last().click();
  await sees(morgan.status('The message is told once more.'));
  await until('it was told again', PATIENCE_MS, () => receiver.heard.length > 1);
  same(receiver.wrong, []);
}

export async function without_script_a_webhook_gets_a_new_secret_and_is_deleted({ browser }) {
  const receiver = await startReceiver();
  const morgan = await browser.as('morgan', { script: false });
  await creates(morgan, receiver);
  await morgan.leaves(() => morgan.link('New signing secret').click());
  await morgan.arrives(`New signing secret of ${NAME}`);
  await morgan.look('webhook-secret');
  const before = receiver.secret;
  receiver.secret = await morgan.field('Signing secret').inputValue();
  must(receiver.secret !== before, 'It is the same secret.');
  await morgan.leaves(() => morgan.button('Save').click());
  await sees(morgan.text('The signing secret before this one signs too until').first());
  await morgan.leaves(() => morgan.link('Test', { exact: true }).click());
  await sees(morgan.state('Works'));
  same(receiver.wrong, []);
  await morgan.leaves(() => morgan.link(NAME, { exact: true }).click());
  await morgan.button('Delete', { exact: true }).click();
  await morgan.leaves(() => morgan.dialog(`Delete ${NAME}?`).getByRole('button', { name: `Delete ${NAME}` }).click());
  await sees(morgan.status(`“${NAME}” was deleted.`));

  const alex = await browser.as('alex', { script: false });
  alex.expects(404);
  same((await alex.goto(SETTINGS)).status(), 404, 'The status of the settings for Alex');
}
