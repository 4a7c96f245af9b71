// A webhook is asked about requests and waited for: it is set up, a policy names it, and it lets go on, holds and denies.

import { startReceiver } from '../lib/receiver.mjs';
import { opensSettings } from '../lib/roles.mjs';
import { PATIENCE_MS, must, reads, same, says, sees, seesNo, until } from '../lib/waiting.mjs';

/// Each test on a server of its own: what is asked is what they are about.
export const fresh = true;

const NAME = 'Licences';
const REPORTING = 'Finance reporting';
const USERS = 'User Administrator';

/// Sets the webhook up.
async function makes(morgan, receiver, silence) {
  await morgan.goto('/admin/settings/webhooks/new');
  await morgan.page.getByRole('textbox', { name: 'Name' }).fill(NAME);
  await morgan.field('Address').fill(receiver.url);
  receiver.secret = await morgan.field('Signing secret').inputValue();
  await morgan.page.getByRole('radio', { name: /^Asks and waits/ }).check();
  await morgan.field('Wait for an answer').fill('2');
  await morgan.field('Unit').selectOption('hours');
  await morgan.page.getByRole('radio', { name: silence }).check();
  await morgan.look('answering-webhook');
  await morgan.leaves(() => morgan.button('Create webhook').click());
  await sees(morgan.status(`“${NAME}” was saved.`));
}

/// Sets the webhook up, and has the policy of the package ask it.
async function setsUp(morgan, receiver, silence) {
  await makes(morgan, receiver, silence);
  await morgan.goto('/admin/packages?search=reporting');
  await morgan.leaves(() => morgan.link(REPORTING, { exact: true }).click());
  await morgan.goto(`${morgan.path}?tab=policies`);
  await morgan.leaves(() => morgan.page.locator('tbody th a').first().click());
  await morgan.field('Webhook that is asked').selectOption({ label: NAME });
  await morgan.page.getByRole('radio', { name: 'Before the approvals begin' }).check();
  await morgan.look('answering-policy');
  await morgan.button('Save', { exact: true }).last().click();
  await sees(morgan.status(/The policy “.*” was saved/));
  const chosen = morgan.field('Webhook that is asked').locator('option:checked');
  await until('the policy asks the webhook', PATIENCE_MS, async () => (await chosen.innerText()) === NAME);
}

/// The plan says that the webhook is asked and how long it has, and not where it is.
async function isNamed(person, receiver) {
  const plan = person.region('Approval plan');
  await says(plan, 'Before the approvals begin');
  await says(plan, NAME);
  await says(plan, 'It has 2 hours to answer; without an answer the request is denied.');
  must(!(await person.page.content()).includes(receiver.url), 'The page says where the webhook is.');
}

async function asks(person, receiver) {
  await person.goto('/my-access/packages');
  await person.leaves(() => person.link(`Request ${REPORTING}`).click());
  await isNamed(person, receiver);
  await person.field('Business justification').fill('Close of the quarter.');
  await person.button('Submit request').click();
  await person.page.waitForURL(/\/my-access\/requests\//);
}

const now = async (server) => new Date((await server.settle()).now);

export async function a_webhook_holds_a_request_and_denies_it_and_the_requestor_reads_why({ browser, server }) {
  const receiver = await startReceiver();
  const morgan = await browser.as('morgan');
  await setsUp(morgan, receiver, /^The request is denied/);
  await morgan.goto(`${morgan.path.replace(/\/policies.*/, '')}?tab=who-could&search=alex`);
  await morgan.leaves(() => morgan.link('Alex', { exact: true }).first().click());
  await isNamed(morgan, receiver);
  await morgan.look('answering-who-could');
  const alex = await browser.as('alex');
  await asks(alex, receiver);
  await server.settle();
  await until('it was asked', PATIENCE_MS, () => receiver.heard.length > 0);
  const [question] = receiver.heard;
  same([question.type, question.data.request.package.name, question.data.request.justification], [
    'request.answer_wanted',
    REPORTING,
    'Close of the quarter.',
  ]);
  await alex.goto(alex.path);
  await sees(alex.text(`It waits for the answer of ${NAME}, until`).first());
  await alex.look('answering-waits');
  await morgan.goto('/admin/settings');
  await morgan.leaves(() => morgan.link(NAME, { exact: true }).click());
  await sees(morgan.text('1 request waits for its answer.').first());
  await says(morgan.row('A request waits for an answer'), 'Asked');
  await morgan.button(`Disable ${NAME}`).first().click();
  const warned = morgan.dialog(`Disable ${NAME}?`);
  await sees(warned.getByText('Now 1 request waits for it.'));
  await sees(warned.getByText('What is set now: The request is denied.'));
  await morgan.look('answering-disable');
  const at = await now(server);
  same(await receiver.answers(question, { decision: 'hold', reason: 'A person looks at it.' }, at), [200, { taken: 'hold' }]);
  await alex.goto(alex.path);
  await sees(alex.text(`${NAME} holds it and answers later`).first());
  same((await receiver.answers(question, { decision: 'deny', reason: 'No licence is left.' }, at))[0], 200);
  const [status, { code, message }] = await receiver.answers(question, { decision: 'allow' }, at);
  same([status, code], [409, 'not_waiting_for_answer']);
  must(message.includes('The first answer counts'), message);
  await alex.goto(alex.path);
  await sees(alex.text(`${NAME} denied it.`).first());
  reads((await alex.timeline.allInnerTexts()).join('\n'), /holds it.*A person looks at it.*denied it.*No licence is left/s);
  await alex.look('answering-denied');
  same(receiver.wrong, []);
}

export async function without_script_silence_is_kept_and_what_is_allowed_at_once_is_approved_as_ever({ browser, server }) {
  const receiver = await startReceiver();
  const morgan = await browser.as('morgan', { script: false });
  await setsUp(morgan, receiver, /^The request is denied/);
  receiver.says = JSON.stringify({ decision: 'allow' });
  const alex = await browser.as('alex', { script: false });
  await asks(alex, receiver);
  await server.settle();
  await until('it was asked', PATIENCE_MS, () => receiver.heard.length > 0);
  await server.settle();
  await alex.goto(alex.path);
  reads((await alex.timeline.allInnerTexts()).join('\n'), /let it go on.*waiting for a decision/s);
  await morgan.goto('/admin/settings');
  await morgan.leaves(() => morgan.link(NAME, { exact: true }).click());
  await says(morgan.row('A request waits for an answer').first(), 'It answered 200. It said allow.');
  same(receiver.wrong, []);

  receiver.says = '';
  const bianca = await browser.as('bianca', { script: false });
  await asks(bianca, receiver);
  await server.advance({ hours: 2 });
  await bianca.goto(bianca.path);
  await sees(bianca.text('did not answer in time, and without its answer the request is denied').first());
}

async function activates(lee) {
  await lee.goto('/my-roles');
  await lee.leaves(() => lee.link(`Activate ${USERS}`).click());
  await lee.field('Duration (hours)').fill('1');
  await lee.field('Reason').fill('A new colleague.');
}

export async function the_settings_of_a_role_name_it_and_an_activation_waits_for_it({ browser, server }) {
  const receiver = await startReceiver();
  const [morgan, lee] = [await browser.as('morgan'), await browser.as('lee')];
  await makes(morgan, receiver, /^The request is denied/);
  await opensSettings(morgan, USERS);
  await morgan.field('Webhook that is asked').selectOption({ label: NAME });
  await morgan.page.getByRole('radio', { name: 'Before the approvals begin' }).check();
  await morgan.look('answering-role-settings');
  await morgan.button('Update').last().click();
  await sees(morgan.status(`The settings of “${USERS}” were updated.`));
  await sees(morgan.text('Differs from the template: Webhook that is asked.'));

  await activates(lee);
  const plan = lee.region('Approval plan');
  await says(plan, NAME);
  await says(plan, 'It has 2 hours to answer; without an answer the request is denied.');
  must(!(await lee.page.content()).includes(receiver.url), 'The page says where the webhook is.');
  await lee.look('answering-activate');
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status(USERS));
  await server.settle();
  await until('it was asked', PATIENCE_MS, () => receiver.heard.length > 0);
  const [question] = receiver.heard;
  same([question.data.request.role.name, question.data.request.justification], [USERS, 'A new colleague.']);
  await lee.goto('/my-roles?tab=active');
  await seesNo(lee.row(USERS));
  same(await receiver.answers(question, { decision: 'allow' }, await now(server)), [200, { taken: 'allow' }]);
  await server.settle();
  await lee.goto('/my-roles?tab=active');
  await says(lee.row(USERS), 'Activated');

  // What settings ask is not deleted.
  await morgan.goto('/admin/settings');
  await morgan.link(NAME, { exact: true }).click();
  await morgan.button('Delete', { exact: true }).click();
  await morgan.dialog(`Delete ${NAME}?`).getByRole('button', { name: `Delete ${NAME}` }).click();
  await sees(morgan.alert(`the settings of ${USERS}`).first());
  same(receiver.wrong, []);
}

export async function without_script_a_role_is_denied_by_it_and_its_holder_reads_why({ browser, server }) {
  const receiver = await startReceiver();
  const [morgan, lee] = [await browser.as('morgan', { script: false }), await browser.as('lee', { script: false })];
  await makes(morgan, receiver, /^The request is denied/);
  await opensSettings(morgan, USERS);
  await morgan.field('Webhook that is asked').selectOption({ label: NAME });
  await morgan.leaves(() => morgan.button('Update').last().click());
  await sees(morgan.status(`The settings of “${USERS}” were updated.`));
  receiver.says = JSON.stringify({ decision: 'deny', reason: 'Somebody else is on duty.' });
  await activates(lee);
  await lee.leaves(() => lee.button('Activate', { exact: true }).click());
  await server.settle();
  await until('it was asked', PATIENCE_MS, () => receiver.heard.length > 0);
  await server.settle();
  await lee.goto('/my-access/requests');
  await lee.leaves(() => lee.link(USERS).first().click());
  await sees(lee.text(`${NAME} denied it.`).first());
  reads((await lee.timeline.allInnerTexts()).join('\n'), /Somebody else is on duty/);
  same(receiver.wrong, []);
}
