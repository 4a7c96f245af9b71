// Policies before and after they are saved: who could not decide, who would be bothered, which one counts, and how several compare.

import { MIP, submits } from '../lib/demo.mjs';
import { ROOM, formOf, makesPolicy, names, opensPackage, stage } from '../lib/packages.mjs';
import { counts, must, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: people are disabled, and policies counted.
export const fresh = true;

const first = (person) => person.page.getByRole('group', { name: 'Stage 1' });
/// The row of a policy: others name it in their places.
const policy = (person, name) =>
  person.page.getByRole('row').filter({ has: person.page.getByRole('rowheader', { name, exact: true }) });
const check = (person) => person.page.locator('#check');
const checks = (person) => person.button('Check approvers').click();

/// A group with everybody of the company in it.
async function makesCrowd(morgan) {
  const answer = await morgan.post('/api/save_group', {
    name: 'Everybody of Harbour',
    membership: 'dynamic',
    rule: 'user.companyName -eq "Harbour"',
  });
  must((await answer.text()).includes('Done'), 'The group was not made.');
}

/// Disables somebody past the pages.
async function disables(morgan, name) {
  await morgan.goto(`/admin/users?search=${name.toLowerCase()}`);
  await morgan.leaves(() => morgan.link(name, { exact: true }).click());
  const user = morgan.path.split('?')[0].split('/').at(-1);
  const answer = await morgan.post('/api/set_user_enabled', { user, enabled: 'false' });
  must((await answer.text()).includes('Done'), `${name} was not disabled.`);
}

export async function before_saving_Morgan_learns_who_could_not_decide_and_who_would_be_bothered({ browser }) {
  const morgan = await browser.as('morgan');
  await makesCrowd(morgan);
  const path = await opensPackage(morgan, ROOM);
  await morgan.goto(`${path}/policies/new`);
  await morgan.field('Name', { exact: true }).fill('In the making');
  await morgan.page.getByRole('radio', { name: /^All members/ }).check();
  const manager = first(morgan).getByLabel('Manager', { exact: true });
  await manager.selectOption({ label: 'Nobody' });

  // Nobody at all, and fewer than are needed: what saving would refuse is said as saving does.
  await checks(morgan);
  await says(check(morgan), 'Stage 1 names no approvers');
  await names(morgan, first(morgan), 'Approvers: people', 'Hugo');
  await first(morgan).getByLabel('Approvals needed').fill('2');
  await checks(morgan);
  await says(check(morgan), /Nobody could ever decide stage 1: it needs 2 approvers and only 1 can be asked/);
  await morgan.look('policy-check-nobody');
  const saved = () => morgan.button('Create policy').last().click();
  await saved();
  await sees(morgan.alert('Nobody could ever decide stage 1').first());

  // One approver who is in the scope too.
  await first(morgan).getByLabel('Approvals needed').fill('1');
  await checks(morgan);
  await says(check(morgan), /Only Hugo can decide stage 1, and may request under this policy too/);
  await morgan.look('policy-check-alone');
  // One approver who is outside of it is alone by intention.
  await morgan.page.getByRole('radio', { name: /^Specific users and groups/ }).check();
  await names(morgan, morgan.page, 'Users', 'Alex');
  await checks(morgan);
  await says(check(morgan), /Every stage has somebody who can decide/);
  await morgan.look('policy-check-good');

  // A crowd.
  await names(morgan, first(morgan), 'Approvers: groups', 'Everybody of Harbour');
  await checks(morgan);
  await says(check(morgan), /Stage 1 asks 55 people about every request/);
  await morgan.look('policy-check-crowd');
  await seesNo(check(morgan).getByText('Every stage has somebody'));
}

export async function without_script_checking_approvers_saves_nothing_and_keeps_what_was_typed({ browser }) {
  const morgan = await browser.as('morgan', { script: false });
  const path = await opensPackage(morgan, ROOM);
  await morgan.goto(`${path}/policies/new`);
  await morgan.field('Name', { exact: true }).fill('In the making');
  await morgan.page.getByRole('radio', { name: /^All members/ }).check();
  await first(morgan).getByLabel('Manager', { exact: true }).selectOption({ label: 'Nobody' });
  await first(morgan).getByLabel('Approvers: people').fill('hugo');
  await morgan.leaves(() => checks(morgan));
  await says(check(morgan), /Only Hugo can decide stage 1/);
  same(await morgan.field('Name', { exact: true }).inputValue(), 'In the making', 'The name after checking');
  await morgan.look('policy-check-without-script');
  await morgan.goto(`${path}?tab=policies`);
  await seesNo(policy(morgan, 'In the making'));
}

export async function the_tab_of_policies_flags_those_that_get_stuck_or_bother_many({ browser }) {
  const morgan = await browser.as('morgan');
  await makesCrowd(morgan);
  const path = await opensPackage(morgan, MIP);
  await makesPolicy(morgan, path, 'By Zoe', stage(0, ['zoe']));
  await makesPolicy(morgan, path, 'By all of us', stage(0, [], { groups: 'Everybody of Harbour' }));
  await makesPolicy(morgan, path, 'Asleep', { enabled: 'false', ...stage(0, ['zoe']) });
  const flags = morgan.page.locator('.message');
  await morgan.goto(`${path}?tab=policies`);
  await says(flags.filter({ hasText: '“By Zoe”' }), /Only Zoe can decide stage 1, and may request under this policy too/);
  await says(flags.filter({ hasText: '“By all of us”' }), /Stage 1 asks 55 people about every request/);
  // Nobody asks under a policy that is disabled, so nothing gets stuck there.
  await counts(flags.filter({ hasText: '“Asleep”' }), 0);
  await morgan.look('package-policies-flagged');

  await disables(morgan, 'Zoe');
  await morgan.goto(`${path}?tab=policies`);
  await says(flags.filter({ hasText: '“By Zoe”' }), /Nobody could ever decide stage 1: it needs 1 approver and nobody can be asked/);
  await morgan.look('package-policies-stuck');
  await morgan.leaves(() => flags.filter({ hasText: '“By Zoe”' }).getByRole('link', { name: 'Open the policy' }).click());
  await morgan.arrives('By Zoe');
  await sees(morgan.text('Nobody could ever decide stage 1').first());
}

export async function whoever_fits_several_policies_sees_what_differs_and_chooses({ browser }) {
  const morgan = await browser.as('morgan');
  const path = await opensPackage(morgan, ROOM);
  await makesPolicy(morgan, path, 'For a week', { scope: 'all_users', lasts_length: '7', ...stage(0, ['helga']) });
  await morgan.goto(`${path}?tab=policies`);
  await says(policy(morgan, 'For a week'), /Whoever “Everybody” covers as well chooses between them/);
  await says(policy(morgan, 'Everybody'), /Whoever “For a week” covers as well chooses between them/);
  await says(morgan.part('Which policy applies to whom'), /first those for specific users and groups.*then those for all members.*then those for all users/s);
  await morgan.look('package-policies-beside');

  for (const script of [true, false]) {
    const name = script ? 'alex' : 'lee';
    const person = await browser.as(name, { script, at: formOf(path) });
    await person.arrives(ROOM);
    const choice = person.page.getByRole('navigation', { name: 'Policy' });
    await counts(choice.getByRole('link'), 2);
    const table = person.page.getByRole('table', { name: 'What the policies say, side by side' });
    const line = (what) => table.getByRole('row').filter({ has: person.page.getByRole('rowheader', { name: what, exact: true }) });
    await says(line('Lasts'), /30 days.*7 days|7 days.*30 days/);
    await says(line('Approval'), /Nobody has to approve/);
    await says(line('Approval'), /Helga/);
    // Only what differs stands out.
    await counts(line('Lasts').locator('strong'), 2);
    await counts(line('For').locator('strong'), 0);
    await person.look(script ? 'request-policies-compared' : 'request-policies-compared-without-script');
    const chosen = choice.getByRole('link', { name: 'For a week' });
    await (script ? chosen.click() : person.leaves(() => chosen.click()));
    await person.page.waitForURL(/policy=/);
    await says(person.region('Who will decide'), /Helga/);
    same(await choice.getByRole('link', { name: 'For a week' }).getAttribute('aria-current'), 'true', 'What is marked as chosen');
    if (script) await person.look('request-policy-chosen');
    await person.field('Business justification').fill('One week is enough.');
    await submits(person);
    await sees(person.state('Pending approval'));
    await says(person.page.getByRole('complementary'), /For a week|7 days/);
  }
}

export async function where_one_of_two_policies_is_closed_the_form_asks_under_the_other({ browser }) {
  const morgan = await browser.as('morgan');
  const path = await opensPackage(morgan, ROOM);
  await makesPolicy(morgan, path, 'By Zoe', { scope: 'all_users', ...stage(0, ['zoe']) });
  await disables(morgan, 'Zoe');
  for (const script of [true, false]) {
    const person = await browser.as(script ? 'alex' : 'lee', { script, at: formOf(path) });
    await person.arrives(ROOM);
    await seesNo(person.page.getByRole('navigation', { name: 'Policy' }));
    await person.field('Business justification').fill('Contracts.');
    await submits(person);
    await sees(person.state('Delivered'));
  }
}

export async function a_closer_kind_of_policy_counts_alone_and_the_pages_say_so({ browser }) {
  const morgan = await browser.as('morgan');
  const path = await opensPackage(morgan, ROOM);
  await makesPolicy(morgan, path, 'For a week', { scope: 'all_users', lasts_length: '7', ...stage(0, ['helga']) });
  await makesPolicy(morgan, path, 'Members', { lasts_length: '14' });
  await morgan.goto(`${path}?tab=policies`);
  await says(policy(morgan, 'For a week'), /unless “Members” covers them too, which then counts alone/);
  await morgan.look('package-policies-by-priority');
  await morgan.leaves(() => policy(morgan, 'For a week').getByRole('link').click());
  await says(morgan.page.getByRole('main'), /Applies to: .*unless “Members” covers them too/);
  await morgan.look('policy-with-its-place');
  const miriam = await browser.as('miriam', { at: formOf(path) });
  await miriam.arrives(ROOM);
  await says(miriam.page.getByRole('complementary'), /14 days/);
  await seesNo(miriam.page.getByRole('navigation', { name: 'Policy' }));
  reads(await miriam.region('Who will decide').innerText(), /Nobody has to/);
}
