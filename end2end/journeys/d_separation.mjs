// Nobody has two things that are incompatible: set by an administrator, met at the request and at the approval, listed where
// somebody has both already.

import { asksFor } from '../lib/demo.mjs';
import { counts, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: who holds what is what they are about.
export const fresh = true;

const ROOM = 'Partner document room';
const DESK = 'Service desk tools';
const TAB = 'Separation of duties';
const FINDING = `Alex holds “${ROOM}”, which is incompatible with “${DESK}”: nobody may have both.`;

/// The page of a package in administration.
async function opens(person, name) {
  await person.goto('/admin/packages');
  await person.leaves(() => person.link(name, { exact: true }).click());
  await person.arrives(name);
  return person.path.split('?')[0];
}

const requests = (person, name) => asksFor(person, name, 'I need it for the partners.');

/// Chooses what is on the list of what can be added; it is written with its kind and catalog.
async function chooses(person, name) {
  const pick = person.page.getByRole('combobox', { name: 'Package or group' });
  const option = pick.locator('option', { hasText: name }).first();
  await pick.selectOption(await option.getAttribute('value'));
}

export async function what_is_incompatible_is_met_everywhere_and_who_has_both_is_listed({ browser, server }) {
  const alex = await browser.as('alex');
  await requests(alex, DESK);
  const request = alex.path;
  await requests(alex, ROOM);
  await server.settle();

  const morgan = await browser.as('morgan');
  const path = await opens(morgan, DESK);
  await morgan.tab(TAB).click();
  await sees(morgan.heading('Nothing is incompatible'));
  await morgan.look('separation-none');
  await morgan.button('Add', { exact: true }).click();
  await sees(morgan.page.getByRole('alert').first());
  await morgan.page.getByRole('searchbox', { name: 'Search packages and groups to add' }).fill('partner');
  await morgan.button('Search').click();
  await morgan.page.waitForURL(/search=partner/);
  await chooses(morgan, ROOM);
  await morgan.button('Add', { exact: true }).click();
  await sees(morgan.status(`Nobody gets this package any more who has “${ROOM}”, nor the other way round.`));
  await says(morgan.row(ROOM), /Access package.*Here/s);
  await sees(morgan.page.getByText('Nobody has both now.'));
  await morgan.look('separation');
  await morgan.link(ROOM, { exact: true }).click();
  await morgan.arrives(ROOM);
  await says(morgan.row(DESK), /On the other package/);
  await morgan.look('separation-from-the-other-side');

  const miriam = await browser.as('miriam');
  await miriam.goto('/my-access/approvals');
  await miriam.link(`Review Alex, ${DESK}`).click();
  await miriam.arrives(`Alex asks for ${DESK}`);
  await says(miriam.page.getByRole('main'), new RegExp(FINDING));
  await miriam.look('approval-incompatible');
  await miriam.field('Justification').fill('She plans with it.');
  await miriam.button('Approve').click();
  await sees(miriam.page.getByRole('alert').filter({ hasText: FINDING }).first());
  await miriam.look('approval-incompatible-refused');

  // What stood in the way is taken away; then it is put back, and Alex has both.
  await morgan.button(`Remove ${DESK}`).click();
  await morgan.look('separation-remove');
  await morgan.dialog(`Remove ${DESK}?`).getByRole('button', { name: `Remove ${DESK}` }).click();
  await sees(morgan.status(`“${DESK}” is no longer incompatible with this package.`));
  await miriam.reload();
  await seesNo(miriam.page.getByText(FINDING));
  await miriam.field('Justification').fill('She plans with it.');
  await miriam.button('Approve').click();
  await miriam.arrives('Approvals');
  await server.settle();
  await morgan.goto(`${path}?tab=separation&search=partner`);
  await chooses(morgan, ROOM);
  await morgan.button('Add', { exact: true }).click();
  await sees(morgan.page.getByText('1 person has both now.'));
  await says(morgan.row('Alex'), new RegExp(ROOM));
  await morgan.look('separation-overlaps');
  reads(await (await fetch(new URL(`${path}/overlaps.csv`, morgan.page.url()), { headers: await morgan.cookies() })).text(), /Alex,alex,.*,Partner document room,Access package/);

  await alex.goto(request);
  await sees(alex.state('Delivered'));
  await alex.goto('/my-access/packages?tab=active');
  await alex.button(`Remove ${DESK}`).click();
  await alex.dialog(`Remove ${DESK}?`).getByRole('button', { name: `Remove ${DESK}` }).click();
  await sees(alex.status(`You no longer hold “${DESK}”.`));
  await alex.goto(path.replace('/admin/', '/my-access/'));
  await says(alex.page.getByRole('main'), new RegExp(`You hold “${ROOM}”, which is incompatible with “${DESK}”`));
  await alex.look('package-incompatible');
  await morgan.goto(`${path}?tab=who-could&search=alex`);
  await morgan.link('Alex').click();
  await says(morgan.page.getByRole('main'), new RegExp(`They are told: You hold “${ROOM}”`));
}

export async function incompatible_is_added_and_removed_without_script({ browser, server }) {
  const morgan = await browser.as('morgan', { script: false });
  const path = await opens(morgan, DESK);
  await morgan.leaves(() => morgan.tab(TAB).click());
  await morgan.leaves(() => morgan.button('Add', { exact: true }).click());
  await sees(morgan.page.getByRole('alert').first());
  await morgan.page.getByRole('searchbox', { name: 'Search packages and groups to add' }).fill('partner');
  await morgan.leaves(() => morgan.button('Search').click());
  await chooses(morgan, `${ROOM} · Group`);
  await morgan.leaves(() => morgan.button('Add', { exact: true }).click());
  await says(morgan.row(ROOM), /Group.*Here/s);

  const alex = await browser.as('alex', { script: false });
  await alex.goto('/my-access/packages');
  await alex.leaves(() => alex.link(`Request ${ROOM}`).click());
  await alex.field('Business justification').fill('Contracts.');
  await alex.leaves(() => alex.button('Submit request').click());
  await server.settle();
  await alex.goto(path.replace('/admin/', '/my-access/'));
  await says(alex.page.getByRole('main'), new RegExp(`You are a member of “${ROOM}”, which is incompatible with “${DESK}”`));
  await alex.look('package-incompatible-without-script');

  await morgan.goto(`${path}?tab=separation`);
  await morgan.button(`Remove ${ROOM}`).click();
  await morgan.leaves(() => morgan.dialog(`Remove ${ROOM}?`).getByRole('button', { name: `Remove ${ROOM}` }).click());
  await sees(morgan.heading('Nothing is incompatible'));
  await counts(morgan.row(ROOM), 0);
}

export async function who_has_no_role_learns_of_nothing_incompatible({ browser }) {
  const morgan = await browser.as('morgan');
  const path = await opens(morgan, DESK);
  const alex = await browser.as('alex');
  alex.expects(404);
  for (const below of ['?tab=separation', '/overlaps.csv']) {
    same((await alex.goto(path + below)).status(), 404, `The status of ${below} for Alex`);
  }
}
