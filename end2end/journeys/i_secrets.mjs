// Nothing secret is said where others read: the log at its most talkative, files that are downloaded, pages and errors.

import { code } from '../lib/authenticator.mjs';
import { PASSWORD, givePassword } from '../lib/demo.mjs';
import { startMailServer } from '../lib/mail_server.mjs';
import { CLIENT, SECRET, startProvider } from '../lib/provider.mjs';
import { startReceiver } from '../lib/receiver.mjs';
import { SETTINGS } from '../lib/settings.mjs';
import { ADMIN, GROUPS, PASSWORD as BIND_PASSWORD, PEOPLE, startDirectory } from '../lib/slapd.mjs';
import { TOKEN, fillsTarget, startTarget } from '../lib/target.mjs';
import { must, same, sees } from '../lib/waiting.mjs';

export const fresh = true;
/// Passkeys need a name; browsers trust this one without TLS.
export const host = 'localhost';
/// Also what is quiet unless it is asked for.
export const logLevel = 'trace,sqlx=trace,hyper=trace,h2=trace,rustls=trace';

const MAIL_PASSWORD = 'open sesame of the mail server';
const WRONG = 'a password that was mistyped';

/// By what it is called.
class Secrets extends Map {
  keep(name, ...values) {
    for (const value of values) {
      must(typeof value === 'string' && value.length >= 12, `${name} is no secret: ${value}`);
      this.set(value, name);
    }
  }

  /// Everything that the browser of somebody keeps.
  async keepCookies(person) {
    const cookies = await person.context.cookies(person.server.address);
    this.keep(`a cookie of ${person.name}`, ...cookies.map(({ value }) => value).filter((value) => value.length > 20));
  }

  /// What of them stands in a text, however it is written.
  in(text) {
    return [...this].filter(([value]) => ways(value).some((way) => text.includes(way))).map(([value, name]) => `${name} (${value})`);
  }
}

/// How something secret might be written: as it is, in an address, in a header, as bytes.
function ways(value) {
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  return [value, encodeURIComponent(value), value.replaceAll(' ', '+'), base64, [...Buffer.from(value)].join(', ')];
}

async function signsInWithPasswordAppAndPasskey(browser, server, secrets) {
  const morgan = await browser.as('morgan');
  await givePassword(morgan, 'lee');
  secrets.keep('a password', PASSWORD);
  const lee = await browser.stranger('lee');
  lee.expects(401, 422);
  await lee.goto('/signin');
  for (const password of [WRONG, PASSWORD]) {
    await lee.field('User name').fill('lee');
    await lee.field('Password').fill(password);
    await lee.leaves(() => lee.button('Sign in', { exact: true }).click());
  }
  secrets.keep('a mistyped password', WRONG);
  await secrets.keepCookies(lee);
  await lee.goto('/my-security');
  await lee.leaves(() => lee.button('Set up an authenticator app').click());
  await lee.arrives('Set up an authenticator app');
  const key = (await lee.page.locator('.key').innerText()).trim();
  secrets.keep('the key of an app', key, key.replaceAll(' ', ''));
  await lee.field('Code').fill(code(key, (await server.settle()).now));
  await lee.leaves(() => lee.button('Confirm', { exact: true }).click());
  await lee.arrives('Recovery codes');
  const codes = (await lee.page.locator('.recovery-codes').innerText()).match(/[A-Z2-7]{4}(-[A-Z2-7]{4}){3}/g);
  secrets.keep('a recovery code', ...codes, ...codes.map((one) => one.replaceAll('-', '')));
  await lee.leaves(() => lee.link('I have kept them').click());
  await lee.goto('/my-security');
  const client = await lee.context.newCDPSession(lee.page);
  await client.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', { options });
  const posted = lee.page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/my-security/passkey'));
  await lee.field('Name of the new passkey').fill('Laptop');
  await lee.leaves(() => lee.button('Add a passkey').click());
  await sees(lee.status('The passkey “Laptop” was added.'));
  for (const value of new URLSearchParams((await posted).postData()).values()) {
    if (value.length > 40) secrets.keep('an answer of a passkey', value);
  }
  const { credentials } = await client.send('WebAuthn.getCredentials', { authenticatorId });
  secrets.keep('the key of a passkey', ...credentials.map(({ privateKey }) => privateKey));
  await secrets.keepCookies(lee);
  return morgan;
}

async function signsInAtProvider(browser, server, morgan, secrets) {
  const provider = await startProvider(server);
  await morgan.goto(`${SETTINGS}/sign-in/new`);
  await morgan.page.getByRole('textbox', { name: 'Name' }).fill('Harbour ID');
  await morgan.field('Issuer').fill(provider.issuer);
  await morgan.field('Client ID').fill(CLIENT);
  await morgan.field(/^Client secret/).fill(SECRET);
  await morgan.page.getByLabel('People are created at their first sign-in').check();
  await morgan.sends('Create provider');
  await morgan.arrives('Harbour ID');
  secrets.keep('the secret of a client', SECRET, `${CLIENT}:${encodeURIComponent(SECRET).replaceAll('%20', '+')}`);
  const nora = await browser.stranger('nora');
  nora.expects(401);
  await nora.goto('/signin');
  await nora.leaves(() => nora.link('Sign in with Harbour ID').click());
  await nora.field('Account').fill('nora');
  await nora.leaves(() => nora.button('Continue').click());
  await nora.goto('/my-access');
  await nora.arrives('Overview');
  must(provider.secrets.length >= 6, `The provider said only ${provider.secrets}.`);
  secrets.keep('a word of the provider', ...provider.secrets);
  await secrets.keepCookies(nora);
}

async function asksOthers(server, morgan, secrets) {
  const target = await startTarget();
  await morgan.goto(`${SETTINGS}/targets/new`);
  await fillsTarget(morgan, { name: 'Ticketing desk', url: target.url, group: 'Desk agents' });
  await morgan.arrives('Ticketing desk');
  secrets.keep('the token of a target', TOKEN);
  const directory = await startDirectory();
  directory.person('anna.meyer');
  await morgan.goto(`${SETTINGS}/imports/new`);
  await morgan.page.getByRole('textbox', { name: 'Name', exact: true }).fill('Harbour LDAP');
  await morgan.field('Address').fill(directory.url);
  await morgan.field('Bind DN').fill(ADMIN);
  await morgan.field(/^Password/).fill(BIND_PASSWORD);
  await morgan.field('Base DN of people').fill(PEOPLE);
  await morgan.field('Base DN of groups').fill(GROUPS);
  await morgan.sends('Create import');
  await morgan.arrives('Harbour LDAP');
  await morgan.sends('Run now');
  await sees(morgan.status('“Harbour LDAP” runs now.'));
  secrets.keep('the password of a directory', BIND_PASSWORD);
  const receiver = await startReceiver();
  await morgan.goto(SETTINGS);
  await morgan.link('New webhook').click();
  await morgan.arrives('New webhook');
  await morgan.page.getByRole('textbox', { name: 'Name' }).fill('Clean-up');
  await morgan.field('Address').fill(receiver.url);
  receiver.secret = await morgan.field('Signing secret').inputValue();
  await morgan.leaves(() => morgan.button('Create webhook').click());
  await morgan.arrives('Clean-up');
  secrets.keep('the secret of a webhook', receiver.secret, receiver.secret.replace('whsec_', ''));
  await morgan.leaves(() => morgan.link('Test', { exact: true }).click());
  await morgan.arrives('Test of Clean-up');
  await server.settle();
  must(receiver.heard.length > 0 && receiver.wrong.length === 0, `The receiver heard ${receiver.heard.length} messages.`);
  must(target.heard.length > 0, 'The target was never asked.');
  // Nobody is there any more: what could not be said is not said in the log either.
  await directory.stop();
  target.fails = 500;
  receiver.status = 500;
}

async function isAskedWithTokens(server, morgan, secrets) {
  await morgan.goto(`${SETTINGS}/tokens`);
  await morgan.link('New token').click();
  await morgan.arrives('New access token');
  await morgan.field('Name').fill('Entra');
  await morgan.leaves(() => morgan.button('Make token').click());
  await morgan.arrives('Access token');
  const token = (await morgan.field('Token', { exact: true }).inputValue()).trim();
  secrets.keep('an access token', token);
  const wrong = `${token.slice(0, -4)}wxyz`;
  secrets.keep('a wrong access token', wrong);
  const asked = async (path, bearer, options = {}) => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/scim+json' };
    const answer = await fetch(`${server.address}/scim/v2${path}`, { ...options, headers });
    return [answer.status, await answer.text()];
  };
  same((await asked('/Users', token))[0], 200, 'The status with a token');
  const texts = [await asked('/Users', wrong), await asked('/Nothing', token), await asked('/Users', token, { method: 'POST', body: '{"userName":' })];
  for (const [status, text] of texts) {
    must(status >= 400, `It answered ${status}.`);
    same(secrets.in(text), [], 'The secrets in an answer of SCIM');
  }
}

async function sendsMail(server, morgan, secrets) {
  const post = await startMailServer({ user: 'vestibule', password: MAIL_PASSWORD });
  await morgan.goto(`${SETTINGS}/mail`);
  await morgan.page.getByRole('radio', { name: /^Sent to a mail server/ }).check();
  await morgan.page.getByRole('textbox', { name: 'Mail server' }).fill('127.0.0.1');
  await morgan.field(/^Port/).fill(String(post.port));
  await morgan.page.getByRole('radio', { name: /^None/ }).check();
  await morgan.field(/^User name/).fill('vestibule');
  await morgan.field(/^Password/).fill(MAIL_PASSWORD);
  await morgan.field('Sender').fill('Vestibule <vestibule@harbour.example>');
  await morgan.leaves(() => morgan.button('Save', { exact: true }).click());
  secrets.keep('the password of a mail server', MAIL_PASSWORD, Buffer.from(`\0vestibule\0${MAIL_PASSWORD}`).toString('base64'));
  await morgan.leaves(() => morgan.link('Send test mail', { exact: true }).click());
  await morgan.arrives('Test of Mail');
  await server.settle();
  must(post.letters.length > 0, 'No letter came.');
}

export async function no_secret_stands_in_the_log_in_a_file_or_on_a_page({ browser, server, say }) {
  const secrets = new Secrets();
  const morgan = await signsInWithPasswordAppAndPasskey(browser, server, secrets);
  await signsInAtProvider(browser, server, morgan, secrets);
  await asksOthers(server, morgan, secrets);
  await isAskedWithTokens(server, morgan, secrets);
  await sendsMail(server, morgan, secrets);
  await secrets.keepCookies(morgan);
  await server.advance({ minutes: 10 });

  const seen = async (path, headers) => {
    const answer = await fetch(server.address + path, { headers: { accept: 'text/html', ...headers }, redirect: 'manual' });
    const text = await answer.text();
    same(secrets.in(text), [], `The secrets at ${path}`);
    return [answer.status, text.length];
  };
  const as = await morgan.cookies();
  const files = ['/admin/audit.csv', '/admin/audit.jsonl', '/admin/requests.csv'];
  const pages = [SETTINGS, `${SETTINGS}/mail`, `${SETTINGS}/tokens`, '/admin/audit', '/admin/users', '/my-security'];
  for (const path of [...files, ...pages]) {
    const [status, length] = await seen(path, as);
    must(status === 200 && length > 100, `${path} answered ${status} with ${length} characters.`);
  }
  for (const path of ['/nothing/here', '/signin/callback?code=x&state=y', '/admin/settings/targets/x', '/api/nothing']) await seen(path, as);

  // The log says what is done, or there would be nothing to be careful about.
  must(server.log.includes('TRACE') && server.log.includes('/signin') && server.log.length > 100_000, 'The log is not talkative.');
  say(`${secrets.size} secrets, ${Math.round(server.log.length / 1024)} KiB of log`);
  same(secrets.in(server.log), [], 'The secrets in the log');
}
