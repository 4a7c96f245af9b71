// A directory: OpenLDAP's server with people and groups, over TLS on this machine.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificates } from './certificates.mjs';
import { ends, keeps } from './child.mjs';
import { freePort } from './server.mjs';
import { until } from './waiting.mjs';

export const ADMIN = 'cn=admin,dc=harbour,dc=example';
export const PASSWORD = 'a-password-of-the-directory';
export const PEOPLE = 'ou=people,dc=harbour,dc=example';
export const GROUPS = 'ou=groups,dc=harbour,dc=example';
const SUFFIX = 'dc=harbour,dc=example';
const LISTENS_WITHIN_MS = 20_000;

class Directory {
  async start() {
    const args = ['-d', '0', '-h', `${this.url}/`, '-f', join(this.folder, 'slapd.conf')];
    const child = keeps(spawn(program(), args, { stdio: 'ignore' }));
    // It does not keep the journeys from ending.
    child.unref();
    this.child = child;
    const { port } = this;
    await until('the directory listens', LISTENS_WITHIN_MS, () => {
      if (child.exitCode !== null) throw new Error(`slapd ended with ${child.exitCode}.`);
      return new Promise((tells) => {
        const socket = connect(port, '127.0.0.1', () => tells(true)).on('error', () => tells(false)).on('connect', () => socket.end());
      });
    });
  }

  /// It is gone, and keeps what it has.
  async stop() {
    await ends(this.child);
  }

  changes(ldif) {
    execFileSync('ldapmodify', this.#asks(), { input: ldif, env: this.#env, stdio: 'pipe' });
  }

  /// Somebody has an entry there; its name.
  person(uid) {
    const dn = `uid=${uid},${PEOPLE}`;
    this.changes(`dn: ${dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\nmail: ${uid}@harbour.example\n`);
    return dn;
  }

  /// A group with these members.
  group(cn, members) {
    const lines = members.map((member) => `member: ${member}\n`).join('');
    this.changes(`dn: cn=${cn},${GROUPS}\nchangetype: add\nobjectClass: groupOfNames\ncn: ${cn}\n${lines}`);
  }

  /// The first parts of the names of a group's members, sorted.
  members(cn) {
    const base = `cn=${cn},${GROUPS}`;
    const args = [...this.#asks(), '-LLL', '-o', 'ldif-wrap=no', '-s', 'base', '-b', base, '(objectClass=*)', 'member'];
    const { stdout } = spawnSync('ldapsearch', args, { env: this.#env, encoding: 'utf8' });
    const members = stdout.split('\n').filter((line) => line.startsWith('member: '));
    return members.map((line) => line.slice('member: '.length).split(',')[0]).sort();
  }

  get #env() {
    return { ...process.env, LDAPTLS_CACERT: certificates().root };
  }

  #asks() {
    return ['-x', '-H', this.url, '-D', ADMIN, '-w', PASSWORD];
  }
}

/// Starts one with two branches and nobody in them. It ends with us.
export async function startDirectory() {
  const directory = new Directory();
  const folder = mkdtempSync(join(tmpdir(), 'vestibule-slapd-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'data'));
  const { root, certificate, key } = certificates();
  const schemas = ['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`);
  const lines = [
    ...schemas,
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    `TLSCACertificateFile ${root}`,
    `TLSCertificateFile ${certificate}`,
    `TLSCertificateKeyFile ${key}`,
    'database mdb',
    'maxsize 67108864',
    `suffix ${SUFFIX}`,
    `rootdn ${ADMIN}`,
    `rootpw ${PASSWORD}`,
    `directory ${join(folder, 'data')}`,
  ];
  writeFileSync(join(folder, 'slapd.conf'), `${lines.join('\n')}\n`);
  const port = await freePort();
  Object.assign(directory, { folder, port, url: `ldaps://127.0.0.1:${port}` });
  await directory.start();
  directory.changes(
    `dn: ${SUFFIX}\nchangetype: add\nobjectClass: dcObject\nobjectClass: organization\ndc: harbour\no: Harbour\n\n` +
      `dn: ${PEOPLE}\nchangetype: add\nobjectClass: organizationalUnit\nou: people\n\n` +
      `dn: ${GROUPS}\nchangetype: add\nobjectClass: organizationalUnit\nou: groups\n`,
  );
  return directory;
}

function program() {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/usr/local/libexec'];
  const found = folders.map((folder) => join(folder, 'slapd')).find((path) => existsSync(path));
  if (!found) throw new Error('slapd is missing: run “cargo xtask setup”, or install the packages slapd and ldap-utils.');
  return found;
}
