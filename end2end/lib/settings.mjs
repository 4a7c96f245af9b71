// What stands under *Settings*, as far as journeys know it.

export const SETTINGS = '/admin/settings';

/// Opens a thing of the settings by its name.
export async function opensSetting(person, name) {
  await person.goto(SETTINGS);
  await person.leaves(() => person.link(name, { exact: true }).click());
  await person.arrives(name);
}
