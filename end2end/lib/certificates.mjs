// A certificate authority of our own, under which peers on this machine have theirs. Made once for all journeys.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'];

let made;

/// The paths of a root certificate, and of one for this machine with its key.
export function certificates() {
  if (made) return made;
  const folder = mkdtempSync(join(tmpdir(), 'vestibule-certificates-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const at = (name) => join(folder, name);
  made = { root: at('root.pem'), certificate: at('leaf.pem'), key: at('leaf.key') };
  const request = (name, words) => {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
    execFileSync('openssl', ['req', '-x509', ...KEY, ...files, ...words], { stdio: 'pipe' });
  };
  request('root', ['-subj', '/CN=Root', '-addext', 'basicConstraints=critical,CA:TRUE']);
  const signed = ['-subj', '/CN=localhost', '-CA', made.root, '-CAkey', at('root.key')];
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE'];
  request('leaf', [...signed, ...names]);
  return made;
}
