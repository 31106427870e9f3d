// An HTTP client that behaves as a browser without JavaScript: it keeps cookies, follows redirects, reads forms from
// the page and sends what they hold.
import http from 'node:http';
import net from 'node:net';
import {randomBytes} from 'node:crypto';
import {parse, all, words} from './html.mjs';

export class Client {
  // `origin`: http://127.0.0.1:PORT. `socket_path` sends everything to a UNIX socket instead. `headers` go with every
  // request (e.g. {'accept-language': 'en'}).
  constructor(origin, {socket_path = null, headers = {}} = {}) {
    Object.assign(this, {origin, socket_path, headers});
    this.cookies = new Map();
    this.page = null; // the page last seen
  }

  get(path, options = {}) { return this.request('GET', path, options); }

  // `body`: an object is sent as a form, a string or Buffer as it is.
  post(path, body = '', options = {}) { return this.request('POST', path, {...options, body}); }

  // Sends and expects JSON.
  json(method, path, value = undefined, {headers = {}, ...options} = {}) {
    const body = value === undefined ? undefined : JSON.stringify(value);
    const type = body === undefined ? {} : {'content-type': 'application/json'};
    return this.request(method, path, {...options, body, headers: {accept: 'application/json', ...type, ...headers}});
  }

  // One request, and the redirects after it (at most 8; `follow: false` returns the redirect itself).
  async request(method, path, {body, headers = {}, follow = true} = {}) {
    let url = new URL(path, this.page?.url ?? this.origin);
    let send = form_body(body, headers);
    for (let hops = 0; ; hops++) {
      if (url.origin !== new URL(this.origin).origin) throw new Error(`${url} is not on ${this.origin}`);
      const reply = await this.once(method, url, send.body, {...send.headers, ...headers});
      const to = reply.headers.location;
      if (!follow || !to || ![301, 302, 303, 307, 308].includes(reply.status)) {
        if ((reply.headers['content-type'] ?? '').startsWith('text/html')) this.page = reply;
        return reply;
      }
      if (hops === 8) throw new Error(`too many redirects, the last to ${to}`);
      url = new URL(to, url);
      if (reply.status < 304) {
        if (method !== 'HEAD') method = 'GET';
        send = {body: undefined, headers: {}};
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-type'));
      }
    }
  }

  once(method, url, body, headers) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    // A browser says where a form was when it sends it. `origin: null` leaves that out.
    const from = ['GET', 'HEAD'].includes(method) ? {} : {origin: url.origin};
    const given = {...from, ...this.headers, ...(cookie ? {cookie} : {}), ...headers};
    const options = {method, headers: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))};
    if (this.socket_path) options.socketPath = this.socket_path;
    if (body !== undefined) options.headers['content-length'] = Buffer.byteLength(body);
    return new Promise((resolve, reject) => {
      const request = http.request(url, options, response => {
        const parts = [];
        const answer = () => {
          this.keep_cookies(response.headers['set-cookie'] ?? []);
          resolve(new Reply(method, url, response, Buffer.concat(parts)));
        };
        // A stream of events has no end: its first words are the answer, and whoever asked hangs up.
        const endless = (response.headers['content-type'] ?? '').startsWith('text/event-stream');
        response.on('data', part => {
          parts.push(part);
          if (endless) answer(), response.destroy();
        });
        response.on('error', reject);
        response.on('end', answer);
      });
      request.on('error', reject);
      request.setTimeout(60000, () => request.destroy(new Error(`${method} ${url.pathname}: no answer in 60 s`)));
      request.end(body);
    });
  }

  keep_cookies(lines) {
    for (const line of lines) {
      const [pair, ...rest] = line.split(';');
      const name = pair.slice(0, pair.indexOf('=')).trim();
      const value = pair.slice(pair.indexOf('=') + 1).trim();
      const gone = rest.some(r => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(r));
      if (gone || value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  // Sends bytes as they are (for malformed requests) and returns everything that comes back until the connection
  // closes or nothing has come for `quiet_ms`.
  raw(bytes, {quiet_ms = 500} = {}) {
    const {hostname, port} = new URL(this.origin);
    return new Promise((resolve, reject) => {
      const socket = this.socket_path ? net.connect(this.socket_path) : net.connect(Number(port), hostname);
      const parts = [];
      socket.on('data', part => parts.push(part));
      socket.on('close', () => resolve(Buffer.concat(parts).toString('latin1')));
      socket.on('error', error => (parts.length || error.code === 'ECONNRESET' ? socket.destroy() : reject(error)));
      socket.setTimeout(quiet_ms, () => socket.destroy());
      socket.write(bytes);
    });
  }
}

// An object becomes a form body; files ({name, type, bytes}) make it multipart.
function form_body(body, headers) {
  const plain = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  if (plain) {
    const type = typeof body === 'string' && body !== '' && !headers['content-type'];
    return {body, headers: type ? {'content-type': 'application/x-www-form-urlencoded'} : {}};
  }
  const pairs = Array.isArray(body) ? body : Object.entries(body).flatMap(
    ([name, value]) => (Array.isArray(value) ? value.map(v => [name, v]) : [[name, value]]));
  if (!pairs.some(([, value]) => value?.bytes)) {
    const text = new URLSearchParams(pairs.map(([n, v]) => [n, String(v ?? '')])).toString();
    return {body: text, headers: {'content-type': 'application/x-www-form-urlencoded'}};
  }
  return multipart(pairs);
}

export function multipart(pairs, boundary = `----tongxin${randomBytes(12).toString('hex')}`) {
  const parts = [];
  for (const [name, value] of pairs) {
    const file = value?.bytes !== undefined;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
      (file ? `; filename="${value.name}"\r\nContent-Type: ${value.type ?? 'application/octet-stream'}` : '') + '\r\n\r\n';
    parts.push(Buffer.from(head), file ? Buffer.from(value.bytes) : Buffer.from(String(value ?? '')), Buffer.from('\r\n'));
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return {body: Buffer.concat(parts), headers: {'content-type': `multipart/form-data; boundary=${boundary}`}};
}

class Reply {
  constructor(method, url, response, bytes) {
    Object.assign(this, {method, url: url.href, path: url.pathname + url.search, status: response.statusCode,
      headers: response.headers, raw_headers: response.rawHeaders, bytes});
  }

  get text() { return this.bytes.toString('utf8'); }

  json() {
    try {
      return JSON.parse(this.text);
    } catch {
      throw new Error(`${this.method} ${this.url}: status ${this.status}, not JSON: ${this.text.slice(0, 300)}`);
    }
  }

  get document() { return (this.tree ??= parse(this.text)); }

  // What a person reads on the page.
  words() {
    const html = (this.headers['content-type'] ?? '').startsWith('text/html');
    return html ? words(all(this.document, 'body')[0] ?? this.document) : this.text;
  }

  // Elements of a tag, or those a function picks.
  all(test) { return all(this.document, test); }

  // Links as {text, href}; `link(text)` is the address of the one whose text holds it.
  links() {
    return this.all('a').filter(a => a.attributes.href !== undefined)
      .map(a => ({text: words(a), href: a.attributes.href}));
  }

  link(text) {
    const found = this.links().find(l => l.text.includes(text));
    if (!found) throw new Error(`${this.path} has no link "${text}"; it has: ${this.links().map(l => l.text).join(' | ')}`);
    return found.href;
  }

  forms() { return this.all('form').map(element => new Form(element, this)); }

  // One form: by a part of its action, by a field it has, or by the text on a button.
  form({action = null, has = null, button = null} = {}) {
    const fits = form => (action === null || form.action.includes(action)) &&
      (has === null || form.names().includes(has)) && (button === null || form.find_button(button) !== undefined);
    const found = this.forms().filter(fits);
    if (found.length === 0) {
      const there = this.forms().map(f => `${f.method} ${f.action} (${f.names().join(' ')})`).join('; ') || 'none';
      throw new Error(`${this.path}, status ${this.status}, has no form ${JSON.stringify({action, has, button})}. ` +
        `Forms: ${there}. The page says: ${this.words().slice(0, 600)}`);
    }
    return found[0];
  }
}

// A form with the values a browser would send if a person changed nothing.
class Form {
  constructor(element, page) {
    this.page = page;
    this.method = (element.attributes.method ?? 'get').toUpperCase();
    this.action = element.attributes.action ?? page.path;
    this.multipart = element.attributes.enctype === 'multipart/form-data';
    this.controls = all(element, e => ['input', 'select', 'textarea', 'button'].includes(e.tag))
      .filter(e => e.attributes.disabled === undefined).map(control_of);
  }

  names() { return [...new Set(this.controls.map(c => c.name).filter(Boolean))]; }

  // The choices of a select or of radio buttons: [{value, text}].
  options(name) {
    return this.controls.filter(c => c.name === name).flatMap(c => c.options ?? [{value: c.value, text: c.text}]);
  }

  // The value standing in a field.
  value(name) { return this.pairs().find(([n]) => n === name)?.[1]; }

  find_button(text) {
    return this.controls.find(c => c.kind === 'submit' && (c.text.includes(text) || c.value === text || c.name === text));
  }

  // Name and value pairs as they would be sent, hidden fields (and so the CSRF token) included.
  pairs() {
    const sent = [];
    for (const c of this.controls) {
      if (!c.name || c.kind === 'submit' || c.kind === 'button' || c.kind === 'reset') continue;
      if ((c.kind === 'checkbox' || c.kind === 'radio') && !c.checked) continue;
      const value = c.kind === 'file' ? {name: '', bytes: Buffer.alloc(0)} : c.value;
      for (const v of c.values ?? [value]) sent.push([c.name, v]);
    }
    return sent;
  }

  // Sends it with `values` filled in ({name: value}; arrays for several, null leaves a field out, {name, type, bytes}
  // is a file). A value for a field the form does not have is an error in the test, unless `strict: false`. `button`
  // is the text, name or value of the button to press.
  submit(client, values = {}, {button = null, strict = true, headers = {}, follow = true} = {}) {
    let pairs = this.pairs();
    for (const [name, value] of Object.entries(values)) {
      if (strict && !this.names().includes(name)) {
        throw new Error(`the form ${this.action} has no field "${name}"; it has: ${this.names().join(' ')}`);
      }
      pairs = pairs.filter(([n]) => n !== name);
      if (value !== null) for (const v of Array.isArray(value) ? value : [value]) pairs.push([name, v]);
    }
    const pressed = button === null ? this.controls.find(c => c.kind === 'submit') : this.find_button(button);
    if (button !== null && !pressed) throw new Error(`the form ${this.action} has no button "${button}"`);
    if (pressed?.name) pairs.push([pressed.name, pressed.value]);
    const target = new URL(pressed?.action ?? this.action, this.page.url);
    if (this.method === 'GET') {
      target.search = new URLSearchParams(pairs).toString();
      return client.get(target.href, {headers, follow});
    }
    if (!this.multipart) return client.post(target.href, pairs.map(([n, v]) => [n, v?.bytes ? v.name : v]), {headers, follow});
    const {body, headers: type} = multipart(pairs);
    return client.post(target.href, body, {headers: {...type, ...headers}, follow});
  }
}

function control_of(element) {
  const a = element.attributes;
  const common = {name: a.name, text: words(element), required: a.required !== undefined};
  if (element.tag === 'textarea') return {...common, kind: 'textarea', value: words_as_typed(element)};
  if (element.tag === 'button') return {...common, kind: a.type ?? 'submit', value: a.value ?? '', action: a.formaction};
  if (element.tag === 'select') return select_of(element, common);
  const kind = (a.type ?? 'text').toLowerCase();
  const value = a.value ?? (kind === 'checkbox' || kind === 'radio' ? 'on' : '');
  return {...common, kind: kind === 'image' ? 'submit' : kind, value, text: kind === 'submit' ? value : common.text,
    checked: a.checked !== undefined, action: a.formaction};
}

function select_of(element, common) {
  const options = all(element, 'option').map(o => ({value: o.attributes.value ?? words(o), text: words(o),
    chosen: o.attributes.selected !== undefined, off: o.attributes.disabled !== undefined}));
  const several = element.attributes.multiple !== undefined;
  let chosen = options.filter(o => o.chosen);
  if (!several) chosen = chosen.slice(-1);
  if (!several && !chosen.length) chosen = options.filter(o => !o.off).slice(0, 1);
  return {...common, kind: 'select', options, values: chosen.map(o => o.value)};
}

// A browser drops the first line break of a textarea.
const words_as_typed = element => element.children.join('').replace(/^\r?\n/, '');
