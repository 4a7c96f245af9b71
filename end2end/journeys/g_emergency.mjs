// At night, when nobody approves: a break-glass account, who is told, and the review that follows.

import { reads, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

const ROLE = 'Application Administrator';
const PATH = '/admin/roles/emergency';

/// Chooses somebody in a box that offers names.
async function picks(person, label, name) {
  await person.page.getByRole('combobox', { name: label }).fill(name.toLowerCase());
  await person.page.getByRole('option', { name: new RegExp(`^${name}`) }).first().click();
}

/// Morgan marks Lee's account, which Bianca reviews.
async function marks(morgan) {
  await morgan.goto(PATH);
  await picks(morgan, 'Account', 'Lee');
  await picks(morgan, 'Reviewer', 'Bianca');
  await morgan.button('Add account').click();
  await sees(morgan.status('Lee may now activate without approval in an emergency.'));
}

async function fillsIn(lee) {
  await lee.field('Duration (hours)').fill('1');
  await lee.field('Reason').fill('The gateway is down, and nobody answers.');
  await lee.field('Ticket system').fill('Desk');
  await lee.field('Ticket number').fill('INC-7');
}

export async function an_account_is_marked_used_reviewed_and_used_again({ browser, server }) {
  const morgan = await browser.as('morgan');
  await morgan.follow('Roles');
  await morgan.link('Emergency access').click();
  await morgan.arrives('Emergency access');
  await sees(morgan.heading('No accounts'));
  await picks(morgan, 'Account', 'Morgan');
  await picks(morgan, 'Reviewer', 'Lee');
  await morgan.button('Add account').click();
  await sees(morgan.alert('You cannot mark your own account.').first());
  await morgan.look('emergency-none');
  await marks(morgan);

  const lee = await browser.as('lee');
  await lee.goto('/my-roles');
  await lee.link(`Activate ${ROLE}`).click();
  await lee.arrives(`Activate ${ROLE}`);
  await fillsIn(lee);
  await lee.field('Activate without approval').check();
  await lee.look('my-roles-activate-emergency');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.alert('Say that this is an emergency, or ask for approval.').first());
  await lee.field('This is an emergency').check();
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status(`“${ROLE}” is active.`));
  await sees(lee.button(`Deactivate ${ROLE}`));
  await lee.goto('/my-access/requests');
  await lee.link(ROLE).click();
  await lee.arrives(ROLE);
  await sees(lee.state('Activated'));
  reads((await lee.timeline.allInnerTexts()).join('\n'), /Without approval, in an emergency[^]*Bianca[^]*Brandon[^]*Activated/);
  await lee.look('request-in-an-emergency');
  await server.settle();

  await lee.goto('/my-roles');
  await lee.goto('/my-roles?tab=active');
  await lee.button(`Deactivate ${ROLE}`).click();
  await lee.dialog(`Deactivate ${ROLE}?`).getByRole('button', { name: `Deactivate ${ROLE}` }).click();
  await sees(lee.status(`“${ROLE}” is no longer active.`));
  // What is activated within an hour is one use.
  await server.advance({ hours: 1 });
  await lee.goto('/my-roles');
  await lee.link(`Activate ${ROLE}`).click();
  await sees(lee.text('Not without approval now.'));

  const bianca = await browser.as('bianca');
  await says(bianca.part('Waiting for me'), new RegExp(ROLE));
  await bianca.look('overview-with-an-emergency');
  await bianca.link('Review what Lee did').click();
  await bianca.arrives(`Lee activated ${ROLE}`);
  await sees(bianca.state('Waits for review'));
  await says(bianca.part('Told at once'), /Bianca.*Brandon/s);
  await bianca.look('emergency-use');
  await bianca.button('Close review').click();
  await sees(bianca.alert('“Findings” is needed.').first());
  await bianca.field('Findings').fill('The gateway was down; nothing else was touched.');
  await bianca.button('Close review').click();
  await sees(bianca.status('The review of what Lee did is closed.'));
  await sees(bianca.state('Reviewed'));
  await bianca.look('emergency-use-reviewed');

  await morgan.goto(PATH);
  await says(morgan.row(ROLE), /Lee.*Reviewed/s);
  await morgan.look('emergency');
  await lee.goto('/my-roles');
  await lee.link(`Activate ${ROLE}`).click();
  await sees(lee.field('Activate without approval'));
  await morgan.button('Remove Lee').click();
  await sees(morgan.dialog('Remove Lee?'));
  await morgan.look('emergency-remove');
  await morgan.dialog('Remove Lee?').getByRole('button', { name: 'Remove Lee' }).click();
  await sees(morgan.status('Lee needs approval like everybody else now.'));
  await lee.reload();
  await sees(lee.heading(`Activate ${ROLE}`));
  await seesNo(lee.field('Activate without approval'));
}

export async function it_goes_without_script_and_a_second_administrator_allows_one_more_use({ browser, server }) {
  await marks(await browser.as('morgan'));
  const lee = await browser.as('lee', { script: false });
  const activates = async () => {
    await lee.goto('/my-roles');
    await lee.link(`Activate ${ROLE}`).click();
    await lee.arrives(`Activate ${ROLE}`);
    await fillsIn(lee);
    await lee.field('Activate without approval').check();
    await lee.field('This is an emergency').check();
    await lee.leaves(() => lee.button('Activate', { exact: true }).click());
    await sees(lee.status(`“${ROLE}” is active.`));
  };
  await activates();
  await server.advance({ hours: 1 });
  await server.settle();
  const morgan = await browser.as('morgan', { script: false });
  await morgan.goto(PATH);
  await morgan.leaves(() => morgan.link(ROLE).click());
  await morgan.arrives(`Lee activated ${ROLE}`);
  await morgan.look('emergency-use-without-script');
  await morgan.field('Reason').fill('It burns again.');
  await morgan.leaves(() => morgan.button('Allow one more use').click());
  await sees(morgan.status('Lee may be used once more before this is reviewed.'));
  await says(morgan.part('One more use allowed'), /Morgan.*It burns again\./s);
  await lee.goto('/signin');
  await lee.signInAs('lee');
  await activates();
}
