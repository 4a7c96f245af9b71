// The job of the first seed: a role that is held for four hours, after two stages of approval.

import { GLOBAL, TICKET, submits } from '../lib/demo.mjs';
import { counts, holds, must, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

export const databases = ['SQLite', 'PostgreSQL'];

const WHY = 'The retention policy of the whole tenant is broken; only a Global Administrator can repair it.';
const MIRIAM = 'Agreed with the change board, go ahead.';
const BIANCA = 'Fine for four hours. Tell me when it is done.';

export async function Alex_is_Global_Administrator_for_four_hours_after_Miriam_and_Bianca_agreed({ browser, server }) {
  const alex = await browser.as('alex');
  await alex.arrives('Overview');
  await alex.look('overview-of-somebody-new');

  // Finding it
  await alex.follow('Access packages');
  await alex.look('packages');
  const box = alex.field('Search access packages');
  await box.fill('no such thing');
  await sees(alex.heading('Nothing found'));
  await box.fill('global admin');
  await alex.page.waitForURL(/search=global/);
  await counts(alex.row(/./), 1);
  await says(alex.row(GLOBAL), '1 group, 1 directory role');
  await alex.reload();
  await holds(box, 'global admin');
  await alex.row(GLOBAL).getByRole('link', { name: `Request ${GLOBAL}` }).click();
  await alex.arrives(GLOBAL);
  const link = alex.path;

  // What it is, and who will be asked
  const contents = alex.part('What it contains').getByRole('listitem');
  await counts(contents, 2);
  await says(contents.nth(0), /Global Admins JIT Group · Member/);
  await says(contents.nth(1), /Global Administrator Directory role · through the group · highly privileged/);
  await says(alex.part('Terms'), /Level 3 IT Support.*4 hours/);
  const stages = alex.region('Approval plan').getByRole('listitem');
  await counts(stages, 2);
  await says(stages.nth(0), /Stage 1 of 2.*Miriam/);
  await says(stages.nth(1), /Stage 2 of 2.*Bianca/);
  await alex.look('package');

  // A form that is not complete stays as it is
  await alex.field(TICKET).fill('CHG0012345');
  await alex.button('Submit request').click();
  await sees(alex.alert('“Business justification” is needed.'));
  same(await alex.field('Business justification').getAttribute('aria-invalid'), 'true', 'aria-invalid of the justification');
  await holds(alex.field(TICKET), 'CHG0012345');
  await alex.look('package-refused');
  await alex.field('Business justification').fill(WHY);
  await submits(alex);
  const request = alex.path;
  await sees(alex.status(`Your request for “${GLOBAL}” was submitted.`));
  await alex.arrives(GLOBAL);
  await sees(alex.state('Pending approval'));
  await says(alex.timeline.nth(0), /Submitted by Alex/);
  await says(alex.timeline.nth(0), WHY);
  await server.settle();
  await alex.reload();
  await says(alex.timeline.nth(1), /Miriam was told by mail/);
  await says(alex.timeline.nth(2), /Stage 1 of 2 is waiting for a decision.*Miriam/);
  await says(alex.part('What was asked'), 'CHG0012345');
  await alex.look('request-pending');
  await alex.follow('Request history');
  await says(alex.row(GLOBAL), /Pending approval/);
  await alex.look('requests');

  // Miriam
  const asked = await server.letter('miriam', /Alex asks for Global administrator access/);
  reads(asked.text, WHY);
  const [toApproval] = asked.links;
  reads(toApproval, new RegExp(`^${server.address}/my-access/approvals/[0-9a-f-]{36}$`));
  const miriam = await browser.as('miriam');
  await says(miriam.navigation.getByRole('link', { name: /^Approvals/ }), /Approvals 1 waiting/);
  await says(miriam.part('Waiting for me'), GLOBAL);
  await miriam.look('overview-with-an-approval');
  await miriam.follow('Approvals');
  await counts(miriam.row(/./), 1);
  await says(miriam.row('Alex'), new RegExp(`${GLOBAL}.*stage 1 of 2`));
  await miriam.look('approvals');
  await miriam.goto(new URL(toApproval).pathname);
  await miriam.arrives(`Alex asks for ${GLOBAL}`);
  await says(miriam.part('Why'), WHY);
  await says(miriam.part('Why'), /Ticket or change number CHG0012345/);
  await says(miriam.region('Requestor'), /Alex.*Level 3 IT support engineer.*IT Operations.*Miriam/);
  await miriam.look('approval');
  await miriam.button('Approve', { exact: true }).click();
  await sees(miriam.alert('“Justification” is needed.'));
  same(await miriam.field('Justification').getAttribute('aria-invalid'), 'true', 'aria-invalid of the approver’s words');
  await miriam.field('Justification').fill(MIRIAM);
  await miriam.button('Approve', { exact: true }).click();
  await sees(miriam.status(`You approved Alex’s request for “${GLOBAL}”.`));
  await miriam.arrives('Approvals');
  await sees(miriam.heading('Nothing waits for you'));
  await says(miriam.navigation.getByRole('link', { name: /^Approvals/ }), /^Approvals$/);
  await miriam.look('approvals-empty');
  await miriam.tab('History').click();
  await says(miriam.row('Alex'), /Approved.*Pending approval/);
  await miriam.look('approvals-history');

  // Bianca
  await alex.goto(request);
  await says(alex.timeline.filter({ hasText: 'Stage 1 of 2 approved by Miriam' }), MIRIAM);
  await says(alex.timeline.filter({ hasText: 'is waiting for a decision' }), /Stage 2 of 2.*Bianca/);
  const [toBianca] = (await server.letter('bianca', /Alex asks for Global administrator access/)).links;
  const bianca = await browser.stranger('bianca');
  await bianca.goto(new URL(toBianca).pathname);
  await bianca.arrives('Sign in');
  await bianca.signInAs('bianca');
  await bianca.arrives(`Alex asks for ${GLOBAL}`);
  same(bianca.path, new URL(toBianca).pathname, 'The page after signing in from the mail');
  await says(bianca.part('Earlier stage'), /Miriam approved stage 1/);
  await says(bianca.part('Earlier stage'), MIRIAM);
  await bianca.look('approval-of-the-second-stage');
  await bianca.field('Justification').fill(BIANCA);
  await bianca.button('Approve', { exact: true }).click();
  await sees(bianca.status(`You approved Alex’s request for “${GLOBAL}”.`));

  // Delivered
  await server.settle();
  await alex.reload();
  await sees(alex.state('Delivered'));
  const story = (await alex.timeline.allInnerTexts()).join('\n');
  reads(
    story,
    /Submitted by Alex.*Miriam was told by mail.*Stage 1 of 2 approved by Miriam.*Bianca was told by mail.*Stage 2 of 2 approved by Bianca.*Delivered.*Global Admins JIT · Member, and through it Global Administrator.*Access ends by itself on.*Access ended/,
  );
  reads(story, MIRIAM);
  reads(story, BIANCA);
  await alex.look('request-delivered');
  await server.letter('alex', /^You now have access: Global administrator access/);
  await alex.goto('/my-access');
  await says(alex.part('Active now'), new RegExp(`${GLOBAL}.*(3 h 59 min|4 h) left`));
  await alex.look('overview-with-access');
  await alex.goto('/my-access/packages?tab=active');
  await says(alex.row(GLOBAL), /Delivered/);
  await alex.look('packages-active');
  await alex.goto(link);
  await sees(alex.status(`“${GLOBAL}” is already held, until`));
  await seesNo(alex.button('Submit request'));

  // What an administrator sees
  const morgan = await browser.as('morgan');
  await morgan.follow('Users');
  await morgan.field('Search users').fill('alex');
  await morgan.row('Alex').getByRole('link', { name: 'Alex' }).click();
  await morgan.arrives('Alex');
  const role = morgan.row(/Global Administrator/).filter({ hasText: 'Directory role' });
  await counts(role, 1);
  const path = (await role.getByRole('listitem').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
  same(path.join(' › '), `Alex › ${GLOBAL} › Global Admins JIT Member › Global Administrator`, 'The path to the role');
  await morgan.look('user-with-a-role');
  const user = morgan.path;

  // It ends by itself
  await server.advance({ hours: 3, minutes: 58 });
  await morgan.goto(user);
  await counts(morgan.row(/Global Administrator/).filter({ hasText: 'Directory role' }), 1);
  await alex.goto('/my-access');
  await sees(alex.part('Ending soon').getByText(GLOBAL));
  await alex.look('overview-ending-soon');
  await server.advance({ minutes: 3 });
  await morgan.goto(user);
  await seesNo(morgan.row(/Global Admin/));
  await alex.goto(request);
  await sees(alex.state('Access ended'));
  await says(alex.timeline.last(), /Access ended.*By itself, because its time was over/);
  await alex.look('request-ended');
  await alex.goto('/my-access/packages?tab=expired');
  await says(alex.row(GLOBAL), /Its time was over/);
  await alex.look('packages-expired');
  await alex.goto('/my-access');
  await seesNo(alex.part('Active now').getByText(GLOBAL));
  const ended = await server.letter('alex', /^Access has ended: Global administrator access/);
  reads(ended.text, /Your access has ended: Global administrator access/);
  must(ended.links.includes(server.address + request), `The last letter leads to ${ended.links}, not to the request.`);
}
