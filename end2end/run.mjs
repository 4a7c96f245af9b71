// What people do with Vestibule, done in a browser: `node run.mjs [words]` runs the tests whose names have all these words.
//
// A journey is a file in journeys/. Every function it exports is a test, in the order of the file; its name, with
// blanks for underscores, is the sentence that it proves. Its tests share one server, or have one each when it
// exports `fresh = true`; `databases` says on which databases it runs, `demo = false` that nobody is there yet, `host` by
// what name it is reached, and `logLevel` how much the server says. `cargo xtask test browser` calls this.

import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Browser, launch } from './lib/browser.mjs';
import { freshDatabase, postgres } from './lib/database.mjs';
import { ARTEFACTS, missed } from './lib/look.mjs';
import { Server } from './lib/server.mjs';

const TEST_MS = 120_000;
/// As many journeys at once: a browser and a server wait for each other half of the time.
const LANES = 2;
const count = { passed: 0, failed: 0, skipped: 0 };
/// What went wrong, to be said again at the end: of a long run people, and machines that keep its last part, read the end.
const failures = [];
const wanted = process.argv.slice(2).join(' ').toLowerCase().split(/[\s_]+/).filter(Boolean);

await clear();
const folder = new URL('journeys/', import.meta.url);
const chromium = await launch();
const files = (await readdir(folder)).filter((file) => file.endsWith('.mjs')).sort();
await Promise.all(Array.from({ length: LANES }, lane));
if (wanted.length === 0) pages();
await chromium.close();
for (const { sentence, first } of failures) console.log(`✗ ${sentence}\n${indented(first)}`);
console.log(`browser: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;

/// One journey after the other, as long as there are some that nobody has begun.
async function lane() {
  for (let file = files.shift(); file; file = files.shift()) await journey(new URL(file, folder));
}

async function journey(file) {
  const name = basename(file.pathname, '.mjs').replaceAll('_', ' ');
  const module = await import(file);
  const source = await readFile(file, 'utf8');
  const at = (test) => source.indexOf(`function ${test}(`);
  const tests = Object.entries(module)
    .filter(([, test]) => typeof test === 'function')
    .sort(([one], [other]) => at(one) - at(other));
  for (const database of module.databases ?? ['SQLite']) {
    const chosen = tests
      .map(([key, test]) => ({ sentence: `${name} · ${key.replaceAll('_', ' ')}${database === 'SQLite' ? '' : ` · ${database}`}`, test }))
      .filter(({ sentence }) => wanted.every((word) => sentence.toLowerCase().includes(word)));
    if (chosen.length === 0) continue;
    if (database === 'PostgreSQL' && !postgres) {
      console.log(`- ${name} on PostgreSQL is skipped: VESTIBULE_TEST_POSTGRES is not set`);
      count.skipped += chosen.length;
      continue;
    }
    const groups = module.fresh ? chosen.map((one) => [one]) : [chosen];
    for (const group of groups) await onServer(database, group, module);
  }
}

/// Runs tests on a server of their own.
async function onServer(database, tests, { demo, host, logLevel }) {
  let server, made;
  try {
    made = database === 'PostgreSQL' ? await freshDatabase() : undefined;
    server = await Server.start({ databaseUrl: made?.url, demo, host, logLevel });
  } catch (error) {
    for (const { sentence } of tests) report(sentence, 0, [error]);
    await made?.drop();
    return;
  }
  for (const { sentence, test } of tests) await run(server, sentence, test);
  const last = tests.at(-1).sentence;
  await server.stop().catch((error) => report(`${last}, and the server stops in order`, 0, [error], server));
  await made?.drop();
}

async function run(server, sentence, test) {
  const started = Date.now();
  const logged = server.log.length;
  const browser = new Browser(chromium, server, sentence);
  const wrong = [];
  let late;
  try {
    const end = new Promise((_, reject) => {
      const seconds = TEST_MS / 1000;
      late = setTimeout(() => reject(new Error(`It took longer than ${seconds} s.`)), TEST_MS);
    });
    await Promise.race([test({ browser, server, say: (words) => console.log(`  ${words}`) }), end]);
  } catch (error) {
    wrong.push(error);
    await picture(browser, sentence, wrong);
  }
  clearTimeout(late);
  await browser.close();
  for (const person of browser.people) wrong.push(...person.complaints.map((words) => new Error(`The browser complained. ${words}`)));
  wrong.push(...server.wrongSince(logged).map((words) => new Error(`The server logged: ${words}`)));
  if (wrong.length > 0) await writeFile(`${ARTEFACTS}failed-${fileName(sentence)}.log`, server.log);
  report(sentence, Date.now() - started, wrong, server);
}

/// What everybody saw when it went wrong.
async function picture(browser, sentence, wrong) {
  for (const person of browser.people) {
    const name = `failed-${fileName(sentence)}-${person.name}.png`;
    await person.page.screenshot({ path: ARTEFACTS + name, fullPage: true }).catch(() => {});
    const seen = await person.page.locator('body').ariaSnapshot({ timeout: 2000 }).catch((error) => error.message);
    wrong.push(new Error(`${person.name} was at ${person.page.url()} (artefacts/${name}) and saw:\n${seen}`));
  }
}

function report(sentence, took, wrong, server) {
  const seconds = `${(took / 1000).toFixed(1)} s`;
  if (wrong.length === 0) {
    count.passed += 1;
    console.log(`✓ ${sentence} (${seconds})`);
    return;
  }
  count.failed += 1;
  failures.push({ sentence, first: said(wrong[0]) });
  console.log(`✗ ${sentence} (${seconds})`);
  for (const error of wrong) console.log(indented(said(error)));
  if (server) console.log(indented(`The server’s last words:\n${server.lastWords}`));
}

/// The message, and where in our files it came from.
function said(error) {
  const where = (error.stack ?? '').split('\n').find((line) => /\/journeys\//.test(line));
  return error.message + (where ? `\n${where.trim()}` : '');
}

function fileName(sentence) {
  return sentence.replace(/\W+/g, '_').slice(0, 80);
}

function indented(text) {
  return text.replace(/^/gm, '    ');
}

/// Pictures of earlier runs go; when only some tests run, the others' stay.
async function clear() {
  await mkdir(ARTEFACTS, { recursive: true });
  const old = (await readdir(ARTEFACTS)).filter((name) => wanted.length === 0 || name.startsWith('failed-'));
  for (const name of old) await rm(ARTEFACTS + name, { recursive: true, force: true });
}

/// Every kind of page that somebody opened was taken in by somebody.
function pages() {
  const kinds = missed();
  const wrong = kinds.length > 0 ? [new Error(`No journey takes these in with look(): ${kinds.join(', ')}`)] : [];
  report('every page that was visited was taken in', 0, wrong);
}
