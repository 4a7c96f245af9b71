// Passkeys: what only a browser can do. A form with `data-passkey` is shown where the browser knows passkeys; its button
// asks the server at `data-begin` what to ask for, and sends the form with the browser's answer as a plain post.

const NOT_DONE = 'The browser did not use a passkey, so nothing was done. Try again, or use another way.';
const NOT_REACHED = 'The server could not be reached. Check your connection and try again.';

const can =
  window.PublicKeyCredential?.parseCreationOptionsFromJSON && window.PublicKeyCredential?.parseRequestOptionsFromJSON;

async function answer(form) {
  const reply = await fetch(form.dataset.begin, { method: 'POST', headers: { accept: 'application/json' } });
  // The server says why in answer to the form itself.
  if (reply.status >= 400 && reply.status < 500) return '';
  if (!reply.ok) throw new Error(NOT_REACHED);
  const { publicKey } = await reply.json();
  const credential =
    form.dataset.passkey === 'create'
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  return JSON.stringify(credential.toJSON());
}

for (const form of can ? document.querySelectorAll('form[data-passkey]') : []) {
  const said = form.querySelector('[data-said]');
  const button = form.querySelector('button');
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.ariaBusy === 'true') return;
    button.ariaBusy = 'true';
    said.hidden = true;
    try {
      form.elements.answer.value = await answer(form);
      form.submit();
    } catch (error) {
      button.ariaBusy = null;
      said.textContent = error instanceof DOMException ? NOT_DONE : NOT_REACHED;
      said.hidden = false;
    }
  });
}
