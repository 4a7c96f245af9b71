// Two identity providers side by side: one person with an account at both, answers that were exchanged on the way, the end of a
// sign-in at one of them, and a decision that only the stronger one can prove.

import { CLIENT, SECRET, startProvider } from '../lib/provider.mjs';
import { asksForProof, leeAsks } from '../lib/roles.mjs';
import { holds, must, says, sees, seesNo } from '../lib/waiting.mjs';

const HARBOUR = 'Harbour ID';
const QUAY = 'Quay ID';
const ROLE = 'User Administrator';

let harbour;
let quay;

/// Says at a provider who one is, where it asks.
async function isThere(person, account) {
  await person.field('Account').fill(account);
  await person.leaves(() => person.button('Continue').click());
}

/// Sets one; only words that are given make it vouch for more than a password.
async function creates(morgan, name, provider, words = '') {
  await morgan.goto('/admin/settings/sign-in/new');
  await morgan.page.getByRole('textbox', { name: 'Name' }).fill(name);
  await morgan.field('Issuer').fill(provider.issuer);
  await morgan.field('Client ID').fill(CLIENT);
  await morgan.field(/^Client secret/).fill(SECRET);
  await morgan.field(/^Words for multifactor/).fill(words);
  await morgan.page.getByLabel('People are created at their first sign-in').check();
  await morgan.button('Create provider').click();
  await morgan.arrives(name);
  const uri = morgan.text(/\/signin\/backchannel\//);
  await sees(uri);
  provider.passesOn((await uri.innerText()).trim());
}

/// Brandon comes in from one of them. The pages of the providers want letters from elsewhere.
async function brandonComes(browser, name) {
  const brandon = await browser.stranger('brandon');
  brandon.expects(401, 404, 422, /^Failed to load resource: net::ERR/);
  await brandon.goto('/my-access');
  await brandon.leaves(() => brandon.link(`Sign in with ${name}`).click());
  await isThere(brandon, 'brandon');
  await brandon.arrives('Overview');
  return brandon;
}

/// Signs in at a provider whose page is open, and stops before the browser is back; where it was sent.
async function wayBack(person) {
  const { request } = person.context;
  let at = new URL(person.page.url());
  let answer = await request.post(at.href, { form: { account: person.name, does: 'in' }, maxRedirects: 0 });
  for (let steps = 0; steps < 5; steps++) {
    at = new URL(answer.headers().location, at);
    if (at.pathname === '/signin/callback') return at;
    answer = await request.get(at.href, { maxRedirects: 0 });
  }
  throw new Error(`The provider leads to ${at} and not back.`);
}

export async function the_sign_in_page_lists_both_and_one_person_connects_both({ browser, server }) {
  harbour = await startProvider(server, { always: false, name: HARBOUR });
  quay = await startProvider(server, { always: false, name: QUAY });
  const morgan = await browser.as('morgan');
  await creates(morgan, HARBOUR, harbour, 'mfa');
  await creates(morgan, QUAY, quay);
  const brandon = await browser.as('brandon');
  for (const name of [HARBOUR, QUAY]) {
    await brandon.goto('/my-security');
    await brandon.leaves(() => brandon.button(`Connect ${name}`).click());
    await brandon.arrives(`Connect ${name}`);
    await brandon.leaves(() => brandon.link(`Go on to ${name}`).click());
    await isThere(brandon, 'brandon');
    await brandon.arrives('Security');
    await sees(brandon.text(`Your account at “${name}” was connected.`));
  }
  for (const name of [HARBOUR, QUAY]) await says(brandon.region(name), 'brandon@id.example');
  await brandon.look('security-two-providers');
  const stranger = await browser.stranger('stranger');
  await stranger.goto('/signin');
  for (const name of [HARBOUR, QUAY]) await sees(stranger.link(`Sign in with ${name}`));
  await stranger.look('signin-two-providers');
}

export async function an_answer_of_one_in_the_place_of_the_other_lets_nobody_in({ browser }) {
  const nora = await browser.stranger('nora');
  nora.expects(401);
  await nora.goto('/signin');
  const sent = nora.page.waitForRequest((request) => request.url().startsWith(`${harbour.issuer}/`) && request.url().includes('state='));
  await nora.leaves(() => nora.link(`Sign in with ${HARBOUR}`).click());
  const state = new URL((await sent).url()).searchParams.get('state');
  await nora.goto('/signin');
  await nora.leaves(() => nora.link(`Sign in with ${QUAY}`).click());
  const back = await wayBack(nora);
  must(back.searchParams.get('iss') === quay.issuer, `It does not say from whom it comes: ${back}`);
  // On the way its answer gets the state of the other sign-in.
  back.searchParams.set('state', state);
  await nora.goto(back.href);
  await nora.arrives('Sign in');
  await sees(nora.alert('it comes from somebody else'));
  await nora.goto('/my-access');
  await nora.arrives('Sign in');
}

export async function signing_out_at_one_ends_what_was_begun_with_it_and_nothing_else({ browser }) {
  const [one, other] = [await brandonComes(browser, HARBOUR), await brandonComes(browser, QUAY)];
  await one.page.goto(`${harbour.issuer}/session/end`);
  await one.page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await one.page.waitForURL(/session\/end\/success/);
  await one.goto('/my-access');
  await one.arrives('Sign in');
  await other.reload();
  await other.arrives('Overview');
}

export async function an_approver_proves_it_at_the_stronger_one_and_finds_the_decision_as_it_was({ browser }) {
  const morgan = await browser.as('morgan');
  await asksForProof(morgan, ROLE, 'Brandon');
  const lee = await leeAsks(browser, ROLE);

  const brandon = await brandonComes(browser, QUAY);
  await brandon.goto('/my-access/approvals');
  await brandon.row('Lee').getByRole('link', { name: /^Review/ }).click();
  await brandon.arrives(`Lee asks for ${ROLE}`);
  await sees(brandon.text('Additional verification required'));
  await brandon.field('Justification').fill('Known to me & "more".');
  await brandon.leaves(() => brandon.button('Continue', { exact: true }).click());
  await brandon.arrives('Additional verification');
  await sees(brandon.link(`Verify with ${HARBOUR}`));
  await seesNo(brandon.link(`Verify with ${QUAY}`));
  await brandon.leaves(() => brandon.link(`Verify with ${HARBOUR}`).click());
  await isThere(brandon, 'brandon');
  await brandon.arrives(`Lee asks for ${ROLE}`);
  await seesNo(brandon.text('Additional verification required'));
  await holds(brandon.field('Justification'), 'Known to me & "more".');
  await brandon.look('approval-proved-at-provider');
  await brandon.button('Approve', { exact: true }).click();
  await sees(brandon.status(`You approved Lee’s request for “${ROLE}”.`));
  await lee.goto('/my-roles?tab=active');
  await says(lee.row(ROLE), /Activated/);
}
