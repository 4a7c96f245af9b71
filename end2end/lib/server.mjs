// A Vestibule of our own: a free port, a folder that goes away, a clock that we move.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificates } from './certificates.mjs';
import { keeps } from './child.mjs';
import { until } from './waiting.mjs';

const STARTS_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 15_000;
/// As many lines of the log as somebody reads.
const LOG_LINES = 20;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => process.exit(130));
}

/// A session nobody uses for so long has ended (`SESSION_IDLE_MINUTES` of the model).
const SESSION_IDLE_SECONDS = 8 * 3600;

export class Server {
  /// Starts one; `databaseUrl` is a PostgreSQL database, without it SQLite is used. Without `demo` nobody is there yet.
  /// `host` is by what name it is reached, `logLevel` how much it says.
  static async start({ databaseUrl, demo = true, host = '127.0.0.1', logLevel } = {}) {
    const server = new Server();
    server.folder = await mkdtemp(join(tmpdir(), 'vestibule-journey-'));
    server.databaseUrl = databaseUrl;
    server.logLevel = logLevel;
    server.log = '';
    const port = await freePort();
    server.address = `http://${host}:${port}`;
    const flags = demo ? ['--demo'] : [];
    server.words = ['serve', ...flags, '--test-hooks', '--listen', `127.0.0.1:${port}`, '--base-url', server.address];
    try {
      await server.#begin();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  async #begin() {
    this.exit = undefined;
    this.child = this.#run(this.words);
    this.ended = once(this.child, 'close').then(([code, signal]) => (this.exit = signal ?? code));
    await until(`the server is ready`, STARTS_WITHIN_MS, async () => {
      if (this.exit !== undefined) throw new Error(`The server ended with ${this.exit}.\n${this.log}`);
      const answer = await fetch(`${this.address}/readyz`).catch(() => null);
      return answer?.status === 200;
    });
  }

  /// Ends it at once, wherever it is: it does nothing more from here on.
  kill() {
    this.child.kill('SIGKILL');
  }

  /// Starts it on what the killed one left.
  async again() {
    await this.ended;
    await this.#begin();
  }

  /// Ends it as an administrator would, and looks whether its history is whole.
  async stop() {
    if (this.exit === undefined) {
      this.child.kill('SIGTERM');
      const late = setTimeout(() => this.child.kill('SIGKILL'), STOPS_WITHIN_MS);
      await this.ended;
      clearTimeout(late);
    }
    let verified = { code: 0, said: '' };
    if (this.exit === 0) {
      verified = await this.console('audit', 'verify');
    }
    await rm(this.folder, { recursive: true, force: true });
    if (this.exit !== 0) throw new Error(`The server did not stop by itself: it ended with ${this.exit}.`);
    if (verified.code !== 0) throw new Error(`“audit verify” ended with ${verified.code}: ${verified.said}`);
  }

  /// What an administrator types on the server's console about this server's data: the exit code, and what was said.
  async console(...words) {
    const child = this.#run(words);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    const [code] = await once(child, 'close');
    return { code, said };
  }

  /// The end of the log, for a person: without the depths of backtraces.
  get lastWords() {
    const lines = this.log.trimEnd().split('\n').filter((line) => !/^\s+(\d+: |at )/.test(line));
    return lines.slice(-LOG_LINES).join('\n');
  }

  /// What should not have happened since the log was so long: errors, and panics with what they said.
  wrongSince(length) {
    const lines = this.log.slice(length).split('\n');
    return lines.flatMap((line, n) => {
      if (line.includes('panicked at')) return [`${line}\n${lines[n + 1] ?? ''}`];
      return line.includes(' ERROR ') ? [line] : [];
    });
  }

  /// Moves the clock, and waits until everything that became due is done.
  async advance({ days = 0, hours = 0, minutes = 0, seconds = 0 }) {
    const advance_seconds = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    if (advance_seconds >= SESSION_IDLE_SECONDS) this.sessionsEnd?.();
    return this.#hook('/test/clock', { advance_seconds });
  }

  /// Waits until nothing is due, so that letters and deliveries are done.
  async settle() {
    return this.#hook('/test/settle');
  }

  /// All letters so far, or those to a user name and with a subject; oldest first.
  async letters({ to, subject } = {}) {
    await this.settle();
    const letters = await this.#json(await fetch(`${this.address}/test/mail`));
    return letters.filter((letter) => (!to || letter.to.includes(`${to}@`)) && (!subject || subject.test(letter.subject)));
  }

  /// The one letter to a user name with this subject.
  async letter(to, subject) {
    const letters = await this.letters({ to, subject });
    if (letters.length !== 1) {
      const all = (await this.letters()).map((letter) => `  ${letter.to}: ${letter.subject}`).join('\n');
      throw new Error(`${letters.length} letters to ${to} with ${subject}, not one. All letters:\n${all}`);
    }
    return letters[0];
  }

  /// What pages ask, as they ask it.
  async asks(queries, headers = {}) {
    return fetch(this.address + '/api/ask', {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ queries }),
    });
  }

  /// Sends a form without a browser, as a program with this cookie would.
  async post(path, fields = {}, headers = {}) {
    return fetch(this.address + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'application/json', ...headers },
      body: new URLSearchParams(fields),
    });
  }

  #run(words) {
    const flags = ['--data', join(this.folder, 'data')];
    if (this.databaseUrl) flags.push('--database-url', this.databaseUrl);
    const env = { ...process.env, RUST_BACKTRACE: '1', NO_COLOR: '1' };
    // Peers run on this machine.
    env.VESTIBULE_OUTGOING_ALLOW = '127.0.0.1';
    env.VESTIBULE_OUTGOING_ROOT_CERTIFICATES = certificates().root;
    if (this.logLevel) env.VESTIBULE_LOG_LEVEL = this.logLevel;
    delete env.VESTIBULE_BIN;
    delete env.VESTIBULE_TEST_POSTGRES;
    const child = spawn(needed('VESTIBULE_BIN'), [...words, ...flags], { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    keeps(child);
    child.once('error', (error) => (this.log += `\n${error}\n`));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => (this.log += text));
    }
    return child;
  }

  async #hook(path, body) {
    const answer = await fetch(this.address + path, { method: 'POST', body: body && JSON.stringify(body) });
    return this.#json(answer);
  }

  async #json(answer) {
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  }
}

/// A setting without which nothing can be tested.
function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the journeys with “cargo xtask test browser”.`);
  return value;
}

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
