// Every “no” of the main job: it says what, why and what next, and never looks like success.

import { GLOBAL, TICKET, alexAsks, decides, linkOf, submits } from '../lib/demo.mjs';
import { counts, holds, must, reads, same, says, sees, seesNo } from '../lib/waiting.mjs';

export const fresh = true;

/// The approval page of a request.
const approvalOf = (request) => request.replace('/requests/', '/approvals/');

export async function nobody_decides_their_own_request({ browser }) {
  const alex = await browser.as('alex');
  const request = await alexAsks(alex);
  await alex.goto(approvalOf(request));
  await sees(alex.status('You cannot decide about a request that you made or that gives access to you.'));
  await seesNo(alex.button('Approve', { exact: true }));
  await alex.look('approval-of-the-own-request');
  const id = request.split('/').at(-1);
  const answer = await alex.post('/api/decide_request', { request: id, stage: 0, verdict: 'approve', words: 'Me.' });
  reads(await answer.text(), 'own_request');
  await alex.goto(request);
  await sees(alex.state('Pending approval'));
}

export async function somebody_who_is_not_asked_does_not_even_learn_of_the_request({ browser }) {
  const alex = await browser.as('alex');
  const request = await alexAsks(alex);
  const lee = await browser.as('lee');
  lee.expects(404);
  for (const address of [request, approvalOf(request)]) {
    same((await lee.goto(address)).status(), 404, `The status of ${address} for Lee`);
    await sees(lee.heading('Not found'));
    await seesNo(lee.text(GLOBAL));
  }
  const id = request.split('/').at(-1);
  const answer = await lee.post('/api/decide_request', { request: id, stage: 0, verdict: 'approve', words: 'Hm.' });
  reads(await answer.text(), /not_found|not_an_approver/);
}

export async function a_second_decision_says_who_decided_and_when({ browser }) {
  const alex = await browser.as('alex');
  const approval = approvalOf(await alexAsks(alex));
  const miriam = await browser.as('miriam');
  await miriam.goto(approval);
  // The same page a second time, left open.
  const first = miriam.page;
  miriam.page = await miriam.context.newPage();
  await miriam.goto(approval);
  await miriam.field('Justification').fill('First window.');
  await miriam.button('Approve', { exact: true }).click();
  await sees(miriam.status('You approved'));
  miriam.page = first;
  await miriam.field('Justification').fill('Second window.');
  await miriam.button('Deny', { exact: true }).click();
  await sees(miriam.alert(/You already approved stage 1 on \d+ \w+ \d{4}.*Nothing more is needed from you here\./));
  await holds(miriam.field('Justification'), 'Second window.');
  await miriam.goto(approval);
  await sees(miriam.status(/You already approved stage 1 on/));
  await seesNo(miriam.button('Approve', { exact: true }));
  await miriam.look('approval-that-is-decided');

  await decides(await browser.as('bianca'), 'Approve', 'Good.');
  await miriam.goto(approval);
  await sees(miriam.status(/You already approved stage 1 on/));
}

export async function somebody_else_who_comes_late_reads_who_decided({ browser, server }) {
  const alex = await browser.as('alex');
  const approval = approvalOf(await alexAsks(alex));
  await server.settle();
  // Bianca looks while it is still Miriam's turn, and again after Miriam said no.
  const bianca = await browser.as('bianca');
  await bianca.goto(approval);
  await sees(bianca.status('You are not an approver of this stage now.'));
  const miriam = await browser.as('miriam');
  await decides(miriam, 'Deny', 'Not this week.');
  await bianca.goto(approval);
  await sees(bianca.status(/This request is settled: Denied by Miriam on/));
  await seesNo(bianca.button('Approve', { exact: true }));
}

export async function a_denial_reaches_Alex_with_its_words({ browser, server }) {
  const alex = await browser.as('alex');
  const request = await alexAsks(alex);
  const miriam = await browser.as('miriam');
  await miriam.goto(approvalOf(request));
  await miriam.button('Deny', { exact: true }).click();
  await sees(miriam.alert('“Justification” is needed.'));
  await miriam.field('Justification').fill('Use the delegated role instead.');
  await miriam.button('Deny', { exact: true }).click();
  await sees(miriam.status(`You denied Alex’s request for “${GLOBAL}”.`));
  await alex.goto(request);
  await sees(alex.state('Denied'));
  await says(alex.timeline.filter({ hasText: 'Stage 1 of 2 denied by Miriam' }), 'Use the delegated role instead.');
  await alex.look('request-denied');
  const letter = await server.letter('alex', /^Denied: Global administrator access/);
  reads(letter.text, 'Use the delegated role instead.');
  await alex.link('Request again').click();
  await alex.arrives(GLOBAL);
  await sees(alex.button('Submit request'));
}

export async function Alex_takes_a_request_back_in_a_dialog_that_says_what_happens({ browser, server }) {
  const alex = await browser.as('alex');
  await alexAsks(alex);
  const miriam = await browser.as('miriam');
  await says(miriam.navigation.getByRole('link', { name: /^Approvals/ }), /1 waiting/);
  await alex.button('Cancel request').click();
  const dialog = alex.dialog(`Cancel the request for ${GLOBAL}?`);
  await says(dialog, 'Miriam will be told that there is nothing left to decide.');
  await alex.look('request-cancel-dialog');
  await dialog.getByRole('button', { name: 'Keep the request' }).click();
  await seesNo(dialog);
  await sees(alex.state('Pending approval'));
  await alex.button('Cancel request').click();
  await dialog.getByLabel('Reason').fill('The mailbox came back by itself.');
  await dialog.getByRole('button', { name: 'Cancel request' }).click();
  await sees(alex.status(`The request for “${GLOBAL}” was canceled.`));
  await seesNo(dialog);
  await sees(alex.state('Canceled'));
  await says(alex.timeline.last(), /Canceled by Alex.*The mailbox came back by itself\./);
  await seesNo(alex.button('Cancel request'));
  await miriam.reload();
  await says(miriam.navigation.getByRole('link', { name: /^Approvals/ }), /^Approvals$/);
  await server.letter('miriam', /^Canceled: Alex’s request for Global administrator access/);
}

export async function a_request_that_nobody_decides_expires_and_is_not_denied({ browser, server }) {
  const request = await alexAsks(await browser.as('alex'));
  await server.settle();
  await server.advance({ days: 1, minutes: 1 });
  await server.letter('miriam', /^Reminder: decide by .*Alex asks for Global administrator access/);
  await server.advance({ days: 1 });
  // Two days later the session is over too.
  const alex = await browser.as('alex', { at: request });
  await sees(alex.state('Expired'));
  await says(alex.timeline.last(), /Expired: nobody decided stage 1 of 2 in time.*This is not a denial\. You can request again\./);
  await seesNo(alex.page.getByRole('main').getByText('Denied'));
  await alex.look('request-expired');
  const letter = await server.letter('alex', /^Not decided in time: Global administrator access/);
  reads(letter.text, 'please make a new request');
  const miriam = await browser.as('miriam', { at: approvalOf(request) });
  await sees(miriam.status(/This request is settled: Expired on/));
  await alex.goto('/my-access/requests?state=expired');
  await sees(alex.row(GLOBAL));
  await alex.goto('/my-access/requests?state=denied');
  await sees(alex.heading('Nothing found'));
  await alex.look('requests-nothing-found');
}

export async function asking_again_while_it_is_open_or_held_leads_to_what_is_there({ browser, server }) {
  const alex = await browser.as('alex');
  const link = await linkOf(alex, GLOBAL);
  // A form that was opened before, in a second window.
  await alex.goto(link);
  const late = alex.page;
  alex.page = await alex.context.newPage();
  const request = await alexAsks(alex);
  await alex.goto(link);
  await sees(alex.status(`“${GLOBAL}” was already requested on`));
  await seesNo(alex.button('Submit request'));
  await alex.look('package-that-is-requested');
  await alex.link('Open the request').click();
  await alex.page.waitForURL(`**${request}`);
  alex.page = late;
  await alex.field('Business justification').fill('Once more.');
  await alex.field(TICKET).fill('CHG2');
  await alex.button('Submit request').click();
  await sees(alex.alert(`“${GLOBAL}” was already requested on`));
  await holds(alex.field('Business justification'), 'Once more.');
  await alex.goto('/my-access/requests');
  await counts(alex.row(GLOBAL), 1);

  await decides(await browser.as('miriam'), 'Approve', 'Good.');
  await decides(await browser.as('bianca'), 'Approve', 'Good.');
  await server.settle();
  await alex.goto(link);
  await sees(alex.status(/“Global administrator access” is already held, until .*\. Ask again after it has ended\./));
  await alex.look('package-that-is-held');
  await server.advance({ hours: 4 });
  await alex.goto(link);
  await alex.field('Business justification').fill('It broke again.');
  await alex.field(TICKET).fill('CHG3');
  await submits(alex);
}

export async function the_session_ends_in_the_middle_of_a_form_and_nothing_typed_is_lost({ browser, server }) {
  const alex = await browser.as('alex');
  const link = await linkOf(alex, GLOBAL);
  await alex.goto(link);
  await alex.field('Business justification').fill('Written before lunch.');
  await alex.field('Ticket or change number').fill('CHG0012345');
  await server.advance({ days: 2 });
  alex.expects(401);
  await alex.button('Submit request').click();
  await sees(alex.alert('What you typed is still here'));
  await alex.look('session-ended-over-a-form');
  const tab = alex.page.waitForEvent('popup');
  await alex.link('Sign in in a new tab').click();
  const beside = await tab;
  await beside.getByRole('button', { name: /Alex/ }).click();
  await beside.waitForURL(/\/my-access$/);
  await beside.close();
  same(await alex.field('Business justification').inputValue(), 'Written before lunch.', 'What was typed');
  await alex.button('Submit request').click();
  await alex.page.waitForURL(/\/my-access\/requests\//);
}

export async function without_script_what_was_typed_is_there_again_after_signing_in({ browser, server }) {
  const alex = await browser.as('alex', { script: false });
  await alex.goto(await linkOf(alex, GLOBAL));
  await alex.field('Business justification').fill('Written before the weekend.');
  await alex.field('Ticket or change number').fill('CHG0012345');
  await server.advance({ days: 2 });
  await alex.leaves(() => alex.button('Submit request').click());
  await alex.arrives('Sign in');
  await alex.signInAs('alex');
  await sees(alex.alert('Your session had ended before this arrived, so nothing of it was done.'));
  await alex.look('session-had-ended-without-script');
  same(await alex.field('Business justification').inputValue(), 'Written before the weekend.', 'What was typed');
  await alex.leaves(() => alex.button('Submit request').click());
  must(alex.path.startsWith('/my-access/requests/'), `The request is not sent: ${alex.path}`);
}

export async function the_session_ends_between_two_pages_and_signing_in_leads_back({ browser, server }) {
  const alex = await browser.as('alex');
  await alex.goto('/my-access');
  await server.advance({ days: 2 });
  alex.expects(401);
  await alex.leaves(() => alex.navigation.getByRole('link', { name: 'Request history' }).click());
  await alex.arrives('Sign in');
  await alex.signInAs('alex');
  same(alex.path, '/my-access/requests', 'The page after signing in again');
}

export async function an_unknown_address_is_a_page_that_says_so({ browser }) {
  const alex = await browser.as('alex');
  alex.expects(404);
  same((await alex.goto('/my-access/treasure')).status(), 404, 'The status of an unknown address');
  await alex.arrives('Not found');
  await alex.look('not-found');
  await alex.link('Go to the overview').click();
  await alex.arrives('Overview');
  const nothing = '0197a3d0-0000-7000-8000-000000000000';
  for (const address of ['packages', 'requests', 'approvals'].flatMap((kind) => [nothing, 'nonsense'].map((id) => `/my-access/${kind}/${id}`))) {
    same((await alex.goto(address)).status(), 404, `The status of ${address}`);
    await alex.arrives('Not found');
    await sees(alex.alert('or it is not for you'));
  }
  await alex.look('no-such-request');
  const stranger = await browser.stranger();
  stranger.expects(404);
  same((await stranger.goto('/treasure')).status(), 404, 'The status of an unknown address for a stranger');
  await sees(stranger.heading('Page not found'));
  await stranger.look('not-found-for-strangers');
}

export async function a_visitor_is_sent_to_sign_in_and_then_to_the_page_they_wanted({ browser }) {
  const stranger = await browser.stranger('alex');
  await stranger.goto('/my-access/requests?state=denied');
  await stranger.arrives('Sign in');
  await stranger.look('signin');
  await stranger.signInAs('alex');
  same(stranger.path, '/my-access/requests?state=denied', 'The page after signing in');
  await stranger.arrives('Request history');
  await stranger.goto('/');
  await stranger.arrives('Overview');
}

export async function a_wrong_password_is_said_and_the_name_stays({ browser }) {
  const stranger = await browser.stranger();
  stranger.expects(401);
  await stranger.goto('/my-access/approvals');
  await stranger.field('User name').fill('alex');
  await stranger.field('Password').fill('not the right words');
  await stranger.leaves(() => stranger.button('Sign in', { exact: true }).click());
  await sees(stranger.alert('The user name or the password is not right, or the account is disabled.'));
  await holds(stranger.field('User name'), 'alex');
  await holds(stranger.field('Password'), '');
  await stranger.look('signin-refused');
  await stranger.signInAs('alex');
  same(stranger.path, '/my-access/approvals', 'The page after a wrong password and a right one');
}

export async function what_another_site_sends_is_refused({ browser }) {
  const alex = await browser.as('alex');
  const id = (await alexAsks(alex)).split('/').at(-1);
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
    for (const accept of ['text/html', 'application/json']) {
      for (const path of ['/api/cancel_request', '/signout', '/theme', '/demo/signin']) {
        const answer = await alex.post(path, { request: id, as: 'morgan' }, { accept, ...headers });
        same(answer.status, 403, `The status of ${path} with ${JSON.stringify(headers)}`);
        reads(await answer.text(), 'came from another site');
      }
    }
  }
  await alex.reload();
  await sees(alex.state('Pending approval'));
}

export async function strangers_get_no_answer_from_the_api({ browser, server }) {
  const request = (await alexAsks(await browser.as('alex'))).split('/').at(-1);
  const calls = ['ask', 'read_frame', 'decide_request', 'save_user', 'set_password'];
  for (const call of calls) {
    const answer = await server.post(`/api/${call}`, { request, search: '', filter: 'all', stage: 0, verdict: 'approve' });
    same(answer.status, 401, `The status of /api/${call} for a stranger`);
    const text = await answer.text();
    must(text.includes('SignIn') && !text.includes('Alex'), `/api/${call} told a stranger: ${text}`);
  }
  for (const query of [{ Users: { search: '', filter: 'all', after: null } }, { Request: { request } }, { People: { search: 'a', group: null } }]) {
    const answer = await server.asks([query]);
    same(answer.status, 401, `The status of ${JSON.stringify(query)} for a stranger`);
    const text = await answer.text();
    must(text.includes('SignIn') && !text.includes('Alex'), `${JSON.stringify(query)} told a stranger: ${text}`);
  }
  const plain = await server.post('/api/cancel_request', { request }, { accept: 'text/html' });
  same(plain.status, 303, 'The status of a plain form of a stranger');
  reads(plain.headers.get('location'), /^\/signin/);
}
