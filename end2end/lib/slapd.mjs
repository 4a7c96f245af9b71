// A directory as people run it: OpenLDAP's own server over TLS, with a certificate that the servers of journeys trust.

import { execFileSync, spawn } from 'node:child_process';
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
    const words = ['-x', '-H', this.url, '-D', ADMIN, '-w', SECRET];
    const env = { ...process.env, LDAPTLS_CACERT: rootCertificate() };
    execFileSync('ldapmodify', words, { input: ldif, env, stdio: ['pipe', 'ignore', 'inherit'] });
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
}

/// Starts one with a branch for people and one for groups, and nobody in them. It ends with us.
export async function startSlapd() {
  const slapd = new Slapd();
  const home = mkdtempSync(join(certificates(), 'slapd-'));
  mkdirSync(join(home, 'data'));
  const port = await freePort();
  slapd.url = `ldaps://127.0.0.1:${port}`;
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
  const program = ['/usr/sbin/slapd', '/usr/local/sbin/slapd', '/usr/local/libexec/slapd'].find(existsSync) ?? 'slapd';
  const child = spawn(program, ['-d', '0', '-h', `${slapd.url}/`, '-f', join(home, 'slapd.conf')], { stdio: 'ignore' });
  running.add(child);
  child.unref();
  const listens = () =>
    new Promise((done) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => done(socket.destroy() && true));
      socket.once('error', () => done(false));
    });
  await until('the directory listens', LISTENS_WITHIN_MS, listens);
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
