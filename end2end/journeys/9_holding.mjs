// What is held: naming start and end, holding it for longer, giving it back, asking again.

import { asksFor } from '../lib/demo.mjs';
import { counts, holds, reads, says, sees, seesNo } from '../lib/waiting.mjs';

const ROOM = 'Partner document room';

/// Asks for the room and has it.
async function getsTheRoom(person, server) {
  await asksFor(person, ROOM, 'Contracts with our partners.');
  await server.settle();
}

/// Weeks later, when the session is long over.
async function weeksLater(person, server, days) {
  await server.advance({ days });
  await person.goto('/signin');
  await person.signInAs('alex');
}

export async function access_is_held_for_longer_without_a_gap_and_given_back({ browser, server }) {
  const alex = await browser.as('alex');
  await getsTheRoom(alex, server);
  await alex.goto('/my-access/packages?tab=active');
  await seesNo(alex.link(`Extend ${ROOM}`));
  await weeksLater(alex, server, 20);
  await alex.goto('/my-access/packages?tab=active');
  await alex.look('packages-held');
  await alex.link(`Extend ${ROOM}`).click();
  await alex.arrives(`Extend ${ROOM}`);
  await says(alex.page.getByRole('main'), /You hold this package until .* With the extension it ends on .*, without a gap/);
  await alex.look('package-extension');
  await alex.field('Business justification').fill('The contracts are not signed yet.');
  await alex.button('Request extension').click();
  await alex.page.waitForURL(/\/my-access\/requests\//);
  await server.settle();
  await alex.reload();
  await sees(alex.state('Delivered'));
  reads((await alex.timeline.allInnerTexts()).join('\n'), /Access extended.*Access ends by itself on/);
  await alex.look('request-of-an-extension');
  await weeksLater(alex, server, 15);
  await alex.goto('/my-access/packages?tab=active');
  await sees(alex.row(ROOM));

  await alex.button(`Remove ${ROOM}`).click();
  await sees(alex.dialog(`Remove ${ROOM}?`));
  await alex.look('package-remove');
  await alex.dialog(`Remove ${ROOM}?`).getByLabel('Reason').fill('All signed.');
  await alex.dialog(`Remove ${ROOM}?`).getByRole('button', { name: `Remove ${ROOM}` }).click();
  await sees(alex.status(`You no longer hold “${ROOM}”.`));
  await sees(alex.heading('You hold no package'));
  await alex.goto('/my-access/packages?tab=expired');
  await says(alex.row(ROOM), /It was ended early/);
  await alex.goto('/my-access/requests');
  await counts(alex.row(ROOM), 2);
}

export async function access_is_given_back_without_script({ browser, server }) {
  const alex = await browser.as('alex', { script: false });
  await alex.goto('/my-access/packages');
  await alex.leaves(() => alex.link(`Request ${ROOM}`).click());
  await alex.field('Business justification').fill('Contracts.');
  await alex.field('End').fill('2020-01-01T08:00');
  await alex.leaves(() => alex.button('Submit request').click());
  await sees(alex.alert('The end has to be later than the start.'));
  await holds(alex.field('End'), '2020-01-01T08:00');
  await alex.look('package-with-start-and-end');
  await alex.field('End').fill('');
  await alex.leaves(() => alex.button('Submit request').click());
  await server.settle();
  await alex.goto('/my-access/packages?tab=active');
  await alex.button(`Remove ${ROOM}`).click();
  await alex.leaves(() => alex.dialog(`Remove ${ROOM}?`).getByRole('button', { name: `Remove ${ROOM}` }).click());
  await sees(alex.status(`You no longer hold “${ROOM}”.`));
}

export async function what_was_asked_is_asked_again_without_typing_it_again({ browser }) {
  const alex = await browser.as('alex');
  await asksFor(alex, 'Finance reporting', 'Close of the quarter.');
  await alex.button('Cancel request').click();
  await alex.dialog(/^Cancel the request/).getByRole('button', { name: 'Cancel request' }).click();
  await sees(alex.state('Canceled'));
  await alex.link('Request again').click();
  await alex.arrives('Finance reporting');
  await holds(alex.field('Business justification'), 'Close of the quarter.');
  reads(alex.path, /\?again=/);
}
