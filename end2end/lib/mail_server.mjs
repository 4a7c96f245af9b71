// A mail server: PyPI's aiosmtpd, as the tests of the engine use it.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ends, keeps } from './child.mjs';
import { until } from './waiting.mjs';

const STARTS_WITHIN_MS = 20_000;
const SCRIPT = fileURLToPath(new URL('../../crates/testkit/src/mail_server.py', import.meta.url));
const PYTHON = process.env.VESTIBULE_TEST_PYTHON ?? join(homedir(), '.cache/vestibule/python/bin/python');

class MailServer {
  /// What it took, the oldest first: `to`, `user`, `content`.
  letters = [];

  async start(port, words) {
    if (!existsSync(PYTHON)) throw new Error(`There is no ${PYTHON}: run “cargo xtask setup”.`);
    const child = keeps(spawn(PYTHON, [SCRIPT, '--port', String(port), ...words], { stdio: ['pipe', 'pipe', 'inherit'] }));
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
    await ends(this.child);
  }
}

/// One that takes letters of whoever signs in with these; of everybody without them. Without a `port`, any that is free.
export async function startMailServer({ user, password, port = 0 } = {}) {
  const server = new MailServer();
  await server.start(port, user ? ['--user', user, '--password', password] : []);
  return server;
}
