// Directory roles, as journeys of administrators open and give them.

import { sees } from './waiting.mjs';

/// The assignments of a directory role.
export async function opens(person, name) {
  await person.goto('/admin/roles');
  await person.leaves(() => person.link(name, { exact: true }).click());
  await person.arrives(name);
  return person.path.split('?')[0];
}

/// The link of a role or group under privileged access, beside which the navigation has one of the same name.
export const settingsLink = (person) => person.page.getByRole('main').getByRole('link', { name: 'Settings', exact: true });

/// The settings of a directory role; answers the address of its assignments.
export async function opensSettings(person, name) {
  const assignments = await opens(person, name);
  await settingsLink(person).click();
  await person.arrives(`Settings of ${name}`);
  return assignments;
}

/// Chooses somebody in a box that offers names.
export async function picks(person, label, name, place = person.page) {
  const box = place.getByRole('combobox', { name: label });
  await box.fill(name.toLowerCase());
  await place.getByRole('option', { name: new RegExp(`^${name}`) }).first().click();
}

/// Presses *Add assignments* on the page of a role or group and assigns it: for good, unless `end` says until when.
export async function assigns(person, { to, active = false, end, why, said }) {
  await person.link('Add assignments').click();
  await person.arrives('Add assignments');
  await picks(person, 'Person or group', to);
  if (active) await person.page.getByRole('radio', { name: /^Active/ }).check();
  if (end) await person.field('End').fill(end);
  else await person.field('Permanent').check();
  await person.field('Justification').fill(why);
  await person.button('Assign').click();
  await sees(person.status(said));
}

/// What a field for date and time takes, so many days from when the story begins.
export const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16);

/// The first stage of the settings that are open asks this person, and nobody else.
export async function asksOnly(morgan, name) {
  await morgan.field('Require approval to activate').check();
  await morgan.button('Add stage').click();
  const stage = morgan.page.getByRole('group', { name: 'Stage 1' });
  await picks(morgan, 'Approvers: people', name, stage);
  await sees(stage.getByRole('button', { name: `Leave out ${name}` }));
  return stage;
}

/// Saves the settings of a role that are open.
export async function savesSettings(morgan, name) {
  await morgan.button('Update', { exact: true }).last().click();
  await sees(morgan.status(`The settings of “${name}” were updated.`));
}

/// Asks to activate a role that somebody has to approve, and is on the page of the request afterwards.
export async function asksToActivate(person, name, why) {
  await person.goto('/my-roles');
  await person.link(`Activate ${name}`).click();
  await person.arrives(`Activate ${name}`);
  await person.field('Reason').fill(why);
  await person.button('Activate', { exact: true }).click();
  await sees(person.state('Pending approval'));
}

/// The same by Lee, who has just signed in.
export async function leeAsks(browser, role) {
  const lee = await browser.as('lee');
  await asksToActivate(lee, role, 'A new colleague.');
  return lee;
}

/// The settings of a role ask this person, who proves it with multifactor authentication.
export async function asksForProof(morgan, role, name) {
  await opensSettings(morgan, role);
  const stage = await asksOnly(morgan, name);
  await stage.getByLabel('Approvers must use multifactor authentication').check();
  await savesSettings(morgan, role);
}
