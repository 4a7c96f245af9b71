// The main job without a mouse.

import { GLOBAL, TICKET } from '../lib/demo.mjs';
import { hasFocus, presses, tabTo, types } from '../lib/keyboard.mjs';
import { must, same, says, sees, seesNo } from '../lib/waiting.mjs';

export async function a_request_is_made_and_decided_with_keys_alone({ browser, server }) {
  const alex = await browser.stranger('alex');
  await alex.goto('/signin');
  await alex.leaves(() => presses(alex, alex.button('Continue as Alex')));
  await alex.arrives('Overview');

  // The skip link is the first stop, and leads into the page
  await alex.page.keyboard.press('Tab');
  const skip = alex.link('Skip to content');
  await hasFocus(alex, skip, 'the skip link');
  await sees(skip);
  const box = await skip.boundingBox();
  must(box && box.x >= 0 && box.y >= 0, 'The skip link has the focus and is out of sight.');
  await alex.page.keyboard.press('Enter');
  await hasFocus(alex, alex.page.getByRole('main'), 'the page’s main part');
  await alex.page.keyboard.press('Tab');
  const inside = await alex.page.evaluate(() => document.querySelector('main').contains(document.activeElement));
  must(inside, 'After the skip link, Tab does not lead to something in the page’s main part.');

  // To the form, through the list
  await presses(alex, alex.navigation.getByRole('link', { name: 'Access packages' }));
  await alex.arrives('Access packages');
  await types(alex, alex.field('Search access packages'), 'global');
  await alex.page.waitForURL(/search=global/);
  await seesNo(alex.row('Service desk tools'));
  await hasFocus(alex, alex.field('Search access packages'), 'the search box while its answer arrives');
  await presses(alex, alex.link(`Request ${GLOBAL}`));
  await alex.arrives(GLOBAL);

  // A refused form puts the cursor where something is missing
  await presses(alex, alex.button('Submit request'));
  await sees(alex.alert('“Business justification” is needed.'));
  await hasFocus(alex, alex.field('Business justification'), 'the field that is missing');
  await alex.page.keyboard.type('Nobody can sign in.');
  await types(alex, alex.field(TICKET), 'CHG0012345');
  await alex.page.keyboard.press('Enter');
  await alex.page.waitForURL(/\/my-access\/requests\/[0-9a-f-]{36}$/);
  await sees(alex.status('was submitted'));

  // A dialog takes the focus, keeps it, and gives it back
  const cancel = alex.page.getByRole('main').getByRole('button', { name: 'Cancel request' }).first();
  await presses(alex, cancel, 'Space');
  const dialog = alex.dialog(`Cancel the request for ${GLOBAL}?`);
  await sees(dialog);
  for (let stop = 0; stop < 8; stop += 1) {
    const out = await alex.page.evaluate(() => {
      const focused = document.activeElement;
      return focused !== document.body && !focused.closest('dialog');
    });
    must(!out, 'The focus left the open dialog.');
    await alex.page.keyboard.press('Tab');
  }
  await alex.page.keyboard.press('Escape');
  await seesNo(dialog);
  await hasFocus(alex, cancel, 'the button that opened the dialog');
  await sees(alex.state('Pending approval'));
  await alex.page.keyboard.press('Enter');
  await sees(dialog);
  await presses(alex, dialog.getByRole('button', { name: 'Keep the request' }));
  await seesNo(dialog);
  await hasFocus(alex, cancel, 'the button that opened the dialog');

  // Miriam: the inbox has keys of its own
  const miriam = await browser.as('miriam');
  await presses(miriam, miriam.navigation.getByRole('link', { name: /^Approvals/ }));
  await miriam.arrives('Approvals');
  await sees(miriam.row('Alex'));
  await miriam.page.keyboard.press('j');
  await hasFocus(miriam, miriam.row('Alex').getByRole('link', { name: 'Alex', exact: true }), 'the first row after j');
  await miriam.page.keyboard.press('Enter');
  await miriam.arrives(`Alex asks for ${GLOBAL}`);
  await types(miriam, miriam.field('Justification'), 'Yes.');
  await presses(miriam, miriam.button('Approve', { exact: true }), 'Space');
  await sees(miriam.status('You approved'));

  // Bianca opens it with a, because words are needed
  await server.settle();
  const bianca = await browser.as('bianca');
  await presses(bianca, bianca.navigation.getByRole('link', { name: /^Approvals/ }));
  await sees(bianca.row('Alex'));
  await bianca.page.keyboard.press('j');
  await bianca.page.keyboard.press('a');
  await bianca.arrives(`Alex asks for ${GLOBAL}`);
  await types(bianca, bianca.field('Justification'), 'Go.');
  await presses(bianca, bianca.button('Approve', { exact: true }));
  await sees(bianca.status('You approved'));
  await server.settle();
  await alex.reload();
  await sees(alex.state('Delivered'));
}

export async function the_account_menu_opens_and_closes_with_keys({ browser }) {
  const alex = await browser.as('alex');
  const account = alex.button('Account of Alex');
  await presses(alex, account);
  const menu = alex.page.getByRole('group', { name: 'Account' });
  await sees(menu);
  await alex.page.keyboard.press('Escape');
  await seesNo(menu);
  await hasFocus(alex, account, 'the button of the menu');
  await alex.page.keyboard.press('Space');
  await sees(menu);
  await alex.leaves(() => presses(alex, menu.getByRole('button', { name: 'Sign out' })));
  await alex.arrives('Sign in');
}

export async function a_person_is_picked_with_arrows({ browser }) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/users/new');
  const manager = morgan.page.getByRole('combobox', { name: /^Manager/ });
  await types(morgan, manager, 'mir');
  const option = morgan.page.getByRole('option', { name: /^Miriam/ });
  await sees(option);
  same(await manager.getAttribute('aria-expanded'), 'true', 'aria-expanded of the box');
  await says(morgan.page.getByRole('listbox', { name: 'People' }), 'Miriam');
  await morgan.page.keyboard.press('Enter');
  await seesNo(option);
  same(await manager.inputValue(), 'Miriam', 'The name in the box');
  await hasFocus(morgan, manager, 'the box');
  await tabTo(morgan, morgan.field('Job title'));
}
