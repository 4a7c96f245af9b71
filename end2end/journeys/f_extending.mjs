// What somebody is assigned ends before long: they ask for more time, and whoever manages it decides.

import { holds, reads, says, sees, seesNo } from '../lib/waiting.mjs';

/// Each test on a server of its own: time is moved by weeks.
export const fresh = true;

const ROLE = 'User Administrator';

/// What a field for date and time takes, so many days from when the story begins.
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16);

/// Morgan makes Alex eligible for twenty days.
async function alexIsEligible(browser) {
  const morgan = await browser.as('morgan');
  await morgan.goto('/admin/roles');
  await morgan.leaves(() => morgan.link(ROLE, { exact: true }).click());
  await morgan.arrives(ROLE);
  await morgan.link('Add assignments').click();
  await morgan.arrives('Add assignments');
  const box = morgan.page.getByRole('combobox', { name: 'Person or group' });
  await box.fill('alex');
  await morgan.page.getByRole('option', { name: /^Alex/ }).first().click();
  await morgan.field('End').fill(inDays(20));
  await morgan.field('Justification').fill('The move of the directory.');
  await morgan.button('Assign').click();
  await sees(morgan.status(`Alex is eligible for “${ROLE}”.`));
}

export async function Alex_asks_for_more_time_and_Morgan_gives_another_end({ browser, server }) {
  await alexIsEligible(browser);
  const early = await browser.as('alex', { at: '/my-roles' });
  await says(early.row(ROLE), /Extend from/);
  await early.look('my-roles-extend-later');
  await server.advance({ days: 10 });
  const alex = await browser.as('alex', { at: '/my-roles' });
  await alex.link(`Extend ${ROLE}`).click();
  await alex.arrives(`Extend ${ROLE}`);
  await sees(alex.part('Who will decide').getByText('Morgan'));
  await alex.look('my-roles-extend');
  await alex.field('Days').fill('5');
  await alex.button('Ask to extend').click();
  await sees(alex.alert('It lasts longer than that already.').first());
  await alex.field('Days').fill('60');
  await alex.button('Ask to extend').click();
  await sees(alex.alert('“Reason” is needed.').first());
  await holds(alex.field('Days'), '60');
  await alex.look('my-roles-extend-refused');
  await alex.field('Reason').fill('The move takes until spring.');
  await alex.button('Ask to extend').click();
  await sees(alex.status(`Your extension of “${ROLE}” was submitted.`));
  await alex.look('request-of-an-extension');
  await alex.goto('/my-roles/requests');
  await says(alex.row(ROLE), /Extension.*Pending approval/s);
  await alex.look('my-roles-requests-extension');
  await alex.goto('/my-roles');
  await sees(alex.link(/More time is asked for/));

  const morgan = await browser.as('morgan', { at: '/my-access/approvals' });
  await says(morgan.row('Alex'), /Extension · 60 days from approval/);
  await morgan.link(/Alex/).first().click();
  await morgan.arrives(`Alex asks for ${ROLE}`);
  await morgan.look('approval-of-an-extension');
  await morgan.field('Justification').fill('Half of it is enough.');
  await morgan.field('End').fill('');
  await morgan.button('Approve').click();
  await sees(morgan.alert('Say when the assignment ends').first());
  await holds(morgan.field('Justification'), 'Half of it is enough.');
  await morgan.field('End').fill(inDays(40));
  await morgan.button('Approve').click();
  await sees(morgan.status(`You approved Alex’s request for “${ROLE}”.`));

  await alex.goto('/my-access/requests');
  await alex.link(ROLE).first().click();
  await sees(alex.state('Extended'));
  reads((await alex.timeline.allInnerTexts()).join('\n'), /Submitted by Alex[^]*approved by Morgan[^]*Extended[^]*Eligible/);
  await alex.look('request-extended');
  await alex.goto('/my-roles');
  await says(alex.row(ROLE), /in (29|30) days|Extend from/);
}

export async function what_has_ended_is_renewed_by_asking_and_by_whoever_manages_it({ browser, server }) {
  await alexIsEligible(browser);
  await server.advance({ days: 21 });
  const alex = await browser.as('alex', { at: '/my-roles?tab=expired' });
  await says(alex.row(ROLE), /Expired/);
  await alex.look('my-roles-renew');
  await alex.link(`Renew ${ROLE}`).click();
  await alex.arrives(`Renew ${ROLE}`);
  await alex.look('my-roles-renew-form');
  await alex.field('Days').fill('30');
  await alex.field('Reason').fill('It is not finished.');
  await alex.button('Ask to renew').click();
  await sees(alex.status(`Your renewal of “${ROLE}” was submitted.`));

  const morgan = await browser.as('morgan', { at: '/admin/roles' });
  await morgan.leaves(() => morgan.link(ROLE, { exact: true }).click());
  await morgan.arrives(ROLE);
  await morgan.tab('Expired assignments').click();
  await morgan.button('Renew Alex').click();
  const renew = morgan.dialog('Renew Alex');
  await morgan.look('role-assignment-renew');
  await renew.getByRole('button', { name: 'Renew' }).click();
  await sees(renew.getByRole('alert').first());
  await renew.getByLabel('End').fill(inDays(60));
  await renew.getByLabel('Justification').fill('Until it is finished.');
  await renew.getByRole('button', { name: 'Renew' }).click();
  await sees(morgan.status(`Alex is eligible for “${ROLE}”.`));

  // What Alex asked for is there already, and whoever decides is told so.
  await morgan.goto('/my-access/approvals');
  await morgan.link(/Alex/).first().click();
  await morgan.arrives(`Alex asks for ${ROLE}`);
  await morgan.field('Justification').fill('Yes.');
  await morgan.button('Approve').click();
  await sees(morgan.alert('Alex is eligible for').first());
  await morgan.button('Deny').click();
  await sees(morgan.status(`You denied Alex’s request for “${ROLE}”.`));
  await alex.goto('/my-roles?tab=expired');
  await seesNo(alex.link(`Renew ${ROLE}`));
}
