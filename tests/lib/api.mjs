// The JSON API as a program uses it: sign-ins by token, every reply checked against the schema the server publishes.
import {Client} from './http.mjs';
import {Api} from './schema.mjs';

export class Caller {
  constructor(server, api, token = null) {
    Object.assign(this, {server, api, token});
    this.client = new Client(server.origin, {headers: token ? {authorization: `Bearer ${token}`} : {}});
  }

  // One request; the status is part of what comes back: {status, body, headers}.
  async ask(method, path, value = undefined, headers = {}) {
    const reply = await this.client.json(method, path, value, {headers});
    const body = reply.json();
    this.api.check(method, path, reply.status, body);
    return {status: reply.status, body, headers: reply.headers};
  }

  // The same when it must go well.
  async good(method, path, value = undefined, headers = {}) {
    const reply = await this.ask(method, path, value, headers);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  }

  // The same when it must be refused with that code.
  async refused(code, method, path, value = undefined, headers = {}) {
    const reply = await this.ask(method, path, value, headers);
    if (reply.body.code !== code) {
      throw new Error(`${method} ${path}: wanted ${code}, saw ${reply.status} ${JSON.stringify(reply.body)}`);
    }
    return reply;
  }

  get(path) { return this.good('GET', path); }

  matter(code) { return this.get(`/api/v1/matters/${code}`); }

  // Takes an action on a matter, on the main track or on `track`.
  act(code, action, said = {}, track = 0) {
    return this.good('POST', `/api/v1/matters/${code}/actions`, {action, said, track});
  }

  async photos(...pictures) {
    const parts = pictures.map(bytes => ['photo', {name: 'a.png', type: 'image/png', bytes}]);
    const reply = await this.client.post('/api/v1/files', parts);
    this.api.check('POST', '/api/v1/files', reply.status, reply.json());
    if (reply.status !== 201) throw new Error(`photos: ${reply.status} ${reply.text}`);
    return reply.json().items.map(item => item.file);
  }
}

// The description, a caller without a name, and callers for the sign-ins of the demo.
export async function api_of(server) {
  const anyone = new Client(server.origin);
  const api = new Api((await anyone.get('/api/openapi.json')).json());
  const roles = await server.roles();
  const open = new Caller(server, api);
  const callers = new Map();
  const sign_in = async account => {
    if (!callers.has(account)) {
      const {password} = roles.find(r => r.account === account);
      const {token} = await open.good('POST', '/api/v1/sign-in', {account, password});
      callers.set(account, new Caller(server, api, token));
    }
    return callers.get(account);
  };
  return {api, open, roles, sign_in};
}
