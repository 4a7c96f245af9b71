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

/// The kinds of pages that were opened, and those that were taken in.
export const visited = new Set();
export const lookedAt = new Set();

/// `/my-access/requests/{id}` for every request.
export function kindOf(url) {
  return new URL(url).pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}');
}

export async function look(person, name) {
  const { page } = person;
  const findings = [];
  const scripts = await withScripts(person);
  try {
    for (const [dress, media, size] of [
      ['light', { colorScheme: 'light' }, WIDE],
      ['dark', { colorScheme: 'dark' }, WIDE],
      ['360', { colorScheme: 'light' }, NARROW],
    ]) {
      await page.emulateMedia(media);
      await page.setViewportSize(size);
      findings.push(...(await broken(page)).map((finding) => `${dress}: ${finding}`));
      findings.push(...(await tooWide(page)).map((finding) => `${dress}: ${finding}`));
      await page.screenshot({ path: `${ARTEFACTS}${name}-${dress}.png`, fullPage: true });
    }
    findings.push(...(await headings(page)));
  } finally {
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize(WIDE);
    await scripts.back();
  }
  lookedAt.add(kindOf(page.url()));
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

/// axe needs scripts to run, also where the page has none. What the page itself would have run stays undone.
async function withScripts({ page, script }) {
  if (script) return { back: async () => {} };
  const client = await page.context().newCDPSession(page);
  await client.send('Emulation.setScriptExecutionDisabled', { value: false });
  return {
    back: async () => {
      await client.send('Emulation.setScriptExecutionDisabled', { value: true });
      await client.detach();
    },
  };
}
