// My team: asking for those who report to one, and ending what they hold, where the policy lets managers.

import { counts, same, says, sees, seesNo } from '../lib/waiting.mjs';

const MIP = 'APP – MIP Client (requires approval)';
const ROOM = 'Partner document room';

/// The address of the page of one report.
async function opensReport(manager, name) {
  await manager.goto('/my-team');
  await manager.leaves(() => manager.page.getByRole('main').getByRole('link', { name, exact: true }).click());
  await manager.arrives(name);
}

export async function a_manager_asks_for_a_report_and_ends_what_the_report_got({ browser, server }) {
  const miriam = await browser.as('miriam');
  await miriam.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'My team' }).click();
  await miriam.arrives('My team');
  await counts(miriam.page.getByRole('main').getByRole('row'), 7);
  await miriam.look('team');
  await opensReport(miriam, 'Alex');
  await sees(miriam.page.getByText('Alex holds nothing that its policy shows to managers.'));
  await miriam.link('Request for Alex').click();
  await miriam.arrives('Request for Alex');
  await seesNo(miriam.link('Request Global administrator access'));
  await miriam.look('team-packages');
  await miriam.link(`Request ${MIP}`).click();
  await miriam.arrives(`${MIP} for Alex`);
  await miriam.button('Submit request').click();
  await sees(miriam.page.getByText(/Business justification.*(missing|required|needed)/i).first());
  await miriam.look('team-package');
  await miriam.field('Business justification').fill('Alex tests the roll-out with us.');
  await miriam.page.getByLabel('Test the roll-out').check();
  await miriam.button('Submit request').click();
  await miriam.page.waitForURL(/\/my-access\/requests\//);
  await says(miriam.page.getByRole('main'), /Submitted for Alex by Miriam/);
  await miriam.look('team-request');

  const brandon = await browser.as('brandon');
  await brandon.goto('/my-access/approvals');
  await brandon.leaves(() => brandon.link(/Review Alex/).click());
  await brandon.arrives(`Miriam asks for ${MIP} for Alex`);
  await brandon.look('team-approval');
  // A question goes to whoever made the request, who finds it on their overview.
  await brandon.button('Ask a question').click();
  const question = brandon.dialog('Ask Miriam a question');
  await question.getByLabel('Question').fill('Until when?');
  await question.getByRole('button', { name: 'Send question' }).click();
  await sees(brandon.status('Your question was sent to Miriam.'));
  await miriam.goto('/my-access');
  await says(miriam.part('Waiting for me'), /For Alex · Brandon asked you a question/);
  await miriam.look('team-overview-asked-back');
  await miriam.link(`Answer about ${MIP}`).click();
  await miriam.page.waitForURL(/\/my-access\/requests\//);
  await miriam.field('Your answer').fill('Until the roll-out is over.');
  await miriam.button('Send answer').click();
  await sees(miriam.status(/^Your answer about .* was sent/));
  await brandon.field('Justification').fill('For the roll-out.');
  await brandon.button('Approve').click();
  await sees(brandon.status(/approved/));
  await server.settle();

  await opensReport(miriam, 'Alex');
  await miriam.look('team-report');
  await miriam.button(`Remove ${MIP}`).click();
  const dialog = miriam.dialog(`Remove ${MIP} from Alex?`);
  await sees(dialog);
  await miriam.look('team-remove');
  await dialog.getByLabel('Reason').fill('The roll-out is over.');
  await dialog.getByRole('button', { name: 'Remove from Alex' }).click();
  await sees(miriam.status(`Alex no longer holds “${MIP}”.`));
  await sees(miriam.page.getByText('Alex holds nothing that its policy shows to managers.'));
}

export async function a_manager_asks_and_ends_without_script({ browser, server }) {
  const miriam = await browser.as('miriam', { script: false });
  await opensReport(miriam, 'Carla');
  await miriam.leaves(() => miriam.link('Request for Carla').click());
  await miriam.leaves(() => miriam.link(`Request ${ROOM}`).click());
  await miriam.leaves(() => miriam.button('Submit request').click());
  await says(miriam.page.getByRole('main'), /Business justification/);
  await miriam.field('Business justification').fill('Carla meets our partners.');
  await miriam.leaves(() => miriam.button('Submit request').click());
  await says(miriam.page.getByRole('main'), /Submitted for Carla by Miriam/);
  await server.settle();
  await opensReport(miriam, 'Carla');
  await miriam.button(`Remove ${ROOM}`).click();
  const dialog = miriam.dialog(`Remove ${ROOM} from Carla?`);
  await miriam.leaves(() => dialog.getByRole('button', { name: 'Remove from Carla' }).click());
  await sees(dialog.getByText(/Reason/).first());
  await dialog.getByLabel('Reason').fill('They are gone.');
  await miriam.leaves(() => dialog.getByRole('button', { name: 'Remove from Carla' }).click());
  await sees(miriam.status(`Carla no longer holds “${ROOM}”.`));
}

export async function who_leads_nobody_has_no_team({ browser }) {
  const alex = await browser.as('alex');
  await seesNo(alex.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'My team' }));
  alex.expects(404);
  same((await alex.goto('/my-team')).status(), 404, 'The status of a team of nobody');
  await sees(alex.heading('Not found'));
}
