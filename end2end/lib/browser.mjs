// Chromium, and the people who sit in front of it.

import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { WIDE } from './look.mjs';
import { Person } from './person.mjs';
import { PATIENCE_MS } from './waiting.mjs';

/// Chromium as Debian packs it: no sandbox for root, no talk with its maker.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/// Lets what a page reads by itself arrive late, each answer by another time of up to so many milliseconds. Off unless
/// somebody looks for a page that breaks when answers change their order.
const JITTER_MS = Number(process.env.VESTIBULE_JITTER_MS || 0);

async function late(route) {
  const answer = await route.fetch({ maxRedirects: 0 }).catch(() => undefined);
  await pause(Math.random() * JITTER_MS);
  // The page may have been closed by then.
  await (answer ? route.fulfill({ response: answer }) : route.continue()).catch(() => {});
}

export async function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: FLAGS });
}

/// The browser of one test: everybody in it has a profile of their own.
export class Browser {
  people = [];

  constructor(chromium, server, test) {
    this.chromium = chromium;
    this.server = server;
    this.test = test;
    // Pages left open look by themselves what changed, until they learn that their session has ended.
    server.sessionsEnd = () => this.people.forEach((person) => person.expects(/ 401 .*\/api\/ask\]$/));
  }

  /// Somebody who is not signed in. Without `script` the browser runs none.
  async stranger(name = 'stranger', { script = true, locale = 'en-GB' } = {}) {
    const context = await this.chromium.newContext({
      baseURL: this.server.address,
      viewport: WIDE,
      // Neither the server's zone nor its way to write dates, so that a difference between the halves shows.
      timezoneId: 'Europe/Oslo',
      locale,
      // Colours are measured where they end, not on their way.
      reducedMotion: 'reduce',
      javaScriptEnabled: script,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    if (script) await context.addInitScript(noticeHydration);
    if (script && JITTER_MS > 0) await context.route('**/api/**', late);
    const person = new Person({ name, context, script, server: this.server });
    person.page = await context.newPage();
    this.people.push(person);
    return person;
  }

  /// Somebody of the demo company, signed in by the button of the sign-in page.
  async as(name, { script = true, at = '/my-access', locale } = {}) {
    const person = await this.stranger(name, { script, locale });
    await person.goto(at);
    await person.signInAs(name);
    return person;
  }

  /// Somebody who has no button: Morgan gives them a password first.
  async withPassword(name, password, { script = true } = {}) {
    const person = await this.stranger(name, { script });
    await person.goto('/signin');
    await person.field('User name').fill(name);
    await person.field('Password').fill(password);
    await person.leaves(() => person.button('Sign in').click());
    return person;
  }

  async close() {
    await Promise.all(this.people.map((person) => person.context.close()));
  }
}

/// Runs in the page, before everything else: says when the page has been taken over by its script. The program starts
/// itself; the page is ready once its start has returned and what it started has had its turn.
function noticeHydration() {
  const noticed = (result) => {
    const instance = result.instance ?? result;
    const start = instance.exports.__wbindgen_start;
    if (!start) return result;
    const exports = { ...instance.exports };
    exports.__wbindgen_start = (...words) => {
      const answer = start(...words);
      requestAnimationFrame(() => requestAnimationFrame(() => (window.vestibuleIsHydrated = true)));
      return answer;
    };
    return result.instance ? { module: result.module, instance: { exports } } : { exports };
  };
  for (const way of ['instantiateStreaming', 'instantiate']) {
    const original = WebAssembly[way];
    WebAssembly[way] = (...words) => original.apply(WebAssembly, words).then(noticed);
  }
}
