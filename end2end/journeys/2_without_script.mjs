// The same job in a browser that runs no script: forms are plain posts, and every page is whole when it arrives.

import { GLOBAL, TICKET } from '../lib/demo.mjs';
import { counts, holds, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

const WHY = 'Somebody locked everybody out of the shared mailboxes.';

export async function a_request_goes_from_the_form_to_its_end({ browser, server }) {
  const alex = await browser.as('alex', { script: false });
  await alex.arrives('Overview');
  await alex.follow('Access packages');
  await alex.field('Search access packages').fill('global');
  await alex.leaves(() => alex.button('Search').click());
  await counts(alex.row(/./), 1);
  await holds(alex.field('Search access packages'), 'global');
  await alex.look('without-script-packages');
  await alex.leaves(() => alex.link(`Request ${GLOBAL}`).click());
  await alex.arrives(GLOBAL);
  await alex.field('Business justification').fill(WHY);
  await alex.field(TICKET).fill('CHG0012345');
  await alex.leaves(() => alex.button('Submit request').click());
  await sees(alex.status(`Your request for “${GLOBAL}” was submitted.`));
  await sees(alex.state('Pending approval'));
  await alex.look('without-script-request');
  const request = alex.path;
  await alex.reload();
  await seesNo(alex.status('was submitted'));

  const miriam = await browser.as('miriam', { script: false });
  await says(miriam.navigation.getByRole('link', { name: /^Approvals/ }), /Approvals 1 waiting/);
  await miriam.follow('Approvals');
  await miriam.leaves(() => miriam.row('Alex').getByRole('link', { name: /^Review/ }).click());
  await miriam.arrives(`Alex asks for ${GLOBAL}`);
  await miriam.leaves(() => miriam.button('Approve', { exact: true }).click());
  await sees(miriam.alert('“Justification” is needed.'));
  same(await miriam.field('Justification').getAttribute('aria-invalid'), 'true', 'aria-invalid of the approver’s words');
  await miriam.look('without-script-approval');
  await miriam.field('Justification').fill('Yes.');
  await miriam.leaves(() => miriam.button('Approve', { exact: true }).click());
  await sees(miriam.status(`You approved Alex’s request for “${GLOBAL}”.`));
  await sees(miriam.heading('Nothing waits for you'));

  await server.settle();
  const bianca = await browser.as('bianca', { script: false });
  await bianca.follow('Approvals');
  await bianca.leaves(() => bianca.row('Alex').getByRole('link', { name: /^Review/ }).click());
  await says(bianca.part('Earlier stage'), /Miriam approved stage 1.*Yes\./);
  await bianca.field('Justification').fill('For four hours.');
  await bianca.leaves(() => bianca.button('Approve', { exact: true }).click());
  await sees(bianca.status('You approved'));

  await server.settle();
  await alex.goto(request);
  await sees(alex.state('Delivered'));
  await server.advance({ hours: 4 });
  await alex.goto(request);
  await sees(alex.state('Access ended'));
  reads((await alex.timeline.allInnerTexts()).join('\n'), /approved by Miriam.*approved by Bianca.*Delivered.*Access ended/);
}

export async function a_refused_form_comes_back_as_it_was_typed({ browser }) {
  const alex = await browser.as('alex', { script: false });
  await alex.goto('/my-access/packages');
  await alex.leaves(() => alex.row(GLOBAL).getByRole('link', { name: GLOBAL, exact: true }).click());

  await alex.field(TICKET).fill('CHG <b>7</b> & more');
  await alex.leaves(() => alex.button('Submit request').click());
  await alex.arrives(GLOBAL);
  await sees(alex.alert('“Business justification” is needed. Fill it in and submit again.'));
  same(await alex.field('Business justification').getAttribute('aria-invalid'), 'true', 'aria-invalid of the justification');
  same(await alex.field(TICKET).getAttribute('aria-invalid'), null, 'aria-invalid of the ticket');
  await holds(alex.field(TICKET), 'CHG <b>7</b> & more');
  await alex.look('without-script-package-refused');

  const why = 'Two lines\n& "quotes" </textarea>';
  await alex.field('Business justification').fill(why);
  await alex.field(TICKET).fill('');
  await alex.leaves(() => alex.button('Submit request').click());
  await sees(alex.alert(`“${TICKET}” is needed. Fill it in and submit again.`));
  same(await alex.field(TICKET).getAttribute('aria-invalid'), 'true', 'aria-invalid of the ticket');
  await holds(alex.field('Business justification'), why);
  await alex.reload();
  await seesNo(alex.alert('is needed'));
}

export async function a_request_is_canceled_in_its_dialog({ browser }) {
  const alex = await browser.as('alex', { script: false });
  await alex.goto('/my-access/packages');
  await alex.leaves(() => alex.row(GLOBAL).getByRole('link', { name: GLOBAL, exact: true }).click());
  await alex.field('Business justification').fill(WHY);
  await alex.field(TICKET).fill('CHG1');
  await alex.leaves(() => alex.button('Submit request').click());
  await alex.button('Cancel request').click();
  const dialog = alex.dialog(`Cancel the request for ${GLOBAL}?`);
  await sees(dialog);
  await alex.leaves(() => dialog.getByRole('button', { name: 'Cancel request' }).click());
  await sees(alex.status(`The request for “${GLOBAL}” was canceled.`));
  await sees(alex.state('Canceled'));
}
