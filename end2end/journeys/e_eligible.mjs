// A package makes eligible for a group under privileged access management: whoever holds the package activates the membership.

import { decides, submits } from '../lib/demo.mjs';
import { formOf, makesCatalog, makesPackage } from '../lib/packages.mjs';
import { says, sees } from '../lib/waiting.mjs';

const GROUP = 'Vault keys';

export async function what_a_package_makes_eligible_for_is_activated_and_keeps_its_group_where_it_is({ browser, server }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/groups/new');
  await morgan.field('Name').fill(GROUP);
  await morgan.button('Create group').click();
  await morgan.arrives(GROUP);
  const group = morgan.path.split('?')[0];
  await morgan.goto(`${group}/privileged`);
  await morgan.button('Enable').click();
  await sees(morgan.status('is under privileged access management now'));

  const catalog = await makesCatalog(morgan, 'Vault');
  await morgan.goto(`${catalog}?tab=resources&search=vault`);
  await morgan.field('Resource', { exact: true }).selectOption({ label: `${GROUP} · Group` });
  await morgan.button('Add resource').click();
  await sees(morgan.row(GROUP));
  const path = await makesPackage(morgan, catalog, 'Vault desk', 'For the yearly count.');
  await morgan.goto(`${path}?tab=roles`);
  await morgan.button('Add resource role').click();
  const add = morgan.dialog('Add resource role');
  const role = await add.getByRole('option', { name: /^Vault keys, Eligible member/ }).getAttribute('value');
  await add.getByLabel('Resource role').selectOption(role);
  await add.getByRole('button', { name: 'Add role' }).click();
  await says(morgan.row(GROUP), /Member[^]*Eligible, to be activated/);
  await morgan.look('package-makes-eligible');

  // The group cannot leave while the package does that; the form stays where it is.
  morgan.expects(422);
  await morgan.goto(`${group}/privileged`);
  await morgan.button('Take out').click();
  await morgan.dialog(`Take out ${GROUP}?`).getByRole('button', { name: `Take out ${GROUP}` }).click();
  await sees(morgan.alert(`“${GROUP}” stays under privileged access management while “Vault desk” makes people eligible for it.`));

  const alex = await browser.as('alex');
  await alex.goto(formOf(path));
  await says(alex.page.getByRole('complementary', { name: 'About this package' }), /Group · Member · to be activated/);
  await alex.field('Business justification').fill('The yearly count.');
  await submits(alex);
  await decides(await browser.as('miriam'), 'Approve', 'Once a year.');
  await server.settle();
  await alex.reload();
  await sees(alex.state('Delivered'));
  await alex.goto('/my-roles?kind=groups');
  await sees(alex.row(GROUP));
  await alex.link(`Activate ${GROUP}, Member`).click();
  await alex.arrives(`Activate ${GROUP}, Member`);
  await alex.field('Reason').fill('Counting.');
  await alex.button('Activate', { exact: true }).click();
  await sees(alex.status(`“${GROUP}, Member” is active.`));
  await alex.goto('/my-roles?kind=groups&tab=active');
  await sees(alex.row(GROUP));
  await alex.look('my-roles-eligible-by-a-package');
}
