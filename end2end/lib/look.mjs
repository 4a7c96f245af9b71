// Taking a page in: axe in light and dark and on a telephone, pictures of each, and nothing wider than the screen.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ARTEFACTS = fileURLToPath(new URL('../artefacts/', import.meta.url));
/// What administrators have.
export const WIDE = { width: 1280, height: 800 };
/// The narrowest telephone that people still use.
const NARROW = { width: 360, height: 740 };
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/// The addresses that were opened, those that were answered with a “no”, and the kinds that were taken in.
const visited = new Set();
const refused = new Set();
const lookedAt = new Set();

/// Notes where a window goes, for `missed`. Pages of others, such as an identity provider's own, are not ours to take in.
export function follow(page, server) {
  const ours = new URL(server.address).origin;
  const note = (kinds, url) => {
    const { origin, pathname } = new URL(url);
    if (origin === ours) kinds.add(pathname);
  };
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) note(visited, frame.url());
  });
  page.on('response', (answer) => {
    if (answer.request().isNavigationRequest() && answer.status() >= 400) note(refused, answer.url());
  });
}

/// The kinds of pages that somebody opened and nobody took in.
export function missed() {
  const kinds = [...visited].filter((path) => !refused.has(path)).map(kindOf);
  return [...new Set(kinds)].filter((kind) => !lookedAt.has(kind)).sort();
}

/// `/my-access/requests/{id}` for every request.
function kindOf(path) {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}');
}

export async function look(person, name) {
  const { page } = person;
  const findings = [];
  const audited = person.script ? page : await twin(person);
  for (const [dress, media, size] of [
    ['light', { colorScheme: 'light' }, WIDE],
    ['dark', { colorScheme: 'dark' }, WIDE],
    ['360', { colorScheme: 'light' }, NARROW],
  ]) {
    for (const each of new Set([page, audited])) {
      await each.emulateMedia(media);
      await each.setViewportSize(size);
    }
    const found = [...(await broken(audited)), ...(await tooWide(page))];
    findings.push(...found.map((finding) => `${dress}: ${finding}`));
    // What stays at the top would otherwise be in the middle of the picture.
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: `${ARTEFACTS}${name}-${dress}.png`, fullPage: true });
  }
  findings.push(...(await headings(page)));
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(WIDE);
  if (audited !== page) await audited.context().close();
  lookedAt.add(kindOf(new URL(page.url()).pathname));
  if (findings.length > 0) throw new Error(`${name} (${page.url()}) is not in order:\n${findings.join('\n')}`);
}

/// What axe finds. It is put in past the page's policy, which forbids foreign scripts.
async function broken(page) {
  const client = await page.context().newCDPSession(page);
  const ask = async (expression) => {
    const answer = await client.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
    return answer.result.value;
  };
  try {
    if (!(await ask('typeof axe === "object"'))) await ask(`${axeSource}; 0`);
    const options = JSON.stringify({ runOnly: RULES, resultTypes: ['violations'] });
    const found = await ask(`axe.run(document, ${options}).then(({ violations }) => violations.map((rule) => ({
      id: rule.id, help: rule.help, nodes: rule.nodes.map((node) => node.target.join(' ') + ': ' + node.failureSummary) })))`);
    return found.flatMap(({ id, help, nodes }) => nodes.map((node) => `axe ${id} (${help}) ${node.replace(/\s+/g, ' ')}`));
  } finally {
    await client.detach();
  }
}

/// What sticks out at the sides. Boxes that scroll by themselves may hold more than they show.
async function tooWide(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const out = [...document.body.querySelectorAll('*')].filter((element) => {
      const { right, width: own } = element.getBoundingClientRect();
      return own > 0 && right > width + 0.5;
    });
    const names = out.slice(-3).map((element) => `<${element.localName} class="${element.className.baseVal ?? element.className}">`);
    return [`the page scrolls sideways (${document.documentElement.scrollWidth} px in ${width} px): ${names.join(', ')}`];
  });
}

/// One `h1`, and the window is called like it.
async function headings(page) {
  const [title, ones] = await page.evaluate(() => [
    document.title,
    [...document.querySelectorAll('h1')].map((h1) => h1.textContent.trim()),
  ]);
  const findings = [];
  if (ones.length !== 1) findings.push(`there are ${ones.length} h1: ${ones.join(', ')}`);
  if (title !== `${ones[0]} · Vestibule`) findings.push(`the window is called “${title}” and the page “${ones[0]}”`);
  return findings;
}

/// axe is a script. A page of somebody whose browser runs none is looked at in one that does, with the page's own
/// script taken away.
async function twin({ page, server }) {
  const html = (await page.content()).replace(/<script[^]*?<\/script>/g, '');
  const context = await page.context().browser().newContext({ baseURL: server.address, viewport: WIDE, reducedMotion: 'reduce' });
  const copy = await context.newPage();
  // A part of a page that is named after `#` belongs to no request.
  const [address] = page.url().split('#');
  await copy.route(address, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
  await copy.goto(page.url());
  if (copy.url() !== page.url()) throw new Error(`A copy of ${page.url()} was to be looked at, and it is ${copy.url()}.`);
  return copy;
}
