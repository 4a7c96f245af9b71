// What was given at a target and not here: somebody adopts it or has it removed, or the target is set so that it is adopted.

import { TOKEN, startTarget } from '../lib/target.mjs';
import { must, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: a target has everybody's access.
export const fresh = true;

const NAME = 'Ticketing desk';
const GROUP = 'Desk agents';
const SETTINGS = '/admin/settings';

async function setsUp(morgan, target, unknown) {
  await morgan.goto(`${SETTINGS}/targets/new`);
  await morgan.page.getByRole('textbox', { name: 'Name', exact: true }).fill(NAME);
  await morgan.field('Address').fill(target.url);
  await morgan.field(/^Token/).fill(TOKEN);
  await morgan.field(/^Groups with other names/).fill(`Agent = ${GROUP}`);
  await morgan.page.getByRole('radio', { name: unknown }).check();
  const press = () => morgan.button('Create target', { exact: true }).click();
  await (morgan.script ? press() : morgan.leaves(press));
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
  await sees(adopt.getByText('Lee holds “Agent” from then on, for 90 days'));
  await adopt.getByRole('button', { name: 'Adopt', exact: true }).click();
  await sees(adopt.getByText('“Reason” is needed.').first());
  await adopt.getByRole('textbox').fill('Lee looks after the desk.');
  await morgan.look('target-adopt');
  await adopt.getByRole('button', { name: 'Adopt', exact: true }).click();
  await sees(morgan.status('Lee holds “Agent” now'));
  await says(adopted(morgan, 'Lee'), /Agent.*lee.*Morgan.*Held/s);
  // A dialog that is opened while the page is read again closes.
  await morgan.reload();
  await found(morgan, 'forgotten.temp').getByRole('button', { name: /^Remove/ }).click();
  const remove = morgan.dialog('Remove forgotten.temp?');
  await remove.getByRole('textbox').fill('Left in spring.');
  await remove.getByRole('button', { name: 'Remove there' }).click();
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
  await morgan.goto(`${SETTINGS}`);
  await morgan.leaves(() => morgan.link(NAME, { exact: true }).click());
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
  target.group(GROUP, [target.account('lee'), target.account('forgotten.temp')]);
  const morgan = await browser.as('morgan', { script: false });
  await setsUp(morgan, target, /^Adopt it/);
  await server.settle();
  await morgan.reload();
  await says(adopted(morgan, 'Lee'), /The setting.*Held/s);
  await says(found(morgan, 'forgotten.temp'), 'Nobody here is known as');
  await found(morgan, 'forgotten.temp').getByRole('button', { name: /^Remove/ }).click();
  const remove = morgan.dialog('Remove forgotten.temp?');
  await morgan.leaves(() => remove.getByRole('button', { name: 'Remove there' }).click());
  await sees(morgan.alert('“Reason” is needed.').first());
  same(target.members(GROUP), ['forgotten.temp', 'lee'], 'The group while nobody gave a reason');
  await server.advance({ days: 91 });
  await server.settle();
  same(target.members(GROUP), ['forgotten.temp'], 'The group after the adopted access ended');
}
