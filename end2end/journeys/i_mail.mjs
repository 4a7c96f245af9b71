// How letters leave: a mail server is set, tested, gone, and there again.

import { asksFor } from '../lib/demo.mjs';
import { startMailServer } from '../lib/mail_server.mjs';
import { fillsMail as fills, mailHost as host } from '../lib/settings.mjs';
import { PATIENCE_MS, holds, must, reads, same, says, sees, seesNo, until } from '../lib/waiting.mjs';

/// Each test on a server of its own: where letters go is what they are about.
export const fresh = true;

const MAIL = '/admin/settings/mail';
const PASSWORD = 'open sesame';
const USER = 'vestibule';

const saves = (person) => person.leaves(() => person.button('Save', { exact: true }).click());

async function tests(person) {
  await person.leaves(() => person.link('Send test mail', { exact: true }).click());
  await person.arrives('Test of Mail');
}

export async function an_administrator_sets_a_mail_server_tests_it_and_letters_leave_at_once({ browser, server }) {
  const post = await startMailServer({ user: USER, password: PASSWORD });
  const morgan = await browser.as('morgan');
  await morgan.follow('Settings');
  await sees(morgan.text('Nobody gets letters'));
  await morgan.link('Mail settings', { exact: true }).click();
  await morgan.arrives('Mail');
  await sees(morgan.state('Kept as files'));
  await seesNo(host(morgan));
  await morgan.look('mail-kept');
  // What cannot be right is refused at its field, and what was typed stays.
  await fills(morgan, post, { user: USER, password: PASSWORD });
  await host(morgan).fill('smtp://127.0.0.1');
  await morgan.button('Save', { exact: true }).click();
  await sees(morgan.alert('A mail server is a name like mail.example.com'));
  await holds(host(morgan), 'smtp://127.0.0.1');
  await morgan.look('mail-refused');
  await fills(morgan, post, { user: USER, password: PASSWORD });
  await morgan.button('Save', { exact: true }).click();
  await sees(morgan.status('The mail settings were saved.'));
  await sees(morgan.state('Sent'));
  must(!(await morgan.page.content()).includes(PASSWORD), 'The page shows the password.');
  await morgan.look('mail');
  await tests(morgan);
  await sees(morgan.state('Works'));
  await says(morgan.row('Signed in'), 'The server knows the user name and the password.');
  await says(morgan.row('Sent a letter to morgan@harbour.example'), 'The server took it.');
  await morgan.look('mail-test');
  same(post.letters.length, 1);
  reads(post.letters[0].content, /A letter to test the mail settings/);

  const alex = await browser.as('alex');
  await asksFor(alex, 'Finance reporting', 'Close of the quarter.');
  await server.settle();
  await until('whoever decides gets a letter', PATIENCE_MS, () => post.letters.length > 1);
  same(post.letters[1].user, USER);

  // Another server does not get the password that was typed for this one.
  await morgan.goto(MAIL);
  await host(morgan).fill('localhost');
  await morgan.button('Save', { exact: true }).click();
  await sees(morgan.alert('type the password again'));
  await morgan.goto('/admin/audit');
  await sees(morgan.text('changed how letters leave').first());
  must(!(await morgan.page.content()).includes(PASSWORD), 'The history shows the password.');
  await post.stop();
}

export async function without_script_letters_wait_for_a_mail_server_that_is_not_there({ browser, server }) {
  const gone = await startMailServer();
  const { port } = gone;
  await gone.stop();
  const morgan = await browser.as('morgan', { script: false });
  await morgan.goto(MAIL);
  await fills(morgan, { port: 'smtp' });
  await saves(morgan);
  await sees(morgan.alert('A port is a number from 1 to 65535. You wrote “smtp”.'));
  await holds(host(morgan), '127.0.0.1');
  await fills(morgan, { port });
  await saves(morgan);
  await sees(morgan.status('The mail settings were saved.'));
  await tests(morgan);
  await sees(morgan.state('Does not work'));
  await says(morgan.row(`Connected to 127.0.0.1:${port}`), 'nothing listens there');
  await morgan.look('mail-test-gone');

  const alex = await browser.as('alex', { script: false });
  await asksFor(alex, 'Finance reporting', 'Close of the quarter.');
  await server.settle();
  await morgan.goto(MAIL);
  await sees(morgan.state('Held up'));
  await sees(morgan.text(/could not be sent so far, and (is|are) tried again for ever\./));
  await morgan.look('mail-held-up');
  // What waits does not become files that nobody gets without a word.
  await morgan.page.getByRole('radio', { name: /^Kept as files/ }).check();
  await saves(morgan);
  await sees(morgan.alert('Nobody would get them'));
  await sees(morgan.page.getByRole('checkbox', { name: 'Write the letters that wait into files, too' }));
  await morgan.look('mail-into-files');
  const post = await startMailServer({ port });
  await server.advance({ minutes: 1 });
  await until('the letter arrives', PATIENCE_MS, () => post.letters.length > 0);
  await morgan.goto(MAIL);
  await sees(morgan.state('Sent'));
  await morgan.page.getByRole('radio', { name: /^Kept as files/ }).check();
  await saves(morgan);
  await sees(morgan.status('Letters are kept as files from now on.'));
  await post.stop();
}
