// Catalogs, packages and policies, as journeys of administrators make them and of requestors find them.

import { must, sees } from './waiting.mjs';

/// The demo company's package that asks nobody and lets everybody choose when.
export const ROOM = 'Partner document room';
export const REPORTING = 'Finance reporting';

/// Makes a catalog, and is on its page; its path.
export async function makesCatalog(person, name, { look } = {}) {
  await person.goto('/admin/catalogs/new');
  if (look) await person.look(look);
  await person.field('Name', { exact: true }).fill(name);
  await person.button('Create catalog').click();
  await person.page.waitForURL(/\/admin\/catalogs\/[0-9a-f-]{36}$/);
  await person.ready();
  return person.path;
}

/// Brings the Oslo office into a catalog.
export async function bringsOslo(person, catalog) {
  await person.goto(`${catalog}?tab=resources&search=oslo`);
  await person.field('Resource', { exact: true }).selectOption({ label: 'Oslo office · Group' });
  await person.button('Add resource').click();
  await sees(person.row('Oslo office'));
}

/// Describes a package step by step, without roles and policies, and makes it; its path.
export async function makesPackage(person, catalog, name, description = '') {
  await person.goto(`/admin/packages/new?catalog=${catalog.split('/').at(-1)}`);
  await person.field('Name', { exact: true }).fill(name);
  await person.field('Description').fill(description);
  for (const step of ['Resource roles', 'Requests', 'Requestor information', 'Lifecycle', 'Review + create']) {
    await person.button(`Next to ${step}`).click();
    await person.arrives(step);
  }
  await person.button('Create').click();
  await person.page.waitForURL(/\/admin\/packages\/[0-9a-f-]{36}$/);
  await person.ready();
  return person.path;
}

/// Opens the administrators' page of a package from their list; its path.
export async function opensPackage(person, name) {
  await person.goto(`/admin/packages?search=${encodeURIComponent(name)}`);
  await person.leaves(() => person.link(name, { exact: true }).click());
  await person.arrives(name);
  return person.path.split('?')[0];
}

/// Whoever may request a package finds its form here.
export const formOf = (path) => path.replace('/admin/', '/my-access/');

/// The fields of one stage, as a form sends them: people by their user names.
export function stage(number, users, more = {}) {
  const fields = { users: users.join('\n'), quorum: '1', window: '4', window_unit: 'days', justification: 'true', ...more };
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [`stages[s${number}][${field}]`, value]));
}

/// Makes a policy past its form, for all members unless `fields` say otherwise; the path of its page.
export async function makesPolicy(person, path, name, fields = {}) {
  const answer = await person.post('/api/save_policy', {
    package: path.split('/').at(-1),
    name,
    enabled: 'true',
    scope: 'all_members',
    justification_required: 'true',
    lasts: 'days',
    lasts_length: '30',
    ...fields,
  });
  const { Done } = await answer.json();
  must(Done, `The policy “${name}” was not made.`);
  return Done.go;
}

/// Chooses somebody in a box for several names, which are listed below it.
export async function names(person, place, label, ...people) {
  const box = place.getByRole('combobox', { name: label });
  for (const name of people) {
    await box.fill(name.toLowerCase());
    await place.getByRole('option', { name: new RegExp(`^${name}`) }).first().click();
    await sees(place.getByRole('button', { name: `Leave out ${name}` }));
  }
}
