// An application that takes people and groups over SCIM 2.0, as far as access needs it; it keeps everything in memory.

import { createServer } from 'node:http';
import { freePort } from './server.mjs';

/// What it wants to be sent.
export const TOKEN = 'a-token-of-the-application';
const KIND = 'application/scim+json';

/// Fills in the form of a new target, whose group is called otherwise than the role, and sends it.
export async function fillsTarget(person, { name, url, group, unknown }) {
  await person.page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await person.field('Address').fill(url);
  await person.field(/^Token/).fill(TOKEN);
  await person.field(/^Groups with other names/).fill(`Agent = ${group}`);
  if (unknown) await person.page.getByRole('radio', { name: unknown }).check();
  await person.sends('Create target');
}

class Refused extends Error {
  constructor(status, detail, kind = '') {
    super(detail);
    Object.assign(this, { status, kind });
  }
}

class Target {
  /// By id.
  users = new Map();
  groups = new Map();
  /// What was asked: method and path.
  heard = [];
  /// Answers everything with this status, unless it is nothing.
  fails = 0;
  /// Called with each request that was done, before it is answered.
  onRequest = () => {};
  #made = 0;

  /// Somebody makes an account there; its id.
  account(userName, fields = {}) {
    const id = `u${++this.#made}`;
    this.users.set(id, { active: true, ...fields, userName, id });
    return id;
  }

  /// Somebody makes a group there, with these accounts in it; its id.
  group(displayName, members = []) {
    const id = `g${++this.#made}`;
    this.groups.set(id, { displayName, members: new Set(members) });
    return id;
  }

  /// The user names of those who are in a group.
  members(name) {
    const group = [...this.groups.values()].find(({ displayName }) => displayName === name);
    return [...(group?.members ?? [])].map((id) => this.users.get(id).userName).sort();
  }

  /// The user names of all accounts; of those that are not active in brackets.
  get accounts() {
    return [...this.users.values()].map(({ userName, active }) => (active ? userName : `(${userName})`)).sort();
  }

  answer({ method, url, headers }, body) {
    const { pathname, searchParams } = new URL(url, this.url);
    const [kind, id] = pathname.replace('/scim/v2/', '').split('/').map(decodeURIComponent);
    this.heard.push(`${method} ${kind}`);
    if (headers.authorization !== `Bearer ${TOKEN}`) throw new Refused(401, 'Who is it?');
    if (this.fails) throw new Refused(this.fails, 'Closed for the upgrade');
    if (kind === 'ServiceProviderConfig') return [200, { patch: { supported: true } }];
    const all = { Users: this.users, Groups: this.groups }[kind];
    if (!all) throw new Refused(404, 'There is no such kind of thing.');
    if (method === 'GET' && !id) return [200, this.#found(all, searchParams.get('filter'))];
    if (method === 'POST' && !id) return [201, this.#shown(all === this.users ? this.#creates(body) : this.group(body.displayName))];
    if (!all.has(id)) throw new Refused(404, 'There is no such thing.');
    if (method === 'DELETE') return this.#deletes(all, id);
    if (method === 'PATCH') body.Operations.forEach((operation) => this.#changes(all, id, operation));
    else if (method !== 'GET') throw new Refused(405, 'Not in this way.');
    return [200, this.#shown(id)];
  }

  #shown(id) {
    if (this.users.has(id)) return this.users.get(id);
    const { displayName, members } = this.groups.get(id);
    return { id, displayName, members: [...members].map((value) => ({ value, display: this.users.get(value).userName })) };
  }

  /// Knows `attribute eq "value"`, which is all that we ask.
  #found(all, filter) {
    const [, attribute, quoted] = /^(\S+) eq (".*")$/.exec(filter ?? '') ?? [];
    const value = quoted && JSON.parse(quoted);
    const fits = (one) => {
      if (!attribute) return true;
      if (attribute === 'members.value') return one.members?.some((member) => member.value === value);
      return one[attribute]?.toLowerCase() === value.toLowerCase();
    };
    const Resources = [...all.keys()].map((id) => this.#shown(id)).filter(fits);
    return { totalResults: Resources.length, Resources };
  }

  #creates({ userName, ...fields }) {
    const taken = [...this.users.values()].some((user) => user.userName.toLowerCase() === userName.toLowerCase());
    if (taken) throw new Refused(409, 'There is one of this name.', 'uniqueness');
    return this.account(userName, fields);
  }

  #deletes(all, id) {
    all.delete(id);
    for (const { members } of this.groups.values()) members.delete(id);
    return [204];
  }

  #changes(all, id, { op, path, value }) {
    if (all === this.users) {
      Object.assign(this.users.get(id), value);
      return;
    }
    const { members } = this.groups.get(id);
    if (op !== 'add') {
      members.delete(/^members\[value eq "(.*)"\]$/.exec(path)[1]);
      return;
    }
    for (const { value: user } of value) {
      if (!this.users.has(user)) throw new Refused(400, 'One of them is unknown.', 'invalidValue');
      members.add(user);
    }
  }
}

/// Starts one. It ends with us.
export async function startTarget() {
  const target = new Target();
  const http = createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const [status, answer] = answered(target, request, Buffer.concat(pieces).toString());
      response.writeHead(status, { 'content-type': KIND }).end(answer && JSON.stringify(answer));
    });
  });
  http.on('connection', (socket) => socket.unref());
  const port = await freePort();
  target.url = `http://127.0.0.1:${port}/scim/v2`;
  await new Promise((listens) => http.listen(port, '127.0.0.1', listens));
  http.unref();
  return target;
}

function answered(target, request, body) {
  try {
    const answer = target.answer(request, body && JSON.parse(body));
    target.onRequest();
    return answer;
  } catch (error) {
    const { status = 500, kind, message } = error;
    return [status, { status: String(status), scimType: kind, detail: message }];
  }
}
