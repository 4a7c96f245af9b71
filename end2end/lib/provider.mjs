// An identity provider as people run it (npm's oidc-provider), with a page of ours to sign in at.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import { freePort } from './server.mjs';

export const CLIENT = 'vestibule';
export const SECRET = 'a secret of the journeys';

/// Starts one that sends people back to this server. It ends with us. It asks for more than a password always, or when `acr_values`
/// say so. `passesOn(uri)` says where it sends word that somebody signed out. Its pages have its name.
export async function startProvider(server, { always = true, name = 'Harbour ID' } = {}) {
  let word;
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [`${server.address}/signin/callback`],
        require_auth_time: true,
        post_logout_redirect_uris: [`${server.address}/signin`],
        backchannel_logout_uri: `${issuer}/word`,
        backchannel_logout_session_required: true,
      },
    ],
    acrValues: always ? [] : ['mfa'],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] },
    // Two of them are one host for a browser, whose cookies know no port.
    cookies: { keys: ['journeys'], names: cookieNames(port) },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], amr: null, auth_time: null },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    // It would send no word to addresses inside, and here everything is.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    ttl: { Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 600, IdToken: 600 },
    findAccount: (_, id) => ({ accountId: id, claims: () => claims(id) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  // What only the provider, the server and one browser know.
  const secrets = [];
  provider.on('authorization.success', ({ oidc }) => secrets.push(oidc.params.state, oidc.params.nonce));
  provider.on('grant.success', ({ oidc, body }) => secrets.push(oidc.params.code, oidc.params.code_verifier, body.access_token, body.id_token));
  const answers = provider.callback();
  const http = createServer((request, response) => {
    // It was started before the server knew it, so the word is passed on from an address of its own.
    if (request.url === '/word') return passOn(word, request, response);
    if (!request.url.startsWith('/interaction/')) return answers(request, response);
    return interaction(provider, request, response, { always, name }).catch((error) => response.writeHead(500).end(String(error)));
  });
  // Nobody waits for it at the end.
  http.on('connection', (socket) => socket.unref());
  await new Promise((listens) => http.listen(port, '127.0.0.1', listens));
  http.unref();
  return { issuer, secrets, passesOn: (uri) => (word = uri) };
}

function cookieNames(port) {
  return { session: `_session_${port}`, interaction: `_interaction_${port}`, resume: `_interaction_resume_${port}` };
}

async function passOn(uri, request, response) {
  let body = '';
  for await (const text of request) body += text;
  const answer = await fetch(uri, { method: 'POST', headers: { 'content-type': request.headers['content-type'] }, body });
  response.writeHead(answer.status, { 'cache-control': 'no-store' }).end(await answer.text());
}

function claims(id) {
  const name = id[0].toUpperCase() + id.slice(1);
  return { sub: id, name, preferred_username: id, email: `${id}@id.example`, email_verified: true };
}

/// The page of the provider: who are you?
async function interaction(provider, request, response, { always, name }) {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><html lang="en"><head><title>${name}</title><link rel="icon" href="data:,"></head><body><main>
      <h1>${name}</h1><form method="post"><label>Account <input name="account"></label>
      <button name="does" value="in">Continue</button> <button name="does" value="out">Stop</button></form></main></body></html>`);
    return;
  }
  let body = '';
  for await (const text of request) body += text;
  const fields = new URLSearchParams(body);
  const { params } = await provider.interactionDetails(request, response);
  const acr = (params.acr_values ?? '').split(' ').includes('mfa') ? 'mfa' : undefined;
  const result =
    fields.get('does') === 'out'
      ? { error: 'access_denied', error_description: 'somebody stopped' }
      : { login: { accountId: fields.get('account'), acr, amr: always || acr ? ['pwd', 'mfa'] : ['pwd'] } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}
