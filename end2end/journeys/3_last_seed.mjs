// The job of the last seed: an application that members ask for, that guests never see, and that Brandon approves.

import { MIP, PASSWORD, givePassword, linkOf, submits } from '../lib/demo.mjs';
import { counts, must, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

const QUESTION = 'What will you use it for?';

export async function Hana_gets_the_application_after_Brandon_agreed({ browser, server }) {
  const morgan = await browser.as('morgan');
  await givePassword(morgan, 'hana');
  const hana = await browser.withPassword('hana', PASSWORD);
  await hana.arrives('Overview');
  await hana.goto(await linkOf(hana, MIP));
  await hana.arrives(MIP);
  await says(hana.part('What it contains'), /mem-app-u-mip-client Group · Member/);
  await says(hana.part('Terms'), /All members, no guests/);
  await counts(hana.region('Approval plan').getByRole('listitem'), 1);
  await says(hana.region('Approval plan'), /Stage 1 of 1.*Brandon.*14 days/);
  await hana.look('package-with-choices');

  await hana.field('Business justification').fill('I label what I write.');
  await hana.button('Submit request').click();
  await sees(hana.alert(`“${QUESTION}” is needed.`));
  const uses = hana.page.getByRole('group', { name: QUESTION });
  await says(uses, `“${QUESTION}” is needed.`);
  await hana.look('package-with-choices-refused');
  await uses.getByRole('checkbox', { name: 'Classify documents' }).check();
  await uses.getByRole('checkbox', { name: 'Test the roll-out' }).check();
  await submits(hana);
  const request = hana.path;
  await says(hana.part('What was asked'), /What will you use it for\? Classify documents, Test the roll-out/);

  const asked = await server.letter('brandon', /Hana asks for APP – MIP Client/);
  const brandon = await browser.as('brandon');
  await brandon.goto(new URL(asked.links[0]).pathname);
  await brandon.arrives(`Hana asks for ${MIP}`);
  await says(brandon.part('Why'), /I label what I write.*Classify documents, Test the roll-out/);
  await brandon.field('Justification').fill('Licence is free.');
  await brandon.button('Approve', { exact: true }).click();
  await sees(brandon.status(`You approved Hana’s request for “${MIP}”.`));

  await server.settle();
  await hana.goto(request);
  await sees(hana.state('Delivered'));
  await says(hana.timeline.filter({ hasText: 'approved by Brandon' }), 'Licence is free.');
  await hana.goto('/my-access/packages?tab=active');
  await says(hana.row(MIP), /365 days left|364 days left/);
  await server.letter('hana', /^You now have access: APP – MIP Client/);
}

export async function a_guest_neither_sees_the_package_nor_reaches_its_link({ browser }) {
  const morgan = await browser.as('morgan');
  const link = await linkOf(morgan, MIP);
  await givePassword(morgan, 'nils.partner');
  const nils = await browser.withPassword('nils.partner', PASSWORD);
  await nils.goto('/my-access/packages');
  await counts(nils.row(/./), 1);
  await sees(nils.row('Partner document room'));
  await nils.goto('/my-access/packages?search=mip');
  await sees(nils.heading('Nothing found'));

  nils.expects(404);
  const answers = [];
  for (const address of [link, link.replace(/.{4}$/, 'ffff')]) {
    const answer = await nils.goto(address);
    await seesNo(nils.text(MIP));
    answers.push([answer.status(), await nils.page.title(), await nils.page.getByRole('main').innerText()].join('\n'));
  }
  same(answers[0], answers[1], 'The answer for a package that is not for guests, against one that does not exist,');
  reads(answers[0], /^404 Not found · Vestibule .*no such access package, or it is not for you/);
  await nils.look('not-for-guests');

  for (const [what, tries] of [
    ['reading', (id) => nils.asks({ Package: { package: id } })],
    ['asking', (id) => nils.post('/api/submit_request', { package: id, justification: 'Please.' })],
  ]) {
    const said = [];
    for (const address of [link, link.replace(/.{4}$/, 'ffff')]) {
      const answer = await tries(address.split('/').at(-1));
      said.push(`${answer.status} ${await answer.text()}`);
    }
    same(said[0], said[1], `The answer to ${what}`);
    must(said[0].includes('not_found'), `${what} was answered ${said[0]}`);
  }
}

export async function Brandon_cannot_ask_for_what_only_he_approves({ browser }) {
  const brandon = await browser.as('brandon');
  await brandon.goto(await linkOf(brandon, MIP));
  await sees(brandon.status('Nobody could decide stage 1'));
  await seesNo(brandon.button('Submit request'));
  await brandon.look('package-that-nobody-could-approve');
}
