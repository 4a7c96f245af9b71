// Directory roles, as journeys of administrators open and give them.

/// The assignments of a directory role.
export async function opens(person, name) {
  await person.goto('/admin/roles');
  await person.leaves(() => person.link(name, { exact: true }).click());
  await person.arrives(name);
  return person.path.split('?')[0];
}

/// Chooses somebody in a box that offers names.
export async function picks(person, label, name, place = person.page) {
  const box = place.getByRole('combobox', { name: label });
  await box.fill(name.toLowerCase());
  await place.getByRole('option', { name: new RegExp(`^${name}`) }).first().click();
}
