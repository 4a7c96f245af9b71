// Secrets are nowhere in the log, however much the server is made to say.

import { code } from '../lib/authenticator.mjs';
import { PASSWORD, givePassword } from '../lib/demo.mjs';
import { startMailServer } from '../lib/mail_server.mjs';
import { SECRET, CLIENT, startProvider } from '../lib/provider.mjs';
import { startReceiver } from '../lib/receiver.mjs';
import { SETTINGS, fillsMail } from '../lib/settings.mjs';
import { TOKEN, fillsTarget, startTarget } from '../lib/target.mjs';
import { must, sees } from '../lib/waiting.mjs';

/// Everything, and what is quiet otherwise.
export const logLevel = 'trace,sqlx=trace,hyper=trace,h2=trace,rustls=trace';
export const fresh = true;

const MAIL_PASSWORD = 'open sesame, all of you';
const WRONG = 'a noisy harbour at noon';

/// Signs in with a wrong password and a right one, and sets an app up: what they typed, and what their browser keeps.
async function provesItself(browser, server, morgan) {
  await givePassword(morgan, 'emma');
  const emma = await browser.stranger('emma');
  emma.expects(401);
  for (const password of [WRONG, PASSWORD]) {
    await emma.goto('/signin');
    await emma.field('User name').fill('emma');
    await emma.field('Password').fill(password);
    await emma.leaves(() => emma.button('Sign in').click());
  }
  await emma.arrives('Overview');
  await emma.goto('/my-security');
  await emma.leaves(() => emma.button('Set up an authenticator app').click());
  const key = (await emma.page.locator('.key').innerText()).trim();
  await emma.field('Code').fill(code(key, (await server.settle()).now));
  await emma.leaves(() => emma.button('Confirm').click());
  await emma.arrives('Recovery codes');
  const codes = await emma.page.locator('.recovery-codes li').allInnerTexts();
  const { cookie } = await emma.cookies();
  const kept = cookie.split('; ').map((one) => one.slice(one.indexOf('=') + 1)).filter((value) => value.length >= 16);
  must(kept.length > 0, `The session is not among the cookies: ${cookie}`);
  return { 'her password': PASSWORD, 'a wrong password': WRONG, 'the key': key, 'the key in one': key.replaceAll(' ', ''),
    ...Object.fromEntries(codes.map((one, n) => [`recovery code ${n}`, one])),
    ...Object.fromEntries(kept.map((one, n) => [`cookie ${n}`, one])) };
}

/// A token for SCIM, used and then wrong.
async function tokenIsUsed(morgan, server) {
  await morgan.goto(`${SETTINGS}/tokens`);
  await morgan.link('New token').click();
  await morgan.arrives('New access token');
  await morgan.field('Name').fill('Entra');
  await morgan.leaves(() => morgan.button('Make token').click());
  await morgan.arrives('Access token');
  const token = (await morgan.field('Token', { exact: true }).inputValue()).trim();
  for (const shown of [token, `${token}x`]) {
    await fetch(`${server.address}/scim/v2/Users`, { headers: { authorization: `Bearer ${shown}` } });
  }
  return { 'the token for SCIM': token };
}

/// What other servers are asked with, each of them tested.
async function othersAreAsked(morgan, server) {
  const [provider, target, receiver] = [await startProvider(server), await startTarget(), await startReceiver()];
  const post = await startMailServer({ user: 'vestibule', password: MAIL_PASSWORD });
  await morgan.goto(`${SETTINGS}/sign-in/new`);
  await morgan.page.getByRole('textbox', { name: 'Name' }).fill('Harbour ID');
  await morgan.field('Issuer').fill(provider.issuer);
  await morgan.field('Client ID').fill(CLIENT);
  await morgan.field(/^Client secret/).fill(SECRET);
  await morgan.button('Create provider').click();
  await morgan.arrives('Harbour ID');
  await testIsDone(morgan, 'Harbour ID');
  await morgan.goto(`${SETTINGS}/targets/new`);
  await fillsTarget(morgan, { name: 'Ticketing desk', url: target.url, group: 'Desk agents' });
  await morgan.arrives('Ticketing desk');
  await testIsDone(morgan, 'Ticketing desk');
  await morgan.goto(`${SETTINGS}/webhooks/new`);
  await morgan.page.getByRole('textbox', { name: 'Name' }).fill('Clean-up');
  await morgan.field('Address').fill(receiver.url);
  receiver.secret = await morgan.field('Signing secret').inputValue();
  await morgan.leaves(() => morgan.button('Create webhook').click());
  await morgan.arrives('Clean-up');
  await testIsDone(morgan, 'Clean-up');
  await morgan.goto(`${SETTINGS}/mail`);
  await fillsMail(morgan, post, { user: 'vestibule', password: MAIL_PASSWORD });
  await morgan.button('Save', { exact: true }).click();
  await sees(morgan.status('The mail settings were saved.'));
  await morgan.leaves(() => morgan.link('Send test mail', { exact: true }).click());
  await sees(morgan.state('Works'));
  await server.settle();
  await post.stop();
  return { 'the client secret': SECRET, 'the token of a target': TOKEN, 'a signing secret': receiver.secret,
    'the password for mail': MAIL_PASSWORD };
}

async function testIsDone(morgan, name) {
  await morgan.leaves(() => morgan.link('Test', { exact: true }).click());
  await morgan.arrives(`Test of ${name}`);
  await sees(morgan.state('Works'));
}

export async function nothing_that_is_secret_stands_in_it({ browser, server }) {
  const morgan = await browser.as('morgan');
  const secrets = {
    ...(await provesItself(browser, server, morgan)),
    ...(await tokenIsUsed(morgan, server)),
    ...(await othersAreAsked(morgan, server)),
  };
  must(server.log.includes(' TRACE '), 'The server says less than it could: nothing is proved.');
  const coded = (secret) => [secret, encodeURIComponent(secret), encodeURIComponent(secret).replaceAll('%20', '+'), btoa(secret)];
  const spilled = Object.entries(secrets).filter(([, secret]) => coded(secret).some((form) => server.log.includes(form)));
  must(spilled.length === 0, `In the log are: ${spilled.map(([what]) => what).join(', ')}.`);
}
