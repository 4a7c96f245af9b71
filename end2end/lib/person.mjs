// Somebody in front of a browser: what they see by its accessible name, and what they do.

import { follow, look } from './look.mjs';
import { PATIENCE_MS, must, sees } from './waiting.mjs';

/// Chromium says this about every answer that is not good; the tests that expect one say so.
const BAD_ANSWER = /^Failed to load resource: the server responded with a status of (\d+)/;

export class Person {
  /// What the browser complained about.
  complaints = [];
  #expected = [];

  constructor({ name, context, script, server }) {
    Object.assign(this, { name, context, script, server });
    // An open page hears what changes until its session ends, and tries again while its server is away.
    this.expects(/ 401 .*\/live\]$/, /^Failed to load resource: net::ERR.*\/live\]$/);
    // What a page's script will need is fetched early, and here comes none.
    if (!script) this.expects(/was preloaded using link preload but not used/);
    context.on('page', (page) => this.#listen(page));
  }

  /// From now on this is no complaint: a status such as 404, or words.
  expects(...expected) {
    this.#expected.push(...expected);
  }

  // What is in sight

  button(name, options) {
    return this.page.getByRole('button', { name, ...options });
  }
  link(name, options) {
    return this.page.getByRole('link', { name, ...options });
  }
  field(name, options) {
    return this.page.getByLabel(name, options);
  }
  heading(name, options) {
    return this.page.getByRole('heading', { name, ...options });
  }
  region(name) {
    return this.page.getByRole('region', { name });
  }
  tab(name) {
    return this.page.getByRole('tab', { name });
  }
  dialog(name) {
    return this.page.getByRole('dialog', { name });
  }
  text(words) {
    return this.page.getByText(words);
  }
  /// The row of a table, by the words in it.
  row(words) {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('rowheader') }).filter({ hasText: words });
  }
  /// A card or part of the page, by its heading, which may have a count.
  part(heading) {
    const name = new RegExp(`^${heading}( \\d+)?$`);
    return this.page.locator('section, aside, form').filter({ has: this.page.getByRole('heading', { name }) });
  }
  /// What was said after success.
  status(words) {
    return this.page.getByRole('status').filter({ hasText: words });
  }
  /// Why something was not done.
  alert(words) {
    return this.page.getByRole('alert').filter({ hasText: words });
  }
  /// The badge beside the heading.
  state(word) {
    return this.page.locator('.title').getByText(word, { exact: true });
  }
  /// What happened to a request, in order.
  get timeline() {
    return this.region('Timeline').getByRole('listitem');
  }
  get navigation() {
    return this.page.getByRole('navigation', { name: 'Main' });
  }

  // What they do

  /// Opens an address, and waits until the page is ready to be used.
  async goto(path) {
    const answer = await this.page.goto(path);
    await this.ready();
    return answer;
  }

  async reload() {
    await this.page.reload();
    await this.ready();
  }

  /// Does something that leaves for another document, and waits for that.
  async leaves(act) {
    await Promise.all([this.page.waitForEvent('framenavigated', { timeout: PATIENCE_MS }), act()]);
    await this.page.waitForLoadState('load');
    await this.ready();
  }

  /// Presses the button of a form; where no script runs, another document comes.
  async sends(button) {
    const press = () => this.button(button, { exact: true }).click();
    await (this.script ? press() : this.leaves(press));
  }

  /// Waits until the page's script has taken over; pages that have none are ready as they are.
  async ready() {
    await this.page.waitForLoadState('load');
    if (!this.script) return;
    const hydrated = () => window.vestibuleIsHydrated || !document.querySelector('script[type=module]');
    await this.page.waitForFunction(hydrated, null, { timeout: PATIENCE_MS }).catch((error) => {
      throw new Error(`${this.page.url()} was never hydrated: ${error.message}`);
    });
  }

  /// Presses the demo button on the sign-in page.
  async signInAs(name) {
    const called = name[0].toUpperCase() + name.slice(1);
    await this.leaves(() => this.button(new RegExp(`^Continue as ${called}`)).click());
    must(!this.page.url().includes('/signin'), `${called} is still at ${this.page.url()}.`);
  }

  /// Goes to a page by the navigation.
  async follow(name) {
    await this.navigation.getByRole('link', { name: new RegExp(`^${name}`) }).click();
    await this.arrives(name);
  }

  /// Waits for a page by its heading.
  async arrives(heading) {
    await sees(this.page.getByRole('heading', { level: 1, name: heading, exact: typeof heading === 'string' }));
    await this.ready();
  }

  /// Takes the page in: every rule of accessibility in every dress, pictures, no scrolling sideways.
  async look(name) {
    await look(this, name);
  }

  /// The visitor's cookies, as a program would send them.
  async cookies() {
    const cookies = await this.context.cookies();
    return { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') };
  }

  /// A form sent with this person's cookies, past the pages.
  /// Asks what pages ask.
  async asks(...queries) {
    return this.server.asks(queries, await this.cookies());
  }

  async post(path, fields, headers = {}) {
    return this.server.post(path, fields, { ...(await this.cookies()), ...headers });
  }

  get path() {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  #listen(page) {
    page.on('console', (message) => {
      if (['error', 'warning', 'assert'].includes(message.type())) this.#complain(page, `${message.text()} [${message.location().url}]`);
    });
    page.on('pageerror', (error) => this.#complain(page, error.stack ?? String(error)));
    follow(page, this.server);
    page.on('crash', () => this.#complain(page, 'The page crashed.'));
  }

  #complain(page, words) {
    const status = Number(BAD_ANSWER.exec(words)?.[1]);
    const expected = this.#expected.some((expected) => (expected instanceof RegExp ? expected.test(words) : expected === status));
    if (!expected) this.complaints.push(`${this.name} at ${page.url()}: ${short(words)}`);
  }
}

/// Without the depths of a stack, which are the same every time.
function short(words) {
  const lines = words.split('\n').filter((line) => line.trim() !== '' && !/^\s+at .*wasm-function/.test(line));
  return lines.slice(0, 12).join('\n');
}
