// What stands under *Settings*, as far as journeys know it.

export const SETTINGS = '/admin/settings';

/// Opens a thing of the settings by its name.
export async function opensSetting(person, name) {
  await person.goto(SETTINGS);
  await person.leaves(() => person.link(name, { exact: true }).click());
  await person.arrives(name);
}

/// The name of the mail server; the choice above it is called alike.
export const mailHost = (person) => person.page.getByRole('textbox', { name: 'Mail server' });

/// Fills in the form of the mail settings, with a server on this machine.
export async function fillsMail(morgan, { port }, { user = '', password = '' } = {}) {
  await morgan.page.getByRole('radio', { name: /^Sent to a mail server/ }).check();
  await mailHost(morgan).fill('127.0.0.1');
  await morgan.field(/^Port/).fill(String(port));
  await morgan.page.getByRole('radio', { name: /^None/ }).check();
  await morgan.field(/^User name/).fill(user);
  await morgan.field(/^Password/).fill(password);
  await morgan.field('Sender').fill('Vestibule <vestibule@harbour.example>');
}
