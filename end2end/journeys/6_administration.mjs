// The directory: people, groups, and what somebody holds by which path.

import { GLOBAL, PASSWORD, alexAsks, decides } from '../lib/demo.mjs';
import { counts, holds, must, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

/// Chooses somebody in a box that offers names.
async function picks(person, label, name) {
  const box = person.page.getByRole('combobox', { name: label });
  await box.fill(name.toLowerCase());
  await person.page.getByRole('option', { name: new RegExp(`^${name}`) }).click();
  await holds(box, name);
}

/// Opens somebody's or something's page from its list.
async function opens(person, list, name) {
  await person.goto(`${list}?search=${encodeURIComponent(name)}`);
  await person.row(name).getByRole('link', { name, exact: true }).click();
  await person.arrives(name);
}

/// The rows of effective access, each as its path.
async function paths(person, words) {
  const all = [];
  for (const row of await person.row(words).all()) {
    const stops = await row.getByRole('listitem').allInnerTexts();
    all.push(stops.map((stop) => stop.replace(/\s+/g, ' ').trim()).join(' › '));
  }
  return all.sort();
}

export async function Morgan_lists_searches_and_pages_through_the_people({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.follow('Users');
  await counts(morgan.row(/./), 25);
  await says(morgan.row(/./).first(), /Alex.*Level 3 IT support engineer.*alex.*IT Operations.*Miriam.*Member/);
  await morgan.look('users');
  const seen = new Set(await morgan.page.getByRole('rowheader').allInnerTexts());
  for (const rows of [25, 10]) {
    await morgan.link('Next page').click();
    await morgan.page.waitForURL(/after=/);
    await until_rows(morgan, seen);
    await counts(morgan.row(/./), rows);
    for (const name of await morgan.page.getByRole('rowheader').allInnerTexts()) {
      must(!seen.has(name), `${name} is on two pages.`);
      seen.add(name);
    }
  }
  same(seen.size, 60, 'The number of people on all pages');
  await seesNo(morgan.link('Next page'));
  await morgan.page.goBack();
  await counts(morgan.row(/./), 25);
  await morgan.link('First page').click();
  await sees(morgan.row('Alex'));

  await morgan.field('Search users').fill('nordlicht');
  await counts(morgan.row(/./), 2);
  await morgan.page.getByRole('navigation', { name: 'Kinds of users' }).getByRole('link', { name: 'Members' }).click();
  await sees(morgan.heading('Nobody found'));
  await morgan.look('users-nobody-found');
  await morgan.page.getByRole('navigation', { name: 'Kinds of users' }).getByRole('link', { name: 'Guests' }).click();
  await counts(morgan.row(/./), 2);
  await says(morgan.row('Ana'), 'Guest');
}

/// Waits until other people are shown than before.
async function until_rows(person, before) {
  const first = person.page.getByRole('rowheader').first();
  await first.waitFor();
  for (let look = 0; look < 200 && before.has(await first.innerText()); look += 1) await person.page.evaluate(() => new Promise(requestAnimationFrame));
}

export async function a_new_person_follows_the_rules_of_groups_at_once({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.follow('Users');
  await morgan.link('New user').click();
  await morgan.arrives('New user');
  await morgan.look('user-new');
  await morgan.field('User name').fill('alex');
  await morgan.field('Name', { exact: true }).fill('Ada Byron');
  await picks(morgan, /^Manager/, 'Miriam');
  await morgan.field('Department').fill('IT Operations');
  await morgan.field('Job title').fill('Level 2 IT support engineer');
  await morgan.field('City').fill('Oslo');
  await morgan.button('Create user').click();
  await sees(morgan.alert('There is already something with the user name “alex”.'));
  same(await morgan.field('User name').getAttribute('aria-invalid'), 'true', 'aria-invalid of the user name');
  await holds(morgan.field('Department'), 'IT Operations');
  await holds(morgan.page.getByRole('combobox', { name: /^Manager/ }), 'Miriam');
  await morgan.look('user-new-refused');
  await morgan.field('User name').fill('ada');
  await morgan.button('Create user').click();
  await sees(morgan.status('Ada Byron was created.'));
  await morgan.arrives('Ada Byron');
  await sees(morgan.row('Oslo office'));
  await seesNo(morgan.row('Level 3 IT Support'));
  const ada = morgan.path;

  await morgan.link('Edit', { exact: true }).click();
  await morgan.arrives('Edit Ada Byron');
  await holds(morgan.field('Job title'), 'Level 2 IT support engineer');
  await morgan.look('user-edit');
  await morgan.field('Job title').fill('Level 3 IT support engineer');
  await morgan.button('Save').click();
  await sees(morgan.status('Ada Byron was changed.'));
  await sees(morgan.row('Level 3 IT Support'));
  same((await paths(morgan, 'Level 3 IT Support')).join('; '), 'Ada Byron › Level 3 IT Support by rule', 'The path to the dynamic group');
  await morgan.look('user');
  await morgan.tab('Profile').click();
  await says(morgan.part('Profile'), /Manager.*Miriam.*Level 3 IT support engineer/);
  await morgan.look('user-profile');
  await opens(morgan, '/admin/groups', 'Level 3 IT Support');
  await says(morgan.row('Ada Byron'), 'Rule');

  // The package that the group may ask for is hers now
  await morgan.goto(ada);
  await morgan.button('Set password').click();
  const password = morgan.dialog('Change how Ada Byron signs in');
  await password.getByLabel('Password').fill('too short');
  await password.getByRole('button', { name: 'Set password' }).click();
  await says(password, /“Password” needs at least 15 characters and has 9/);
  await morgan.look('user-password-dialog');
  await password.getByLabel('Password').fill(PASSWORD);
  await password.getByRole('button', { name: 'Set password' }).click();
  await sees(morgan.status('The password of Ada Byron was changed.'));
  const her = await browser.withPassword('ada', PASSWORD);
  await her.goto('/my-access/packages');
  await sees(her.row(GLOBAL));

  // Moved elsewhere, it is gone with the next look
  await morgan.goto(`${ada}/edit`);
  await morgan.field('Department').fill('Finance');
  await morgan.button('Save').click();
  await sees(morgan.status('Ada Byron was changed.'));
  await seesNo(morgan.row('Level 3 IT Support'));
  await her.reload();
  await seesNo(her.row(GLOBAL));
}

export async function two_administrators_do_not_overwrite_each_other({ browser }) {
  const [first, second] = [await browser.as('morgan'), await browser.as('morgan')];
  await opens(first, '/admin/users', 'Hana');
  const edit = `${first.path}/edit`;
  for (const morgan of [first, second]) await morgan.goto(edit);
  await first.field('Job title').fill('Senior developer');
  await first.button('Save').click();
  await sees(first.status('Hana was changed.'));
  await second.field('City').fill('Oslo');
  await second.button('Save').click();
  await sees(second.alert('Somebody else changed this while you were looking at it.'));
  await holds(second.field('City'), 'Oslo');
}

export async function whoever_is_disabled_is_out_at_once({ browser }) {
  const morgan = await browser.as('morgan');
  const lee = await browser.as('lee');
  await opens(morgan, '/admin/users', 'Lee');
  await morgan.button('Disable Lee').click();
  const dialog = morgan.dialog('Disable Lee?');
  await says(dialog, /every session ends.*\d+ effective access/);
  await morgan.look('user-disable-dialog');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await seesNo(dialog);
  await lee.goto('/my-access/requests');
  await lee.arrives('Request history');
  await morgan.button('Disable Lee').click();
  await dialog.getByRole('button', { name: 'Disable Lee' }).click();
  await sees(morgan.status('Lee was disabled. 1 session ended.'));
  await sees(morgan.state('Disabled'));
  await sees(morgan.heading('Holds nothing now'));
  await morgan.look('user-disabled');
  await lee.goto('/my-access/requests');
  await lee.arrives('Sign in');
  lee.expects(403);
  await lee.leaves(() => lee.button('Continue as Lee').click());
  reads(await lee.page.getByRole('alert').innerText(), 'disabled');
  await morgan.button('Enable Lee').click();
  await morgan.dialog('Enable Lee?').getByRole('button', { name: 'Enable Lee' }).click();
  await sees(morgan.status('Lee was enabled.'));
  await lee.goto('/signin');
  await lee.signInAs('lee');
  await lee.arrives('Overview');
}

export async function nobody_locks_themselves_out({ browser }) {
  const morgan = await browser.as('morgan');
  await opens(morgan, '/admin/users', 'Morgan');
  await morgan.button('Disable Morgan').click();
  await morgan.dialog('Disable Morgan?').getByRole('button', { name: 'Disable Morgan' }).click();
  await sees(morgan.alert('You cannot disable your own account'));
  await morgan.reload();
  await morgan.arrives('Morgan');
}

export async function an_assigned_group_gets_and_loses_members({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.follow('Groups');
  await says(morgan.row('Level 3 IT Support'), /Dynamic.*2/);
  await says(morgan.row('Global Admins JIT'), /Assigned.*0.*Roles can be assigned/);
  await morgan.look('groups');
  await morgan.link('New group').click();
  await morgan.arrives('New group');
  await morgan.look('group-new');
  await morgan.button('Create group').click();
  await sees(morgan.alert('“Name” is needed.'));
  await morgan.field('Name', { exact: true }).fill('Night shift');
  await morgan.field('Description').fill('Who is awake.');
  await morgan.button('Create group').click();
  await sees(morgan.status('“Night shift” was created.'));
  await morgan.arrives('Night shift');
  await sees(morgan.heading('No members'));
  await morgan.look('group-without-members');
  await picks(morgan, 'Person', 'Yuki');
  await morgan.button('Add member').click();
  await sees(morgan.status('Yuki was added.'));
  await says(morgan.row('Yuki'), /Service desk agent.*Direct.*Permanent/);
  await picks(morgan, 'Person', 'Yuki');
  await morgan.button('Add member').click();
  await sees(morgan.alert('Yuki is already in “Night shift”.'));
  await morgan.look('group-member-refused');
  await morgan.row('Yuki').getByRole('button', { name: 'Remove Yuki' }).click();
  const dialog = morgan.dialog('Remove Yuki?');
  await says(dialog, 'Yuki is no longer a member of “Night shift”. The group gives nothing now, so no access is lost.');
  await morgan.look('group-remove-dialog');
  await dialog.getByRole('button', { name: 'Remove Yuki' }).click();
  await sees(morgan.status('Yuki was removed.'));
  await sees(morgan.heading('No members'));
  await morgan.tab('Owners').click();
  await sees(morgan.heading('No owners'));
  await picks(morgan, 'Person', 'Tomas');
  await morgan.button('Add owner').click();
  await sees(morgan.status('Tomas was added.'));
  await sees(morgan.row('Tomas'));
  await morgan.look('group-owners');
}

export async function a_dynamic_group_finds_its_members_by_its_rule({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/groups/new');
  await morgan.field('Name', { exact: true }).fill('Accountants');
  await seesNo(morgan.field('Rule', { exact: true }));
  await morgan.page.getByRole('radio', { name: /^Dynamic/ }).check({ force: true });
  const rule = morgan.field('Rule', { exact: true });
  const wrong = 'user.department -eq "Finance" -and user.shoeSize -eq "43"';
  await rule.fill(wrong);
  await morgan.button('Create group').click();
  const at = wrong.indexOf('user.shoeSize') + 1;
  await sees(morgan.alert(new RegExp(`The rule has an error at character ${at}:`)));
  same(await rule.getAttribute('aria-invalid'), 'true', 'aria-invalid of the rule');
  await holds(rule, wrong);
  await morgan.look('group-rule-refused');
  await rule.fill('user.jobTitle -eq "Accountant"');
  await morgan.button('Check rule').click();
  await sees(morgan.text('Matches 2 people:'));
  await sees(morgan.text(/Elin.*Mateo|Mateo.*Elin/));
  await morgan.look('group-rule-checked');
  await morgan.button('Create group').click();
  await sees(morgan.status('“Accountants” was created.'));
  await counts(morgan.row('Rule'), 2);
  await sees(morgan.text('The rule decides who is a member.'));
  await seesNo(morgan.button('Add member'));
  await morgan.look('group-dynamic');
  await morgan.link('Edit', { exact: true }).click();
  await morgan.arrives('Edit Accountants');
  await morgan.field('Rule', { exact: true }).fill('user.department -eq "Finance"');
  await morgan.look('group-edit');
  await morgan.button('Save').click();
  await sees(morgan.status('“Accountants” was changed. It has 8 members now.'));
}

export async function a_group_for_roles_is_made_once_and_never_by_a_rule({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/groups/new');
  await morgan.field('Name', { exact: true }).fill('Tier 0');
  await morgan.page.getByRole('checkbox', { name: 'Roles can be assigned to this group' }).check();
  await morgan.page.getByRole('radio', { name: /^Dynamic/ }).check({ force: true });
  await morgan.field('Rule', { exact: true }).fill('user.city -eq "Oslo"');
  await morgan.button('Create group').click();
  await sees(morgan.alert('A group to which roles can be assigned must have assigned membership'));
  await morgan.page.getByRole('radio', { name: /^Assigned/ }).check({ force: true });
  await morgan.button('Create group').click();
  await sees(morgan.status('“Tier 0” was created.'));
  await says(morgan.part('About'), 'Can be assigned to this group');
  await morgan.link('Edit', { exact: true }).click();
  await sees(morgan.text('Roles can be assigned to this group. That never changes'));
  await seesNo(morgan.page.getByRole('checkbox', { name: 'Roles can be assigned to this group' }));
  await morgan.look('group-edit-role-assignable');
}

export async function every_path_to_the_same_access_is_shown_and_ends_by_itself({ browser, server }) {
  const alex = await browser.as('alex');
  await alexAsks(alex);
  await decides(await browser.as('miriam'), 'Approve', 'Good.');
  await decides(await browser.as('bianca'), 'Approve', 'Good.');
  await server.settle();
  const morgan = await browser.as('morgan');
  await opens(morgan, '/admin/groups', 'Global Admins JIT');
  await says(morgan.row('Alex'), 'Access package');
  await seesNo(morgan.row('Alex').getByRole('button', { name: 'Remove Alex' }));
  await picks(morgan, 'Person', 'Alex');
  await morgan.button('Add member').click();
  await sees(morgan.status('Alex was added.'));
  await counts(morgan.row('Alex'), 2);
  await morgan.look('group-with-two-sources');
  await morgan.tab('Roles').click();
  await says(morgan.row('Global Administrator'), 'Directory role');
  await morgan.look('group-roles');

  const direct = 'Alex › Global Admins JIT Member › Global Administrator';
  const through = `Alex › ${GLOBAL} › Global Admins JIT Member › Global Administrator`;
  await opens(morgan, '/admin/users', 'Alex');
  await counts(morgan.row('Directory role'), 2);
  same((await paths(morgan, 'Directory role')).join('\n'), [direct, through].sort().join('\n'), 'The paths to Global Administrator');
  await morgan.look('user-with-two-paths');
  const user = morgan.path;
  await server.advance({ hours: 4 });
  await morgan.goto(user);
  await counts(morgan.row('Directory role'), 1);
  same((await paths(morgan, 'Directory role')).join('\n'), direct, 'What is left when the package has ended');
}

export async function the_administration_is_not_there_for_Alex({ browser }) {
  const morgan = await browser.as('morgan');
  await opens(morgan, '/admin/users', 'Lee');
  const user = morgan.path;
  await opens(morgan, '/admin/groups', 'Oslo office');
  const group = morgan.path;
  const alex = await browser.as('alex');
  alex.expects(404);
  await seesNo(alex.navigation.getByText('Administration'));
  for (const path of ['/admin/users', '/admin/groups', '/admin/groups/new', user, `${user}/edit`, group, `${group}/edit`, '/admin/users/new']) {
    const answer = await alex.goto(path);
    same(answer.status(), 404, `The status of ${path} for Alex`);
    await alex.arrives('Not found');
    await seesNo(alex.page.getByRole('main').getByText(/Lee|Oslo/));
  }
  await alex.look('administration-for-nobody');
  const answer = await alex.asks({ Users: { search: '', filter: 'all', after: null } });
  const said = await answer.text();
  must(said.includes('not_found') && !said.includes('Lee'), `asking for users told Alex: ${said}`);
  const saved = await alex.post('/api/set_user_enabled', { user: user.split('/').at(-1), enabled: 'false' });
  reads(await saved.text(), /not_allowed|not_found/);
}

export async function an_owner_keeps_the_members_of_their_group_without_any_role({ browser }) {
  const morgan = await browser.as('morgan');
  await opens(morgan, '/admin/groups', 'Service desk operators');
  const group = morgan.path;
  const miriam = await browser.as('miriam');
  const answer = await miriam.goto(group);
  same(answer.status(), 200, 'The status of the own group');
  await miriam.arrives('Service desk operators');
  await sees(miriam.row('Tomas'));
  await miriam.look('group-of-an-owner');
}
