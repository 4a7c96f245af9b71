// Passkeys, with Chromium's virtual authenticator: adding one, proving with it, signing in with it.

import { opensSettings } from '../lib/roles.mjs';
import { PATIENCE_MS, must, same, sees, seesNo, until } from '../lib/waiting.mjs';

export const fresh = true;
/// Passkeys need a name; browsers trust this one without TLS.
export const host = 'localhost';

const USERS = 'User Administrator';

/// A device that keeps passkeys and knows the finger of its owner, in front of this person.
class Device {
  static async before(person) {
    const device = new Device();
    device.person = person;
    await device.#plugIn([]);
    return device;
  }

  async #plugIn(credentials) {
    this.client = await this.person.context.newCDPSession(this.person.page);
    await this.client.send('WebAuthn.enable');
    const options = {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    };
    const { authenticatorId } = await this.client.send('WebAuthn.addVirtualAuthenticator', { options });
    this.id = authenticatorId;
    for (const credential of credentials) await this.keeps(credential);
  }

  knowsFinger(isUserVerified) {
    return this.client.send('WebAuthn.setUserVerified', { authenticatorId: this.id, isUserVerified });
  }

  async keys() {
    return (await this.client.send('WebAuthn.getCredentials', { authenticatorId: this.id })).credentials;
  }

  keeps(credential) {
    return this.client.send('WebAuthn.addCredential', { authenticatorId: this.id, credential });
  }

  loses({ credentialId }) {
    return this.client.send('WebAuthn.removeCredential', { authenticatorId: this.id, credentialId });
  }

  /// Takes the page in. That ends what Chromium plays the device with, so it is plugged in again.
  async look(name) {
    const keys = await this.keys();
    await this.person.look(name);
    await this.client.detach();
    await this.#plugIn(keys);
  }
}

/// What the page posted to this address last.
function posts(person, path) {
  let last;
  person.page.on('request', (request) => {
    if (request.method() === 'POST' && new URL(request.url()).pathname === path) last = Object.fromEntries(new URLSearchParams(request.postData()));
  });
  return () => last;
}

export async function a_passkey_is_added_used_as_a_proof_and_signs_in_and_nothing_is_used_twice({ browser, server }) {
  const [morgan, lee] = [await browser.as('morgan'), await browser.as('lee')];
  lee.expects(409, 422, 401);

  // The role demands more than a password.
  await opensSettings(morgan, USERS);
  await morgan.page.getByRole('radio', { name: /^Multifactor authentication/ }).check();
  await morgan.button('Update', { exact: true }).last().click();
  await sees(morgan.status(`The settings of “${USERS}” were updated.`));

  await lee.goto('/my-security');
  await lee.arrives('Security');
  await lee.look('security-passkeys-none');
  const chip = await Device.before(lee);
  await chip.knowsFinger(false);
  await lee.button('Add a passkey').click();
  await sees(lee.alert('The browser did not use a passkey, so nothing was done.'));
  same((await chip.keys()).length, 0, 'The keys without a finger');
  await chip.knowsFinger(true);
  const added = posts(lee, '/my-security/passkey');
  await lee.field('Name of the new passkey').fill('Laptop & "more"');
  await lee.leaves(() => lee.button('Add a passkey').click());
  await sees(lee.status('The passkey “Laptop & "more"” was added.'));
  await sees(lee.region('Laptop & "more"'));
  await chip.look('security-passkeys');
  same((await chip.keys()).length, 1, 'The keys of the device');
  const again = await lee.post('/my-security/passkey', { ...added(), name: 'Twice' }, { accept: 'text/html' });
  same(again.status, 303, 'The status for the same answer once more');
  await lee.goto('/my-security');
  await sees(lee.alert('What you began is over'));
  await seesNo(lee.region('Twice'));
  await lee.region('Laptop & "more"').getByLabel('Name').fill('Laptop');
  await lee.leaves(() => lee.button('Rename').click());
  await sees(lee.status('The passkey is called “Laptop”.'));

  // Used as a proof, from the form that asks for it and back.
  await server.advance({ minutes: 20 });
  await lee.goto('/my-roles');
  await lee.link(`Activate ${USERS}`).click();
  await lee.arrives(`Activate ${USERS}`);
  await lee.field('Reason').fill('A new colleague.');
  await lee.leaves(() => lee.button('Continue', { exact: true }).click());
  await lee.arrives('Additional verification');
  await chip.look('security-prove-passkey');
  const proved = posts(lee, '/my-security/prove/passkey');
  await lee.leaves(() => lee.button('Use a passkey').click());
  await lee.arrives(`Activate ${USERS}`);
  same(await lee.field('Reason').inputValue(), 'A new colleague.', 'The reason after the proof');
  await seesNo(lee.text('Additional verification required'));
  await lee.button('Activate', { exact: true }).click();
  await sees(lee.status(`“${USERS}” is active.`));

  // The same answer proves nothing in another session, nor again in this one.
  const elsewhere = await browser.as('lee');
  for (const person of [lee, elsewhere]) {
    const answer = await person.post('/my-security/prove/passkey', proved(), { accept: 'text/html' });
    same(answer.status, 422, 'The status for an answer that was used');
    must((await answer.text()).includes('What you began is over'), 'The page does not say why.');
  }

  // Signing in with it, without a name and a password.
  await lee.goto('/my-access');
  await lee.button('Account of Lee').click();
  await lee.leaves(() => lee.button('Sign out', { exact: true }).click());
  await lee.arrives('Sign in');
  await sees(lee.button('Sign in with a passkey'));
  await chip.look('signin-passkey');
  const signedIn = posts(lee, '/signin/passkey');
  await lee.leaves(() => lee.button('Sign in with a passkey').click());
  await until('Lee is signed in', PATIENCE_MS, () => lee.path === '/my-access');
  await sees(lee.button('Account of Lee'));
  const stolen = await fetch(`${server.address}/signin/passkey`, {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'text/html', origin: server.address },
    body: new URLSearchParams(signedIn()),
  });
  same(stolen.status, 401, 'The status for the answer of another browser');

  // A copy of the key, whose counter stands still, is noticed.
  await lee.goto('/my-roles?tab=active');
  const [key] = await chip.keys();
  await chip.loses(key);
  await chip.keeps({ ...key, signCount: 0 });
  await lee.goto('/my-security/prove?next=/my-roles&by=passkey');
  await lee.arrives('Additional verification');
  await lee.leaves(() => lee.button('Use a passkey').click());
  await sees(lee.alert('The passkey was not accepted'));
  // It still says that nothing else counts, and the next try says so too.
  same(await lee.page.locator('#prove-passkey input[name=by]').inputValue(), 'passkey', 'What counts after a wrong try');

  // Removed, it opens nothing.
  await lee.goto('/my-security');
  await lee.leaves(() => lee.button('Remove Laptop').click());
  await sees(lee.status('The passkey “Laptop” was removed.'));
  await lee.button('Account of Lee').click();
  await lee.leaves(() => lee.button('Sign out', { exact: true }).click());
  await lee.leaves(() => lee.button('Sign in with a passkey').click());
  await sees(lee.alert('The passkey was not accepted'));
}
