// The server is killed in the middle of telling a target: whoever shall have access has it afterwards, and nobody else.

import { fillsTarget, startTarget } from '../lib/target.mjs';
import { must, same, sees, until } from '../lib/waiting.mjs';

export const fresh = true;

const NAME = 'Ticketing desk';
const GROUP = 'Desk agents';
/// Everybody in turn, and at which request of that round the server is killed.
const PEOPLE = { lee: 1, alex: 2, miriam: 3, bianca: 4, carla: 5, omar: 6 };

/// Sends a form without waiting for what comes of it: the server may be gone before it answers.
async function sends(person, server, path, form) {
  await person.page.request.post(server.address + path, { form, headers: { origin: server.address }, maxRedirects: 0 }).catch(() => {});
}

/// Does something, kills the server at the n-th request to the target, and starts it again.
async function killedAt(n, target, server, act) {
  let count = 0;
  target.onRequest = () => {
    count += 1;
    if (count === n) server.kill();
  };
  await act();
  await until(`the server is killed at request ${n}`, 20_000, () => server.exit !== undefined);
  target.onRequest = () => {};
  await server.again();
  await server.settle();
}

export async function killed_at_any_request_the_target_and_the_assignments_agree_after_the_next_start({ browser, server }) {
  const target = await startTarget();
  const group = target.group(GROUP, []);
  const morgan = await browser.as('morgan', { script: false });
  // What a page still fetches when its server is killed comes in part.
  morgan.expects(/ERR_CONTENT_LENGTH_MISMATCH|ERR_CONNECTION_|ERR_EMPTY_RESPONSE/);
  await morgan.goto('/admin/settings/targets/new');
  await fillsTarget(morgan, { name: NAME, url: target.url, group: GROUP, unknown: /^Adopt it/ });
  await sees(morgan.status(`“${NAME}” was saved.`));
  const page = morgan.path;
  await server.settle();

  const here = [];
  for (const [name, n] of Object.entries(PEOPLE)) {
    target.groups.get(group).members.add(target.account(name));
    const id = page.split('/').at(-1);
    await killedAt(n, target, server, () => sends(morgan, server, '/api/reconcile_target', { target: id }));
    here.push(name);
    await sends(morgan, server, '/api/reconcile_target', { target: id });
    await server.settle();
    same(target.members(GROUP), [...here].sort(), `The group after ${name} was adopted`);
    await morgan.goto(page);
    await sees(morgan.state('Agrees'));
    same(await morgan.region('Adopted access').getByText('Held', { exact: true }).count(), here.length, 'Adopted people');
    same(await morgan.region('People').getByText('Works now', { exact: true }).count(), here.length, 'People who have access there');
  }

  await morgan.goto(page);
  await morgan.leaves(() => morgan.region('Adopted access').getByRole('link', { name: 'Agent' }).first().click());
  const ids = [...new Set([...(await morgan.page.content()).matchAll(/name="assignment" value="([0-9a-f-]{36})"/g)].map(([, id]) => id))];
  same(ids.length, here.length, 'Assignments that can be removed');
  for (const [number, assignment] of ids.entries()) {
    const ends = { assignment, words: 'It is over.' };
    await killedAt(1 + (number % 2), target, server, () => sends(morgan, server, '/api/end_application_assignment', ends));
    must(target.members(GROUP).length === here.length - number - 1, `Somebody keeps what ended: ${target.members(GROUP)}`);
  }
  same(target.members(GROUP), [], 'The group when everything has ended');
  same(target.accounts, [...here].sort(), 'The accounts, which were there before');
}
