// A directory as people run it: OpenLDAP's own server over TLS, with a certificate that the servers of journeys trust.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './server.mjs';
import { until } from './waiting.mjs';

const SUFFIX = 'dc=harbour,dc=example';
export const ADMIN = `cn=admin,${SUFFIX}`;
export const SECRET = 'a-password-of-the-directory';
export const PEOPLE = `ou=people,${SUFFIX}`;
export const GROUPS = `ou=groups,${SUFFIX}`;
const LISTENS_WITHIN_MS = 20_000;

const running = new Set();
let folder;
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/// Where the certificates are: `root.pem`, `leaf.pem` and `leaf.key`; made once.
function certificates() {
  if (folder) return folder;
  folder = mkdtempSync(join(tmpdir(), 'vestibule-certificates-'));
  const openssl = (words) => execFileSync('openssl', words.split(' '), { cwd: folder, stdio: 'ignore' });
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 2';
  openssl(`req -x509 ${key} -keyout root.key -out root.pem -subj /CN=Root -addext basicConstraints=critical,CA:TRUE`);
  openssl(
    `req -x509 ${key} -keyout leaf.key -out leaf.pem -subj /CN=localhost -CA root.pem -CAkey root.key ` +
      '-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE',
  );
  return folder;
}

/// The certificate under which those of our directories are.
export function rootCertificate() {
  return join(certificates(), 'root.pem');
}

class Slapd {
  /// Somebody changes the directory: LDIF with a `changetype` in each record.
  changes(ldif) {
    execFileSync('ldapmodify', this.#asks(), { input: ldif, env: environment(), stdio: ['pipe', 'ignore', 'inherit'] });
  }

  /// The first parts of the names of a group's members, sorted.
  members(cn) {
    const base = `cn=${cn},${GROUPS}`;
    const words = [...this.#asks(), '-LLL', '-o', 'ldif-wrap=no', '-s', 'base', '-b', base, '(objectClass=*)', 'member'];
    const { stdout } = spawnSync('ldapsearch', words, { env: environment(), encoding: 'utf8' });
    const members = stdout.split('\n').filter((line) => line.startsWith('member: '));
    return members.map((line) => line.slice('member: '.length).split(',')[0]).sort();
  }

  #asks() {
    return ['-x', '-H', this.url, '-D', ADMIN, '-w', SECRET];
  }

  /// Somebody has an entry there, with what else they have; its name.
  person(uid, more = '') {
    const dn = `uid=${uid},${PEOPLE}`;
    const fields = `uid: ${uid}\ncn: ${uid}\nsn: ${uid}\nmail: ${uid}@harbour.example\n${more}`;
    this.changes(`dn: ${dn}\nchangetype: add\nobjectClass: inetOrgPerson\n${fields}`);
    return dn;
  }

  /// A group with these members; its name.
  group(cn, members) {
    const dn = `cn=${cn},${GROUPS}`;
    const all = members.map((member) => `member: ${member}\n`).join('');
    this.changes(`dn: ${dn}\nchangetype: add\nobjectClass: groupOfNames\ncn: ${cn}\n${all}`);
    return dn;
  }

  leaves(uid) {
    this.changes(`dn: uid=${uid},${PEOPLE}\nchangetype: delete\n`);
  }

  /// Listens, with what it has.
  async start() {
    const program = ['/usr/sbin/slapd', '/usr/local/sbin/slapd', '/usr/local/libexec/slapd'].find(existsSync) ?? 'slapd';
    const child = spawn(program, ['-d', '0', '-h', `${this.url}/`, '-f', join(this.home, 'slapd.conf')], { stdio: 'ignore' });
    running.add(child);
    child.unref();
    this.child = child;
    const listens = () =>
      new Promise((done) => {
        const socket = connect(this.port, '127.0.0.1');
        socket.once('connect', () => done(socket.destroy() && true));
        socket.once('error', () => done(false));
      });
    await until('the directory listens', LISTENS_WITHIN_MS, listens);
  }

  /// It is gone, and keeps what it has.
  async stop() {
    const ended = once(this.child, 'close');
    running.delete(this.child);
    this.child.kill('SIGKILL');
    await ended;
  }
}

function environment() {
  return { ...process.env, LDAPTLS_CACERT: rootCertificate() };
}

/// Starts one with a branch for people and one for groups, and nobody in them. It ends with us.
export async function startSlapd() {
  const slapd = new Slapd();
  const home = mkdtempSync(join(certificates(), 'slapd-'));
  mkdirSync(join(home, 'data'));
  const port = await freePort();
  Object.assign(slapd, { home, port, url: `ldaps://127.0.0.1:${port}` });
  const schemas = ['core', 'cosine', 'inetorgperson', 'nis'].map((name) => `include /etc/ldap/schema/${name}.schema\n`).join('');
  const config = `${schemas}modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${join(home, 'slapd.pid')}
argsfile ${join(home, 'slapd.args')}
TLSCACertificateFile ${rootCertificate()}
TLSCertificateFile ${join(certificates(), 'leaf.pem')}
TLSCertificateKeyFile ${join(certificates(), 'leaf.key')}
TLSVerifyClient never
database mdb
maxsize 67108864
suffix ${SUFFIX}
rootdn ${ADMIN}
rootpw ${SECRET}
directory ${join(home, 'data')}
`;
  writeFileSync(join(home, 'slapd.conf'), config);
  await slapd.start();
  slapd.changes(`dn: ${SUFFIX}
changetype: add
objectClass: dcObject
objectClass: organization
dc: harbour
o: Harbour

dn: ${PEOPLE}
changetype: add
objectClass: organizationalUnit
ou: people

dn: ${GROUPS}
changetype: add
objectClass: organizationalUnit
ou: groups
`);
  return slapd;
}
