// What was given at a target and not here: somebody adopts it or has it removed, or the target is set so that it is adopted.

import { SETTINGS, opensSetting } from '../lib/settings.mjs';
import { fillsTarget, startTarget } from '../lib/target.mjs';
import { must, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: a target has everybody's access.
export const fresh = true;

const NAME = 'Ticketing desk';
const GROUP = 'Desk agents';

async function setsUp(morgan, target, unknown) {
  await morgan.goto(`${SETTINGS}/targets/new`);
  await fillsTarget(morgan, { name: NAME, url: target.url, group: GROUP, unknown });
  await morgan.arrives(NAME);
}

const found = (morgan, name) => morgan.region('Unknown access').getByRole('row').filter({ hasText: name });
const adopted = (morgan, name) => morgan.region('Adopted access').getByRole('row').filter({ hasText: name });

export async function what_was_found_is_adopted_or_removed_by_somebody_who_looked({ browser, server }) {
  const target = await startTarget();
  target.group(GROUP, [target.account('lee'), target.account('forgotten.temp')]);
  const morgan = await browser.as('morgan');
  await setsUp(morgan, target, /^Report it/);
  await server.settle();
  await morgan.reload();
  await says(found(morgan, 'forgotten.temp'), 'Nobody here is known as “forgotten.temp”.');
  must((await found(morgan, 'forgotten.temp').getByRole('button', { name: /^Adopt/ }).count()) === 0, 'A stranger can be adopted.');
  await found(morgan, 'lee').getByRole('button', { name: /^Adopt/ }).click();
  const adopt = morgan.dialog('Adopt lee?');
  await sees(adopt.getByText('Lee holds “Agent” from now on, for 90 days'));
  await adopt.getByRole('button', { name: 'Adopt lee' }).click();
  await sees(adopt.getByText('“Reason” is needed.').first());
  await adopt.getByRole('textbox').fill('Lee looks after the desk.');
  await morgan.look('target-adopt');
  await adopt.getByRole('button', { name: 'Adopt lee' }).click();
  await sees(morgan.status(/Lee holds “Agent” now, until .*20\d\d/));
  await says(adopted(morgan, 'Lee'), /Agent.*lee.*Morgan.*Held/s);
  // The page is read again after what was done, and would close a dialog that is opened meanwhile.
  await morgan.reload();
  await found(morgan, 'forgotten.temp').getByRole('button', { name: /^Remove/ }).click();
  const remove = morgan.dialog('Remove forgotten.temp?');
  await remove.getByRole('textbox').fill('Left in spring.');
  await remove.getByRole('button', { name: 'Remove forgotten.temp' }).click();
  await sees(morgan.status('“forgotten.temp” is taken out of the group'));
  await server.settle();
  same(target.members(GROUP), ['lee'], 'The group after one was removed');
  await morgan.reload();
  await says(morgan.region('People').getByRole('row').filter({ hasText: 'Lee' }), /Works now.*Agent/s);
  await seesNo(morgan.region('Unknown access'));
  await morgan.look('target-adopted');
  await morgan.goto('/admin/audit');
  await sees(morgan.text('adopted what').first());

  // It ends where direct assignments end.
  await opensSetting(morgan, NAME);
  await morgan.leaves(() => adopted(morgan, 'Lee').getByRole('link', { name: 'Agent' }).click());
  await morgan.arrives('Ticketing');
  await morgan.row('Lee').getByRole('button', { name: /^Remove/ }).click();
  const end = morgan.dialog('Remove Lee?');
  await end.getByRole('textbox').fill('Moved on.');
  await morgan.look('application-remove-holder');
  await end.getByRole('button', { name: 'Remove', exact: true }).click();
  await sees(morgan.status('Lee no longer holds'));
  await server.settle();
  same(target.members(GROUP), [], 'The group after the assignment ended');
}

export async function without_script_a_target_is_set_to_adopt_and_what_is_adopted_ends({ browser, server }) {
  const target = await startTarget();
  const stranger = target.account('forgotten.temp');
  const group = target.group(GROUP, [target.account('lee'), stranger]);
  const morgan = await browser.as('morgan', { script: false });
  await setsUp(morgan, target, /^Adopt it/);
  await server.settle();
  await morgan.reload();
  await says(adopted(morgan, 'Lee'), /The setting.*Held/s);
  await says(found(morgan, 'forgotten.temp'), 'Nobody here is known as');
  await found(morgan, 'forgotten.temp').getByRole('button', { name: /^Remove/ }).click();
  const remove = morgan.dialog('Remove forgotten.temp?');
  await morgan.leaves(() => remove.getByRole('button', { name: 'Remove forgotten.temp' }).click());
  await sees(morgan.alert('“Reason” is needed.').first());
  same(target.members(GROUP), ['forgotten.temp', 'lee'], 'The group while nobody gave a reason');
  // Somebody was quicker there. The row is gone, and its form with it; what was refused is said all the same.
  target.groups.get(group).members.delete(stranger);
  await morgan.post('/api/reconcile_target', { target: morgan.path.split('/').at(-1) });
  await server.settle();
  await remove.getByRole('textbox').fill('Left in spring.');
  await morgan.leaves(() => remove.getByRole('button', { name: 'Remove forgotten.temp' }).click());
  await sees(morgan.alert('There is no such finding'));
  await seesNo(morgan.region('Unknown access'));
  await morgan.look('target-finding-gone');

  target.groups.get(group).members.add(stranger);
  await morgan.leaves(() => morgan.button('Reconcile now').click());
  await server.settle();
  await morgan.reload();
  await found(morgan, 'forgotten.temp').getByRole('button', { name: /^Remove/ }).click();
  await remove.getByRole('textbox').fill('Left in spring.');
  await morgan.leaves(() => remove.getByRole('button', { name: 'Remove forgotten.temp' }).click());
  await sees(morgan.status('“forgotten.temp” is taken out of the group'));
  await server.settle();
  same(target.members(GROUP), ['lee'], 'The group after one was removed');
  await server.advance({ days: 91 });
  await server.settle();
  same(target.members(GROUP), [], 'The group after the adopted access ended');
}
