// Sponsors: an administrator says who vouches for a guest, a policy asks them, and one of them lets the guest in.

import { givePassword, PASSWORD } from '../lib/demo.mjs';
import { ROOM } from '../lib/packages.mjs';
import { counts, holds, must, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: who vouches for whom is what they are about.
export const fresh = true;

const SPONSORS = { name: /^Sponsors/ };

/// The form for somebody of the directory.
async function edits(morgan, search, name) {
  await morgan.goto(`/admin/users?search=${search}`);
  await morgan.leaves(() => morgan.link(name, { exact: true }).click());
  await morgan.arrives(name);
  await morgan.goto(`${morgan.path}/edit`);
  await morgan.arrives(`Edit ${name}`);
}

/// The page of a new policy for the package; the path of the package.
async function newPolicy(morgan) {
  await morgan.goto('/admin/packages');
  await morgan.leaves(() => morgan.link(ROOM, { exact: true }).click());
  await morgan.arrives(ROOM);
  const path = morgan.path;
  await morgan.goto(`${path}/policies/new`);
  await morgan.field('Name', { exact: true }).fill('Guests of ours');
  await morgan.page.getByRole('radio', { name: /^All users/ }).check();
  return path;
}

const stage = (morgan) => morgan.page.getByRole('group', { name: 'Stage 1' });
const manager = (morgan) => stage(morgan).getByLabel('Manager', { exact: true });
const asksSponsors = (morgan) => stage(morgan).getByRole('checkbox', { name: 'Sponsors of the requestor', exact: true });

/// The guest asks for the package under the policy that asks sponsors, and is on the page of the request.
async function guestAsks(guest, path) {
  await guest.goto(path.replace('/admin/', '/my-access/'));
  await guest.arrives(ROOM);
  await guest.page.getByRole('main').getByRole('link', { name: /^Guests of ours/ }).click();
  await guest.page.waitForURL(/policy=/);
  await guest.ready();
  await guest.field('Business justification').fill('The joint offer is due.');
  await guest.button('Submit request').click();
  await guest.page.waitForURL(/\/my-access\/requests\/[0-9a-f-]{36}$/);
  await guest.ready();
}

export async function a_sponsor_lets_in_the_guest_for_whom_they_vouch({ browser, server }) {
  const morgan = await browser.as('morgan');
  await edits(morgan, 'nils', 'Nils (Nordlicht)');
  await sees(morgan.button('Leave out Dmitri'));
  await morgan.look('user-sponsors');
  await morgan.button('Leave out Dmitri').click();
  await seesNo(morgan.button('Leave out Dmitri'));
  const box = morgan.page.getByRole('combobox', SPONSORS);
  // One too many: what was chosen stays, and the sentence stands at the field.
  for (const name of ['Brandon', 'Bianca', 'Carla', 'Jonas', 'Yuki', 'Tomas']) {
    await box.fill(name.toLowerCase());
    await morgan.page.getByRole('option', { name: new RegExp(`^${name}`) }).click();
    await sees(morgan.button(`Leave out ${name}`));
    await holds(box, '');
  }
  await morgan.button('Save').last().click();
  await says(morgan.page.getByRole('alert').first(), /sponsor/i);
  await sees(morgan.button('Leave out Tomas'));
  await morgan.look('user-sponsors-too-many');
  for (const name of ['Carla', 'Jonas', 'Yuki', 'Tomas']) await morgan.button(`Leave out ${name}`).click();
  await morgan.button('Save').last().click();
  await sees(morgan.status('Nils (Nordlicht) was changed.'));
  await morgan.tab('Profile').click();
  await says(morgan.part('Profile'), /Sponsors.*Bianca.*Brandon/s);
  await morgan.look('user-with-sponsors');

  const path = await newPolicy(morgan);
  await manager(morgan).selectOption({ label: 'Nobody' });
  await asksSponsors(morgan).check();
  await morgan.look('policy-asks-sponsors');
  await morgan.button('Create policy').last().click();
  await morgan.page.waitForURL(/\/policies\/[0-9a-f-]{36}$/);
  await morgan.arrives('Guests of ours');
  must(await asksSponsors(morgan).isChecked(), 'The policy forgot that it asks sponsors.');

  await givePassword(morgan, 'nils.partner');
  const nils = await browser.withPassword('nils.partner', PASSWORD);
  await guestAsks(nils, path);
  await says(nils.page.getByRole('main'), /Brandon/);
  await nils.look('request-that-sponsors-decide');
  const request = nils.path;

  const brandon = await browser.as('brandon');
  await brandon.goto('/my-access/approvals');
  await brandon.link(`Review Nils (Nordlicht), ${ROOM}`).click();
  await brandon.arrives(`Nils (Nordlicht) asks for ${ROOM}`);
  await says(brandon.part('Plan'), /Brandon a sponsor/);
  await brandon.look('approval-as-sponsor');
  await brandon.field('Justification').fill('I know him.');
  await brandon.button('Approve').click();
  await brandon.arrives('Approvals');
  await server.settle();
  await nils.goto(request);
  await sees(nils.state('Delivered'));
  await says(nils.region('Timeline'), /approved by Brandon/i);
}

export async function sponsors_are_set_and_asked_without_script({ browser, server }) {
  const morgan = await browser.as('morgan', { script: false });
  await edits(morgan, 'ana', 'Ana (Nordlicht)');
  const list = morgan.page.getByLabel(/^Sponsors/);
  same(await list.evaluate((select) => [...select.selectedOptions].map((option) => option.text.split(',')[0]).join()), 'Dmitri', 'Whoever is marked');
  // Whoever is not among the first is found by the search above the form.
  await morgan.field('Search people').fill('bianca');
  await morgan.leaves(() => morgan.button('Search').click());
  const bianca = await list.locator('option', { hasText: 'Bianca' }).getAttribute('value');
  const dmitri = await list.locator('option', { hasText: 'Dmitri' }).getAttribute('value');
  await list.selectOption([dmitri, bianca]);
  await morgan.look('user-sponsors-without-script');
  await morgan.leaves(() => morgan.button('Save').last().click());
  await morgan.leaves(() => morgan.tab('Profile').click());
  await says(morgan.part('Profile'), /Sponsors.*Bianca.*Dmitri/s);

  const path = await newPolicy(morgan);
  await manager(morgan).selectOption({ label: 'Nobody' });
  await asksSponsors(morgan).check();
  await morgan.leaves(() => morgan.button('Create policy').last().click());
  await morgan.arrives('Guests of ours');
  must(await asksSponsors(morgan).isChecked(), 'The policy forgot that it asks sponsors.');

  await givePassword(morgan, 'ana.partner');
  const ana = await browser.withPassword('ana.partner', PASSWORD, { script: false });
  await guestAsks(ana, path);
  const bystander = await browser.as('brandon', { script: false });
  await bystander.goto('/my-access/approvals');
  await counts(bystander.link(/Review Ana/), 0);
  const sponsor = await browser.as('bianca', { script: false });
  await sponsor.goto('/my-access/approvals');
  await sponsor.leaves(() => sponsor.link(`Review Ana (Nordlicht), ${ROOM}`).click());
  await sponsor.field('Justification').fill('She works with us.');
  await sponsor.leaves(() => sponsor.button('Approve').click());
  await server.settle();
  await ana.reload();
  await sees(ana.state('Delivered'));
}
