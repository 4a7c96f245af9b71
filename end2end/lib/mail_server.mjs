// A mail server: PyPI's aiosmtpd, as the tests of the engine use it.

import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from './waiting.mjs';

const STARTS_WITHIN_MS = 20_000;
const SCRIPT = fileURLToPath(new URL('../../crates/testkit/src/mail_server.py', import.meta.url));
const PYTHON = process.env.VESTIBULE_TEST_PYTHON ?? join(homedir(), '.cache/vestibule/python/bin/python');

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

class MailServer {
  /// What it took, the oldest first: `to`, `user`, `content`.
  letters = [];

  async start(port, words) {
    const child = spawn(PYTHON, [SCRIPT, '--port', String(port), ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
    running.add(child);
    // It does not keep the journeys from ending.
    for (const part of [child, child.stdin, child.stdout]) part.unref();
    this.child = child;
    this.port = 0;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line);
      if (said.port) this.port = said.port;
      else this.letters.push(said);
    });
    await until('the mail server listens', STARTS_WITHIN_MS, () => {
      if (child.exitCode !== null) throw new Error(`The mail server ended with ${child.exitCode}.`);
      return this.port > 0;
    });
  }

  /// Nobody listens any more.
  async stop() {
    const { child } = this;
    running.delete(child);
    const ended = new Promise((ends) => child.once('close', ends));
    child.kill('SIGKILL');
    await ended;
  }
}

/// One that takes letters of whoever signs in with these; of everybody without them. Without a `port`, any that is free.
export async function startMailServer({ user, password, port = 0 } = {}) {
  const server = new MailServer();
  await server.start(port, user ? ['--user', user, '--password', password] : []);
  return server;
}
