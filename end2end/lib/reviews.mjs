// What journeys of access reviews have in common: making them, finding them, deciding in dialogs.

import { sees } from './waiting.mjs';

/// Chooses somebody or something in a box that offers names.
export async function picks(person, label, name, place = person.page) {
  const box = place.getByRole('combobox', { name: label });
  await box.fill(name.toLowerCase());
  await place.getByRole('option', { name: new RegExp(`^${name}`) }).first().click();
  await sees(place.getByRole('button', { name: new RegExp(`^Leave out ${name}`) }));
}

/// The id by which a form names somebody or something.
async function idOf(person, query, name) {
  const [found] = await (await person.asks(query)).json();
  return found.find((one) => one.name === name).id;
}
/// The same where several things of different kinds are called so.
export async function groupIs(person, name) {
  const [found] = await (await person.asks({ ReviewSubjects: { search: name } })).json();
  return found.find((one) => one.name === name && one.id.startsWith('group:')).id;
}
export const whatIs = (person, name) => idOf(person, { ReviewSubjects: { search: name } }, name);
export const whoIs = (person, name) => idOf(person, { ReviewPeople: { groups: false, search: name } }, name);

/// Makes a review past the pages, waits until it has begun, and answers its address.
export async function begins(morgan, name, what, fields) {
  const answer = await morgan.post('/api/create_reviews', {
    'of[]': what.includes(':') ? what : await whatIs(morgan, what),
    name,
    scope: 'everyone',
    types: 'both',
    starts: new Date().toISOString().slice(0, 16),
    frequency: 'once',
    'stages[s0][days]': '14',
    'carried[]': 'not_reviewed',
    silence: 'no_change',
    silence_limit: '50',
    look_back: '30',
    recommendations: 'true',
    ...fields,
  });
  const { Done } = await answer.json();
  await morgan.server.settle();
  return Done.go;
}

/// A review that one person decides.
export async function asks(morgan, reviewer, name, what, fields = {}) {
  const who = { 'stages[s0][reviewers]': 'selected', 'stages[s0][users][]': await whoIs(morgan, reviewer) };
  return begins(morgan, name, what, { ...who, ...fields });
}

/// Assigns a package to somebody; answers its address.
export async function gives(morgan, name, to) {
  await morgan.goto('/admin/packages');
  await morgan.leaves(() => morgan.link(name, { exact: true }).click());
  await morgan.arrives(name);
  const address = morgan.path.split('?')[0];
  await morgan.goto(`${address}/assignments/new`);
  await picks(morgan, 'People', to);
  await morgan.field('Justification').fill('Works with our partners.');
  await morgan.button('Assign').click();
  await sees(morgan.status(/assigned/));
  await morgan.server.settle();
  return address;
}

/// Opens a review from the list of those in which one is asked.
export async function opens(person, name) {
  await person.goto('/my-access/reviews');
  const link = person.link(name, { exact: true });
  await (person.script ? link.click() : person.leaves(() => link.click()));
  await person.arrives(name);
}

/// Presses a button and then the one that does it in the dialog.
export async function confirms(person, button, dialog, act) {
  await person.button(button, { exact: true }).first().click();
  await person.dialog(dialog).getByRole('button', { name: act }).click();
}

export const bulk = (person) => person.page.getByRole('group', { name: 'Decide the selected people' });
