// A policy whose rule assigns: an administrator looks at whom it would give the package, saves it, and people who match have
// it without asking.

import { holds, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: who holds what is what they are about.
export const fresh = true;

const ROOM = 'Partner document room';
const PIER = 'user.department -eq "Pier"';

/// The page of the package in administration; its path.
async function opens(person) {
  await person.goto('/admin/packages');
  await person.leaves(() => person.link(ROOM, { exact: true }).click());
  await person.arrives(ROOM);
  return person.path.split('?')[0];
}

/// Gives somebody another department.
async function moves(morgan, name, department) {
  await morgan.goto(`/admin/users?search=${name.toLowerCase()}`);
  await morgan.leaves(() => morgan.link(name, { exact: true }).click());
  await morgan.goto(`${morgan.path.split('?')[0]}/edit`);
  await morgan.field('Department').fill(department);
  await morgan.button('Save').last().click();
  await morgan.arrives(name);
}

const assigned = (person) => person.page.getByRole('radio', { name: /^Nobody asks: assigned by a rule/ });

export async function a_rule_assigns_after_a_preview_and_takes_it_away_after_the_grace_period({ browser, server }) {
  const morgan = await browser.as('morgan');
  await moves(morgan, 'Alex', 'Pier');
  const path = await opens(morgan);
  await morgan.goto(`${path}/policies/new`);
  await morgan.field('Name', { exact: true }).fill('Pier staff');
  await seesNo(morgan.field('Rule', { exact: true }));
  await assigned(morgan).check();
  await seesNo(morgan.button('Add stage'));
  await morgan.field('Rule', { exact: true }).fill('user.departmnt -eq "Pier"');
  await morgan.button('Preview').click();
  await says(morgan.page.getByRole('main'), /departmnt/);
  await morgan.look('policy-by-rule-misspelled');
  await morgan.field('Rule', { exact: true }).fill(PIER);
  await morgan.field('Grace period', { exact: true }).fill('2');
  // Saving without having looked is refused, and shows what there is to look at.
  await morgan.button('Create policy').last().click();
  await sees(morgan.alert('Nothing was saved yet.'));
  await says(morgan.page.getByRole('main'), /The rule matches 1 person\..*Gain it: Alex ?\./s);
  await morgan.look('policy-by-rule-preview');
  await morgan.button('Create policy').last().click();
  await morgan.page.waitForURL(/\/policies\/[0-9a-f-]{36}$/);
  await morgan.arrives('Pier staff');
  await holds(morgan.field('Rule', { exact: true }), PIER);
  await morgan.look('policy-by-rule');

  await morgan.link('Who could?').click();
  await morgan.field('Search people').fill('alex');
  await morgan.button('Search', { exact: true }).click();
  await morgan.link('Alex', { exact: true }).click();
  await says(morgan.page.getByRole('main'), /Alex need not ask.*You came from this policy\./s);
  await morgan.look('who-could-by-rule');
  await morgan.goto(`${path}?tab=assignments`);
  await says(morgan.row('Alex'), /Automatic/);
  await seesNo(morgan.button('Remove Alex'));

  const alex = await browser.as('alex');
  await alex.goto('/my-access/packages?tab=active');
  await says(alex.row(ROOM), /No end/);
  await seesNo(alex.button(`Remove ${ROOM}`));
  await alex.look('packages-by-rule');
  await moves(morgan, 'Alex', 'Quay');
  await server.settle();
  await alex.reload();
  await says(alex.row(ROOM), /left/);
  await sees(alex.button(`Remove ${ROOM}`));
}

export async function a_rule_is_tried_and_saved_without_script({ browser }) {
  const morgan = await browser.as('morgan', { script: false });
  await moves(morgan, 'Alex', 'Pier');
  const path = await opens(morgan);
  await morgan.goto(`${path}/policies/new`);
  await morgan.field('Name', { exact: true }).fill('Pier staff');
  await assigned(morgan).check();
  await morgan.field('Rule', { exact: true }).fill(PIER);
  await morgan.leaves(() => morgan.button('Preview').click());
  await holds(morgan.field('Name', { exact: true }), 'Pier staff');
  await says(morgan.page.getByRole('main'), /The rule matches 1 person\..*Gain it: Alex ?\./s);
  await morgan.look('policy-by-rule-without-script');
  await morgan.field('Rule', { exact: true }).fill(`${PIER} -or user.department -eq "Quay"`);
  await morgan.leaves(() => morgan.button('Create policy').last().click());
  await sees(morgan.alert('Nothing was saved yet.'));
  await morgan.leaves(() => morgan.button('Create policy').last().click());
  await morgan.arrives('Pier staff');
  const alex = await browser.as('alex', { script: false });
  await alex.goto('/my-access/packages?tab=active');
  await sees(alex.row(ROOM));
}
