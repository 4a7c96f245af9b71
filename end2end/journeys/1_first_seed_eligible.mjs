// The first seed's variant: the group is eligible for the role, so that delivery gives the membership, and the role has to be
// activated with everything that this asks.

import { proves, setsUpApp } from '../lib/authenticator.mjs';
import { GLOBAL, alexAsks, decides } from '../lib/demo.mjs';
import { assigns, opens } from '../lib/roles.mjs';
import { counts, holds, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const ROLE = 'Global Administrator';
const GROUP = 'Global Admins JIT';

const now = async (server) => (await server.settle()).now;

export async function what_was_delivered_is_activated_with_a_second_factor_and_ends_with_the_package({ browser, server }) {
  // Morgan turns the standing role of the group into an eligible one, and activating it asks for a second factor.
  const morgan = await browser.as('morgan');
  const path = await opens(morgan, ROLE);
  await assigns(morgan, { to: GROUP, why: 'Activation checks apply.', said: `${GROUP} is eligible for “${ROLE}”.` });
  await morgan.tab('Active assignments').click();
  // The group is in the list of eligible assignments too, which is seen until this one is there.
  await morgan.row(GROUP).filter({ hasText: 'Assigned' }).getByRole('button', { name: `Remove ${GROUP}` }).click();
  const remove = morgan.dialog(`Remove ${GROUP}?`);
  await remove.getByLabel('Reason').fill('It is eligible now.');
  await remove.getByRole('button', { name: `Remove ${GROUP}` }).click();
  await sees(morgan.status(`The assignment of “${ROLE}” to ${GROUP} was removed.`));
  await morgan.goto(path.replace('assignments', 'settings'));
  await morgan.page.getByRole('radio', { name: /^Multifactor authentication/ }).check();
  await morgan.field('Activation maximum duration (hours)').fill('5');
  await morgan.button('Update', { exact: true }).last().click();
  await sees(morgan.status(`The settings of “${ROLE}” were updated.`));

  // Alex asks, both stages agree, and Alex is in the group.
  const alex = await browser.as('alex');
  alex.expects(422);
  const request = await alexAsks(alex);
  await decides(await browser.as('miriam'), 'Approve', 'Go ahead.');
  await decides(await browser.as('bianca'), 'Approve', 'Fine for four hours.');
  await server.settle();
  await alex.goto(request);
  await sees(alex.state('Delivered'));
  await morgan.goto('/admin/users?search=alex');
  await morgan.row('Alex').getByRole('link', { name: 'Alex' }).click();
  await morgan.arrives('Alex');
  const user = morgan.path;
  const held = morgan.row(ROLE).filter({ hasText: 'Directory role' });
  await sees(morgan.row(GROUP));
  await counts(held, 0);
  await seesNo(alex.navigation.getByRole('link', { name: 'Users' }));

  // The role waits to be activated, with every check, and not for longer than the package lasts.
  await alex.follow('My roles');
  await says(alex.row(ROLE), new RegExp(`Group.*${GROUP}|${GROUP}`, 's'));
  await alex.look('my-roles-eligible-through-a-group');
  await alex.link(`Activate ${ROLE}`).click();
  await alex.arrives(`Activate ${ROLE}`);
  await sees(alex.text('Additional verification required'));
  await alex.field('Duration (hours)').fill('2');
  await alex.field('Reason').fill('Repair the retention policy.');
  await alex.button('Activate', { exact: true }).click();
  await sees(alex.alert('needs a code of your authenticator app or a passkey'));
  await alex.leaves(() => alex.button('Continue', { exact: true }).click());
  await alex.arrives('Additional verification');
  const key = await setsUpApp(alex, await now(server));
  await alex.arrives(`Activate ${ROLE}`);
  await holds(alex.field('Reason'), 'Repair the retention policy.');
  await alex.field('Duration (hours)').fill('5');
  await alex.button('Activate', { exact: true }).click();
  await sees(alex.alert(/ends on/).first());
  await alex.look('my-roles-activate-beyond-the-package');
  await alex.field('Duration (hours)').fill('2');
  await alex.button('Activate', { exact: true }).click();
  await sees(alex.status(`“${ROLE}” is active.`));
  await says(alex.row(ROLE), /Activated/);
  await sees(alex.navigation.getByRole('link', { name: 'Users' }));

  // What an administrator sees: the role, its path, and why.
  await morgan.goto(user);
  await counts(held, 1);
  await held.getByText('Why').click();
  await says(held, /Activated by Alex on .*Repair the retention policy\..*as a member of Global Admins JIT/s);
  await morgan.look('user-with-a-role-activated-through-a-group');

  // The activation ends after its two hours; a second one ends with the package, which Alex gives back early.
  await server.advance({ hours: 2 });
  await morgan.goto(user);
  await counts(held, 0);
  await alex.goto('/my-roles');
  await alex.link(`Activate ${ROLE}`).click();
  await alex.arrives(`Activate ${ROLE}`);
  await alex.field('Duration (hours)').fill('1');
  await alex.field('Reason').fill('Look at it once more.');
  await alex.leaves(() => alex.button('Continue', { exact: true }).click());
  await proves(alex, key, await now(server));
  await alex.arrives(`Activate ${ROLE}`);
  await alex.button('Activate', { exact: true }).click();
  await sees(alex.status(`“${ROLE}” is active.`));
  await alex.goto('/my-access/packages?tab=active');
  await alex.button(`Remove ${GLOBAL}`).click();
  await alex.dialog(`Remove ${GLOBAL}?`).getByLabel('Reason').fill('Done early.');
  await alex.dialog(`Remove ${GLOBAL}?`).getByRole('button', { name: `Remove ${GLOBAL}` }).click();
  await sees(alex.status(`You no longer hold “${GLOBAL}”.`));
  await morgan.goto(user);
  await counts(held, 0);
  await seesNo(morgan.row(GROUP));
  await alex.goto('/my-roles');
  await seesNo(alex.row(ROLE));
}
