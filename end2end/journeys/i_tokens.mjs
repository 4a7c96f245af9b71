// Access tokens: made, seen once, used, and revoked.

import { must, same, says, sees, seesNo } from '../lib/waiting.mjs';

const TOKENS = '/admin/settings/tokens';

/// What a system gets that comes in with the token.
async function asks(server, token, path = '/Users?filter=userName%20eq%20%22alex%22') {
  const answer = await fetch(`${server.address}/scim/v2${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, type: answer.headers.get('content-type'), said: await answer.json() };
}

/// Fills in the form of a new token and sends it; the token, from the page that shows it.
async function makes(morgan, name) {
  await morgan.goto(TOKENS);
  await morgan.link('New token').click();
  await morgan.arrives('New access token');
  await morgan.field('Name').fill(name);
  await morgan.leaves(() => morgan.button('Make token').click());
  await morgan.arrives('Access token');
  return (await morgan.field('Token', { exact: true }).inputValue()).trim();
}

export async function a_token_is_made_seen_once_used_and_revoked({ browser, server }) {
  const morgan = await browser.as('morgan');
  await morgan.follow('Settings');
  await morgan.link('Access tokens', { exact: true }).click();
  await morgan.arrives('Access tokens');
  await sees(morgan.text('There are no access tokens'));
  await morgan.look('tokens-empty');
  await morgan.link('New token').click();
  await morgan.arrives('New access token');
  await morgan.field('Name').fill('Entra');
  await morgan.field('Days').fill('400');
  await morgan.look('token-new');
  await morgan.leaves(() => morgan.button('Make token').click());
  await morgan.arrives('New access token');
  await sees(morgan.alert('A token is good for 1 to 365 days'));
  same(await morgan.field('Name').inputValue(), 'Entra', 'What was typed');
  await morgan.field('Days').fill('90');
  await morgan.leaves(() => morgan.button('Make token').click());
  await morgan.arrives('Access token');
  const token = (await morgan.field('Token', { exact: true }).inputValue()).trim();
  await morgan.look('token-made');
  same((await asks(server, token)).said.totalResults, 1, 'People called alex');

  await morgan.leaves(() => morgan.link('To the access tokens').click());
  await morgan.arrives('Access tokens');
  await says(morgan.row('Entra'), 'Good');
  must(!(await morgan.page.content()).includes(token), 'The list shows the token.');
  await morgan.look('tokens');
  await morgan.button('Revoke Entra').first().click();
  await morgan.look('token-revoke');
  await morgan.dialog('Revoke Entra?').getByRole('button', { name: 'Revoke Entra' }).click();
  await sees(morgan.status('“Entra” was revoked.'));
  await says(morgan.row('Entra'), 'Revoked');
  const refused = await asks(server, token);
  same(refused.status, 401, 'The answer to a revoked token');
  same(refused.type, 'application/scim+json', 'Its type');
  await seesNo(morgan.button('Revoke Entra'));
}

export async function a_token_is_made_without_script_and_what_it_does_stands_in_the_history({ browser, server }) {
  const morgan = await browser.as('morgan', { script: false });
  const token = await makes(morgan, 'Okta');
  const answer = await fetch(`${server.address}/scim/v2/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({ userName: 'quinn@harbour.example', displayName: 'Quinn' }),
  });
  same(answer.status, 201, 'Making somebody');
  await morgan.goto('/admin/audit');
  await sees(morgan.text('The access token “Okta”'));
  await morgan.goto('/admin/users?search=quinn');
  await sees(morgan.row('Quinn'));
}
