// Many decisions with one form, a delegate who decides, and everybody's requests in administration.

import { asksFor, asksForMip } from '../lib/demo.mjs';
import { REPORTING } from '../lib/packages.mjs';
import { reads, same, says, sees } from '../lib/waiting.mjs';

const asksForReporting = (person, why) => asksFor(person, REPORTING, why);

export async function a_delegate_decides_and_both_names_are_told({ browser }) {
  const brandon = await browser.as('brandon', { script: false });
  await brandon.goto('/my-access/approvals?tab=delegation');
  await brandon.look('delegation');
  const options = await brandon.field('Delegate', { exact: true }).locator('option').allInnerTexts();
  const bianca = options.find((option) => option.startsWith('Bianca'));
  await brandon.field('Delegate', { exact: true }).selectOption({ label: bianca });
  const day = await brandon.field('First day').inputValue();
  await brandon.field('Last day').fill(day);
  await brandon.leaves(() => brandon.button('Delegate', { exact: true }).click());
  await says(brandon.region('Who decides in your place'), /Bianca/);
  await brandon.look('delegation-given');

  const alex = await browser.as('alex');
  await asksForMip(alex);
  const request = alex.path;

  const stands_in = await browser.as('bianca', { script: false });
  await stands_in.goto('/my-access/approvals');
  const search = stands_in.page.getByLabel('Search by requestor, package or role');
  await search.fill('nobody');
  await stands_in.leaves(() => search.press('Enter'));
  await sees(stands_in.heading('Nothing found'));
  await stands_in.look('approvals-nothing-found');
  await search.fill('mip alex');
  await stands_in.leaves(() => search.press('Enter'));
  await stands_in.look('approvals-found');
  await stands_in.page.getByRole('checkbox', { name: /Alex/ }).check();
  await stands_in.look('approvals-selected');
  const bulk = stands_in.page.getByRole('group', { name: 'Decide the selected requests' });
  await bulk.getByLabel('Justification').fill('Brandon is away.');
  await stands_in.leaves(() => bulk.getByRole('button', { name: 'Approve' }).click());
  await sees(stands_in.heading('Nothing found'));
  await alex.goto(request);
  reads((await alex.timeline.allInnerTexts()).join('\n'), /approved by Bianca for Brandon.*Brandon is away/s);
}

export async function administrators_find_everybodys_requests({ browser }) {
  const alex = await browser.as('alex');
  await asksForReporting(alex, 'Close of the quarter.');
  alex.expects(404);
  same((await alex.goto('/admin/requests')).status(), 404, 'The status of all requests for Alex');
  const morgan = await browser.as('morgan');
  await morgan.follow('Requests');
  await sees(morgan.row(REPORTING).first());
  await morgan.look('requests-of-everybody');
  await morgan.goto('/admin/requests?search=alex&state=pending_approval');
  await morgan.row(REPORTING).getByRole('link', { name: REPORTING }).click();
  await morgan.arrives(`Alex: ${REPORTING}`);
  await morgan.look('request-of-somebody');
  await morgan.button('Cancel request').click();
  await morgan.dialog(/^Cancel the request/).getByRole('button', { name: 'Cancel request' }).click();
  await sees(morgan.state('Canceled'));
  const list = await fetch(`${morgan.server.address}/admin/requests.csv?search=alex`, { headers: await morgan.cookies() });
  reads(await list.text(), /Alex,alex,,,Finance reporting,/);
  same(list.status, 200, 'The status of the download');
}
