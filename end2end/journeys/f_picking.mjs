// People and groups are picked for a policy, by name and by address, and typed where there is no script.

import { hasFocus, tabTo, types } from '../lib/keyboard.mjs';
import { holds, sees, seesNo, says } from '../lib/waiting.mjs';

const stage = (person, number) => person.page.getByRole('group', { name: `Stage ${number}` });
const box = (place, label) => place.getByRole('combobox', { name: label });
const chosen = (place, name) => place.getByRole('button', { name: `Leave out ${name}` });

async function newPolicy(morgan) {
  await morgan.goto('/admin/packages?search=partner');
  await morgan.link('Partner document room').click();
  await morgan.arrives('Partner document room');
  await morgan.goto(`${morgan.path}/policies/new`);
  await morgan.arrives('New policy');
}

export async function people_and_groups_are_picked_by_name_and_address_and_taken_out_again_by_keyboard({ browser }) {
  const morgan = await browser.as('morgan');
  await newPolicy(morgan);
  await morgan.field('Name', { exact: true }).fill('Picked');
  const first = stage(morgan, 1);
  const people = box(first, 'Approvers: people');

  // By keyboard alone: type a part of the address, go down the list, choose, take out, choose another
  await types(morgan, people, 'helga@');
  await sees(first.getByRole('option').filter({ hasText: /Helga helga@/ }));
  await says(first.locator('.combo [aria-live]').first(), '1 person found');
  await morgan.page.keyboard.press('Enter');
  await sees(chosen(first, 'Helga'));
  await holds(people, '');
  await people.fill('miri');
  await sees(first.getByRole('option').filter({ hasText: 'Miriam' }));
  await morgan.look('policy-picking');
  await morgan.page.keyboard.press('Enter');
  await sees(chosen(first, 'Miriam'));
  await people.focus();
  await tabTo(morgan, chosen(first, 'Helga'), 'Shift+Tab');
  await morgan.page.keyboard.press('Enter');
  await seesNo(chosen(first, 'Helga'));
  await hasFocus(morgan, people, 'the box');
  await says(first.locator('.combo [aria-live]').first(), 'Helga is left out');

  const groups = box(first, 'Approvers: groups');
  await groups.fill('oslo');
  await first.getByRole('option').filter({ hasText: 'Oslo office' }).click();
  await sees(chosen(first, 'Oslo office'));

  // What was typed and not picked is neither lost nor ignored
  await people.fill('nobody-of-this-name');
  await morgan.button('Create policy').last().click();
  await sees(morgan.alert('“nobody-of-this-name” is nobody’s user name').first());
  await holds(people, 'nobody-of-this-name');
  await sees(chosen(first, 'Miriam'));
  await morgan.look('policy-picked-refused');
  await people.fill('bianca');
  await morgan.button('Create policy').last().click();
  await morgan.page.waitForURL(/\/policies\/[0-9a-f-]{36}$/);
  await morgan.arrives('Picked');
  for (const name of ['Miriam', 'Bianca', 'Oslo office']) await sees(chosen(first, name));
  await morgan.look('policy-picked');

  // The same policy without script, as names to type
  const plain = await browser.as('morgan', { script: false });
  await plain.goto(morgan.path);
  await holds(stage(plain, 1).getByLabel('Approvers: people'), 'Miriam (miriam)\nBianca (bianca)');
  await stage(plain, 1).getByLabel('Approvers: people').fill('Miriam (miriam)\nnobody-of-this-name');
  await plain.leaves(() => plain.button('Save').last().click());
  await sees(plain.alert('“nobody-of-this-name” is nobody’s user name').first());
  await holds(stage(plain, 1).getByLabel('Approvers: people'), 'Miriam (miriam)\nnobody-of-this-name');
}

export async function who_may_request_is_picked_too({ browser }) {
  const morgan = await browser.as('morgan');
  await newPolicy(morgan);
  await morgan.field('Name', { exact: true }).fill('For a few');
  await morgan.page.getByRole('radio', { name: /^Specific users and groups/ }).check();
  const users = morgan.page.getByRole('combobox', { name: 'Users' });
  await users.fill('emma');
  await morgan.page.getByRole('option').filter({ hasText: 'Emma' }).click();
  const groups = morgan.page.getByRole('combobox', { name: /^Groups/ });
  await groups.fill('no such group');
  await sees(morgan.text('No group has this name.'));
  await groups.fill('');
  await morgan.button('Create policy').last().click();
  await morgan.page.waitForURL(/\/policies\/[0-9a-f-]{36}$/);
  await sees(chosen(morgan.page, 'Emma'));
}
