// What a first visit fetches. Printed, not judged: builds for tests are large.

import { must } from '../lib/waiting.mjs';

export async function a_first_visit_fetches_these_bytes({ browser, say }) {
  const alex = await browser.stranger('alex');
  const client = await alex.context.newCDPSession(alex.page);
  await client.send('Network.enable');
  const kinds = new Map();
  const files = new Map();
  client.on('Network.responseReceived', ({ requestId, response }) => files.set(requestId, kind(response)));
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const name = files.get(requestId) ?? 'other';
    kinds.set(name, (kinds.get(name) ?? 0) + encodedDataLength);
  });
  await alex.goto('/signin');
  await alex.signInAs('alex');
  // The line on which the page hears what changes stays open, so the network is never idle.
  await alex.page.waitForEvent('request', (request) => request.url().endsWith('/live'));
  const all = [...kinds.values()].reduce((sum, bytes) => sum + bytes, 0);
  const parts = [...kinds].map(([name, bytes]) => `${name} ${kilobytes(bytes)}`).join(', ');
  say(`a first visit (sign-in page and overview) fetches ${kilobytes(all)}: ${parts}`);
  for (const name of ['html', 'css', 'js', 'wasm']) must(kinds.get(name) > 0, `Nothing was fetched that is ${name}.`);
}

function kind({ url, mimeType }) {
  const ending = new URL(url).pathname.split('.').at(-1);
  return ['css', 'js', 'wasm', 'svg'].includes(ending) ? ending : mimeType === 'text/html' ? 'html' : 'other';
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
