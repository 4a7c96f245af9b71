// An approver hands over chosen packages only: the stand-in decides those, and nothing else.

import { DESK_TOOLS, GLOBAL, alexAsks, approvalOf, asksFor, decides } from '../lib/demo.mjs';
import { picks } from '../lib/roles.mjs';
import { must, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: what waits for whom is what they are about.
export const fresh = true;

const DELEGATION = '/my-access/approvals?tab=delegation';
const INBOX = '/my-access/approvals';


/// Alex asks for two packages that Miriam decides; the addresses of both requests.
async function alexAsksForTwo(browser) {
  const alex = await browser.as('alex');
  const global = await alexAsks(alex);
  await asksFor(alex, DESK_TOOLS, 'I answer tickets this month.');
  return { alex, global, desk: alex.path };
}

export async function whoever_stands_in_for_one_package_sees_and_decides_that_one_and_not_the_other({ browser, server }) {
  const { alex, global, desk } = await alexAsksForTwo(browser);
  const miriam = await browser.as('miriam', { at: DELEGATION });
  const today = await miriam.field('First day').inputValue();
  await picks(miriam, 'Delegate', 'Brandon');
  await miriam.field('Last day').fill(today);
  await miriam.page.getByRole('radio', { name: /^Chosen access packages/ }).check();
  await miriam.button('Delegate', { exact: true }).click();
  await sees(miriam.alert('“Access packages” is needed.').first());
  await miriam.look('delegation-of-nothing');
  await miriam.page.getByRole('checkbox', { name: DESK_TOOLS }).check();
  await miriam.button('Delegate', { exact: true }).click();
  await sees(miriam.status('Brandon may decide in your place and was told.'));
  const given = miriam.region('Who decides in your place').getByRole('row').filter({ hasText: 'Brandon' });
  await says(given, DESK_TOOLS);
  must(!(await given.innerText()).includes(GLOBAL), 'More was delegated than was chosen.');
  await miriam.look('delegation-of-one-package');
  reads((await server.letter('brandon', /^Decide for Miriam until/)).text, new RegExp(DESK_TOOLS));

  const brandon = await browser.as('brandon', { at: INBOX });
  await says(brandon.row('Alex'), DESK_TOOLS);
  same(await brandon.row('Alex').count(), 1, 'How many requests of Alex wait for Brandon');
  await brandon.look('inbox-of-a-stand-in');
  // The other one exists for him by no way: neither its page, nor its decision.
  await brandon.goto(approvalOf(global));
  await seesNo(brandon.button('Approve', { exact: true }));
  const fields = { request: global.split('/').at(-1), stage: '0', verdict: 'approve', words: 'I may.' };
  const refused = await brandon.post('/api/decide_request', fields);
  reads(await refused.text(), /not_an_approver|not_found/);
  await brandon.goto(DELEGATION);
  await says(brandon.region('In whose place you decide'), new RegExp(`Miriam.*${DESK_TOOLS}`, 's'));
  await brandon.look('delegation-received');

  await brandon.goto(approvalOf(desk));
  await says(brandon.page.getByRole('main'), /Miriam/);
  await brandon.look('approval-of-a-stand-in');
  await decides(brandon, 'Approve', 'The desk is short of people.');
  await server.settle();
  await alex.goto(desk);
  await sees(alex.state('Delivered'));
  reads((await alex.timeline.allInnerTexts()).join('\n'), /approved by Brandon for Miriam[^]*The desk is short of people/);
  await alex.look('request-decided-by-a-stand-in');
  await alex.goto(global);
  await sees(alex.state('Pending approval'));
  await miriam.goto(INBOX);
  await says(miriam.row('Alex'), GLOBAL);
  same(await miriam.row('Alex').count(), 1, 'How many requests of Alex wait for Miriam');
}

export async function when_a_delegation_is_ended_its_package_waits_for_the_stand_in_no_more({ browser }) {
  const { desk } = await alexAsksForTwo(browser);
  for (const script of [true, false]) {
    const miriam = await browser.as('miriam', { script, at: DELEGATION });
    const today = await miriam.field('First day').inputValue();
    if (script) await picks(miriam, 'Delegate', 'Brandon');
    else {
      const options = await miriam.field('Delegate', { exact: true }).locator('option').allInnerTexts();
      await miriam.field('Delegate', { exact: true }).selectOption({ label: options.find((option) => option.startsWith('Brandon')) });
    }
    await miriam.field('Last day').fill(today);
    await miriam.page.getByRole('radio', { name: /^Chosen access packages/ }).check();
    await miriam.page.getByRole('checkbox', { name: DESK_TOOLS }).check();
    await miriam.sends('Delegate');
    await says(miriam.region('Who decides in your place'), /Brandon/);
    const brandon = await browser.as('brandon', { script, at: INBOX });
    await says(brandon.row('Alex'), DESK_TOOLS);

    await miriam.button('End delegation to Brandon').click();
    const dialog = miriam.dialog('End the delegation to Brandon?');
    await says(dialog, 'Brandon no longer decides in your place from this moment on.');
    if (script) await miriam.look('delegation-end');
    const end = dialog.getByRole('button', { name: 'End delegation' });
    await (script ? end.click() : miriam.leaves(() => end.click()));
    await sees(miriam.status('Brandon no longer decides in your place.'));
    await brandon.goto(INBOX);
    await seesNo(brandon.row('Alex'));
    const fields = { request: desk.split('/').at(-1), stage: '0', verdict: 'approve', words: 'Still?' };
    reads(await (await brandon.post('/api/decide_request', fields)).text(), /not_an_approver|not_found/);
  }
}
