// The demo company, as far as journeys know it.

import { must } from './waiting.mjs';

export const GLOBAL = 'Global administrator access';
export const MIP = 'APP – MIP Client (requires approval)';
export const DESK_TOOLS = 'Service desk tools';
export const TICKET = 'Ticket or change number';
export const PASSWORD = 'a quiet harbour at dawn';

/// The address of a package's request form, by its name, as its row in the list has it.
export async function linkOf(person, name) {
  await person.goto('/my-access/packages');
  return person.page.getByRole('rowheader').getByRole('link', { name, exact: true }).getAttribute('href');
}

/// Alex asks for global administrator access, and is on the page of the request afterwards.
export async function alexAsks(alex, { why = 'Tenant-wide retention policy is broken.', ticket = 'CHG0012345' } = {}) {
  await alex.goto(await linkOf(alex, GLOBAL));
  await alex.field('Business justification').fill(why);
  await alex.field(TICKET).fill(ticket);
  await submits(alex);
  return alex.path;
}

/// Sends the form of a request, and waits for the page of the request.
export async function submits(person, button = 'Submit request') {
  await person.button(button).click();
  await person.page.waitForURL(/\/my-access\/requests\/[0-9a-f-]{36}$/);
  await person.ready();
}

/// Asks for a package that is in the list, and is on the page of the request afterwards.
export async function asksFor(person, name, why) {
  await person.goto('/my-access/packages');
  await person.leaves(() => person.link(`Request ${name}`).click());
  await person.arrives(name);
  await person.field('Business justification').fill(why);
  await submits(person);
}

/// Asks for a package under the one of several policies that is called so, and is on the page of the request afterwards.
export async function asksUnder(person, address, policy, why) {
  await person.goto(address);
  const choice = person.page.getByRole('navigation', { name: 'Policy' }).getByRole('link', { name: policy, exact: true });
  await (person.script ? choice.click() : person.leaves(() => choice.click()));
  await person.page.waitForURL(/policy=/);
  await person.field('Business justification').fill(why);
  await submits(person);
}

/// Asks for the MIP client, and is on the page of the request afterwards.
export async function asksForMip(person, why = 'Classified documents.') {
  await person.goto('/my-access/packages?search=MIP');
  await person.leaves(() => person.link(/^Request APP/).click());
  await person.field('Business justification').fill(why);
  await person.page.getByRole('checkbox', { name: 'Classify documents' }).check();
  await submits(person);
}

/// Alex asks for the tools of the service desk, and Miriam lets Alex have them.
export async function getsDeskTools(browser, alex) {
  await asksFor(alex, DESK_TOOLS, 'I answer tickets this month.');
  const miriam = await browser.as('miriam');
  await miriam.goto('/my-access/approvals');
  await miriam.link(`Review Alex, ${DESK_TOOLS}`).click();
  await miriam.arrives(`Alex asks for ${DESK_TOOLS}`);
  await miriam.field('Justification').fill('The desk is short of people.');
  await miriam.button('Approve', { exact: true }).click();
  await miriam.arrives('Approvals');
}

/// Where approvers find a request of which the requestor has the address.
export const approvalOf = (request) => request.replace('/requests/', '/approvals/');

/// Opens the approval of a request from the inbox and decides.
export async function decides(person, verdict, words, { from = 'Alex' } = {}) {
  await person.goto('/my-access/approvals');
  await person.row(from).getByRole('link', { name: new RegExp(`^${from}`) }).click();
  await person.page.waitForURL(/\/my-access\/approvals\/[0-9a-f-]{36}$/);
  await person.ready();
  if (words) await person.field('Justification').fill(words);
  await person.button(verdict, { exact: true }).click();
  await person.page.waitForURL(/\/my-access\/approvals$/);
  await person.ready();
}

/// Lets an administrator give a password to somebody who has no button on the sign-in page.
export async function givePassword(morgan, userName) {
  const found = await morgan.asks({ Users: { search: userName, filter: 'all', after: null } });
  const [{ rows }] = await found.json();
  const row = rows.find((row) => row.user_name === userName);
  must(row, `There is nobody called ${userName}.`);
  const answer = await morgan.post('/api/set_password', { user: row.who.id, password: PASSWORD });
  must(answer.ok && (await answer.text()).includes('Done'), `${userName} has no password: ${answer.status}`);
}
