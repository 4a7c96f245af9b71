// What else has to be done without a mouse: many decisions at once, asking back, assigning, delegating, giving back.

import { DESK_TOOLS, GLOBAL, alexAsks, asksFor } from '../lib/demo.mjs';
import { hasFocus, presses, tabTo, types } from '../lib/keyboard.mjs';
import { ROOM, makesPolicy, opensPackage, stage } from '../lib/packages.mjs';
import { must, reads, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: what waits for whom is what they are about.
export const fresh = true;

const main = (person) => person.page.getByRole('main');
const press = (person, key) => person.page.keyboard.press(key);

/// Chooses somebody in a box that offers names, once they are marked in its list.
async function chooses(person, box, name) {
  await types(person, box, name.toLowerCase());
  await sees(person.page.getByRole('option', { name: new RegExp(`^${name}`), selected: true }));
  await press(person, 'Enter');
}

/// Goes to a page by the navigation.
async function follows(person, name) {
  await presses(person, person.navigation.getByRole('link', { name: new RegExp(`^${name}`) }));
  await person.arrives(name);
}

/// The focus is inside this, which has just opened.
async function isInside(person, dialog) {
  await sees(dialog);
  const inside = await dialog.evaluate((open) => open.contains(document.activeElement));
  must(inside, 'The dialog opened, and the focus is elsewhere.');
}

export async function several_requests_are_decided_together_with_keys_alone({ browser, server }) {
  const path = await opensPackage(await browser.as('morgan'), ROOM);
  await makesPolicy(await browser.as('morgan'), path, 'Members', stage(0, ['brandon']));
  const [alex, lee] = [await browser.as('alex'), await browser.as('lee')];
  for (const person of [alex, lee]) await asksFor(person, ROOM, 'The joint offer is due.');

  const brandon = await browser.as('brandon');
  await follows(brandon, 'Approvals');
  const bulk = brandon.page.getByRole('group', { name: 'Decide the selected requests' });
  await press(brandon, 'j');
  await press(brandon, 'x');
  await says(bulk, /1 selected/);
  await press(brandon, 'j');
  await press(brandon, 'x');
  await says(bulk, /2 selected/);
  await press(brandon, 'k');
  await press(brandon, 'x');
  await says(bulk, /1 selected/);
  await press(brandon, 'x');
  await says(bulk, /2 selected/);
  await presses(brandon, bulk.getByRole('button', { name: 'Approve' }));
  await sees(brandon.alert('“Justification” is needed.').first());
  await hasFocus(brandon, bulk.getByLabel('Justification'), 'the field that is missing');
  await brandon.look('approvals-selected-with-keys');
  await brandon.page.keyboard.type('Both work with them.');
  await presses(brandon, bulk.getByRole('button', { name: 'Approve' }), 'Space');
  await sees(brandon.heading('Nothing waits for you'));
  await server.settle();
  for (const person of [alex, lee]) {
    await person.reload();
    await sees(person.state('Delivered'));
  }
}

export async function a_question_is_asked_and_answered_with_keys_alone({ browser, server }) {
  const alex = await browser.as('alex');
  await alexAsks(alex);
  const miriam = await browser.as('miriam');
  await follows(miriam, 'Approvals');
  await presses(miriam, miriam.link(`Review Alex, ${GLOBAL}`));
  await miriam.arrives(`Alex asks for ${GLOBAL}`);
  const ask = miriam.button('Ask a question');
  const dialog = miriam.dialog('Ask Alex a question');
  await presses(miriam, ask);
  await isInside(miriam, dialog);
  await press(miriam, 'Escape');
  await seesNo(dialog);
  await hasFocus(miriam, ask, 'the button that opened the dialog');
  await press(miriam, 'Space');
  await isInside(miriam, dialog);
  await presses(miriam, dialog.getByRole('button', { name: 'Send question' }));
  await sees(dialog.getByRole('alert').filter({ hasText: '“Question” is needed.' }));
  await hasFocus(miriam, dialog.getByLabel('Question'), 'the field that is missing');
  await miriam.page.keyboard.type('Which mailbox is it about?');
  await presses(miriam, dialog.getByRole('button', { name: 'Send question' }));
  await sees(miriam.status('Your question was sent to Alex.'));

  await server.settle();
  await follows(alex, 'Overview');
  await presses(alex, alex.part('Waiting for me').getByRole('link', { name: `Answer about ${GLOBAL}` }));
  await alex.arrives(GLOBAL);
  await types(alex, alex.field('Your answer'), 'The mailbox of support.');
  await presses(alex, alex.button('Send answer'));
  await sees(alex.status(/^Your answer about .* was sent/));
}

export async function a_package_is_assigned_with_keys_alone({ browser, server }) {
  const morgan = await browser.as('morgan');
  await follows(morgan, 'Access packages');
  await presses(morgan, morgan.navigation.getByRole('link', { name: 'Access packages' }).last());
  await morgan.arrives('Access packages');
  await presses(morgan, main(morgan).getByRole('link', { name: ROOM, exact: true }));
  await morgan.arrives(ROOM);
  await presses(morgan, morgan.tab('Assignments'));
  await presses(morgan, main(morgan).getByRole('link', { name: 'New assignment' }));
  await morgan.arrives('New assignment');
  await chooses(morgan, morgan.page.getByRole('combobox', { name: 'People' }), 'Alex');
  await sees(morgan.button('Leave out Alex'));
  await presses(morgan, morgan.button('Assign', { exact: true }));
  await sees(morgan.alert(/ustification” is needed\./).first());
  await hasFocus(morgan, morgan.field('Justification'), 'the field that is missing');
  await sees(morgan.button('Leave out Alex'));
  await morgan.page.keyboard.type('For the fair.');
  await presses(morgan, morgan.button('Assign', { exact: true }));
  await sees(morgan.status(`“${ROOM}” was assigned to Alex.`));
  await server.settle();
  const alex = await browser.as('alex', { at: '/my-access/packages?tab=active' });
  await sees(alex.row(ROOM));
}

export async function approvals_are_delegated_and_taken_back_with_keys_alone({ browser, server }) {
  await asksFor(await browser.as('alex'), DESK_TOOLS, 'I answer tickets this month.');
  const miriam = await browser.as('miriam');
  await follows(miriam, 'Approvals');
  await presses(miriam, miriam.tab('Delegation'));
  await chooses(miriam, miriam.page.getByRole('combobox', { name: 'Delegate' }), 'Brandon');
  const today = await miriam.field('First day').inputValue();
  const [year, month, day] = today.split('-');
  await types(miriam, miriam.field('Last day'), `${month}${day}${year}`);
  const typed = await miriam.field('Last day').inputValue();
  must(typed === today, `The last day that was typed is ${typed}.`);
  await tabTo(miriam, miriam.page.getByRole('radio', { name: /^All approvals/ }));
  await press(miriam, 'ArrowDown');
  await hasFocus(miriam, miriam.page.getByRole('radio', { name: /^Chosen access packages/ }), 'the other choice');
  await presses(miriam, miriam.page.getByRole('checkbox', { name: DESK_TOOLS }), 'Space');
  await presses(miriam, miriam.button('Delegate', { exact: true }));
  await sees(miriam.status('Brandon may decide in your place and was told.'));
  await says(miriam.region('Who decides in your place'), new RegExp(`Brandon.*${DESK_TOOLS}`, 's'));
  reads((await server.letter('brandon', /^Decide for Miriam until/)).text, new RegExp(DESK_TOOLS));

  const end = miriam.button('End delegation to Brandon');
  const dialog = miriam.dialog('End the delegation to Brandon?');
  await presses(miriam, end);
  await isInside(miriam, dialog);
  await presses(miriam, dialog.getByRole('button', { name: 'Keep it' }));
  await seesNo(dialog);
  await hasFocus(miriam, end, 'the button that opened the dialog');
  await press(miriam, 'Enter');
  await presses(miriam, dialog.getByRole('button', { name: 'End delegation' }));
  await sees(miriam.status('Brandon no longer decides in your place.'));
}

export async function a_name_typed_and_taken_with_Enter_at_once_is_never_somebody_else({ browser }) {
  const miriam = await browser.as('miriam', { at: '/my-access/approvals?tab=delegation' });
  const box = miriam.page.getByRole('combobox', { name: 'Delegate' });
  await types(miriam, box, 'brandon');
  await press(miriam, 'Enter');
  // Whether it takes Brandon at once or waits for the answer: nobody gets anything who was not named.
  const taken = await box.inputValue();
  must(/^brandon$/i.test(taken), `“brandon” was typed, and Enter took “${taken}”.`);
  await sees(miriam.page.getByRole('option', { name: /^Brandon/ }).or(box));
  await press(miriam, 'Enter');
  await press(miriam, 'Tab');
  reads(await box.inputValue(), /^(Brandon)?$/);
}

export async function access_is_given_back_with_keys_alone({ browser, server }) {
  const alex = await browser.as('alex');
  await asksFor(alex, ROOM, 'The joint offer is due.');
  await server.settle();
  await follows(alex, 'Access packages');
  await presses(alex, alex.tab('Active'));
  const remove = alex.button(`Remove ${ROOM}`);
  const dialog = alex.dialog(`Remove ${ROOM}?`);
  await presses(alex, remove);
  await isInside(alex, dialog);
  await press(alex, 'Escape');
  await seesNo(dialog);
  await hasFocus(alex, remove, 'the button that opened the dialog');
  await sees(alex.row(ROOM));
  await press(alex, 'Enter');
  await types(alex, dialog.getByLabel('Reason'), 'The fair is over.');
  await presses(alex, dialog.getByRole('button', { name: `Remove ${ROOM}` }));
  await seesNo(alex.row(ROOM));
  await sees(alex.heading('You hold no package'));
  // Whoever has no mouse goes on from a place that they know.
  await tabTo(alex, alex.tab('Expired'), 'Shift+Tab');
  await press(alex, 'Enter');
  await sees(alex.row(ROOM));
}
