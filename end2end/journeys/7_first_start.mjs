// A server on which nobody is yet: its log has a link that works once, and there is no default password.

import { PATIENCE_MS, holds, must, sees, seesNo, until } from '../lib/waiting.mjs';

export const fresh = true;
export const demo = false;

const PASSWORD = 'four words nobody guesses';

/// The link that the log printed.
async function link(server) {
  let found;
  await until('the log has the link', PATIENCE_MS, () => {
    found = server.log.match(/\/setup\?token=[\w-]+/)?.[0];
    return Boolean(found);
  });
  return found;
}

async function makes_the_first_administrator({ browser, server }, script) {
  const nora = await browser.stranger('nora', { script });
  nora.expects(422);
  await nora.goto('/setup');
  await sees(nora.text('This page needs its link.'));
  await nora.look('setup-without-its-link');
  await nora.goto(await link(server));
  await nora.look('setup');
  const fill = async (password) => {
    await nora.field('User name').fill('nora');
    await nora.field('Name', { exact: true }).fill('Nora');
    await nora.field('E-mail').fill('nora@example.org');
    await nora.field('Password').fill(password);
    await nora.leaves(() => nora.button('Create administrator').click());
  };
  await fill('too short');
  await sees(nora.page.getByRole('alert').first());
  await holds(nora.field('User name'), 'nora');
  await nora.look('setup-refused');
  await fill(PASSWORD);
  if (new URL(nora.page.url()).pathname === '/signin') {
    await nora.field('User name').fill('nora');
    await nora.field('Password').fill(PASSWORD);
    await nora.leaves(() => nora.button('Sign in').click());
  }
  await nora.goto('/admin/users');
  await sees(nora.row('Nora'));

  // The link worked once.
  const late = await browser.stranger('late', { script });
  late.expects(422);
  await late.goto(await link(server));
  await late.field('User name').fill('mallory');
  await late.field('Name', { exact: true }).fill('Mallory');
  await late.field('Password').fill(PASSWORD);
  await late.leaves(() => late.button('Create administrator').click());
  await sees(late.page.getByRole('alert').filter({ hasText: /was used or is too old/ }).first());
  await nora.goto('/admin/users');
  await seesNo(nora.row('Mallory'));
  must(!server.log.includes(PASSWORD), 'The log has the password.');
}

export async function the_first_administrator_is_made_in_the_browser(given) {
  await makes_the_first_administrator(given, true);
}

export async function the_first_administrator_is_made_without_script(given) {
  await makes_the_first_administrator(given, false);
}
