// Checks replies of the JSON API against the schemas the server itself publishes at /api/openapi.json, and keeps count
// of the routes that were exercised. It knows the part of JSON Schema that src/web/schemas uses and refuses any other
// keyword, so that nothing is believed checked that is not.

const KNOWN = new Set(['$ref', 'type', 'nullable', 'enum', 'required', 'properties', 'additionalProperties', 'items',
  'minItems', 'maxItems', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'format', 'oneOf', 'description',
  'example']);
const FORMATS = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$/,
  'date': /^\d{4}-\d\d-\d\d$/,
};

function type_of(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isInteger(value)) return 'integer';
  return typeof value;
}

export class Api {
  // `document`: the parsed /api/openapi.json.
  constructor(document) {
    this.schemas = document.components.schemas;
    this.operations = [];
    for (const [path, operations] of Object.entries(document.paths)) {
      const parts = path.split(/\{[^}]*\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
      const pattern = new RegExp(`^${parts.join('[^/]+')}$`);
      for (const [method, operation] of Object.entries(operations))
        this.operations.push({method: method.toUpperCase(), path, pattern, operation, literal: parts.join('').length,
          seen: new Set()});
    }
  }

  // The operation a request meant, or undefined. The path with the longest literal text wins, as in the server.
  find(method, path) {
    const bare = path.split('?')[0];
    return this.operations.filter(o => o.method === method && o.pattern.test(bare))
      .sort((a, b) => b.literal - a.literal)[0];
  }

  // Throws when the reply is not what the description says. `body`: parsed JSON.
  check(method, path, status, body) {
    const found = this.find(method, path);
    if (!found) throw new Error(`${method} ${path} is not described`);
    found.seen.add(status);
    const good = status >= 200 && status < 300;
    const reply = found.operation.responses[good ? '2XX' : 'default'];
    const wrong = [];
    this.walk(reply.content['application/json'].schema, body, '$', wrong);
    if (wrong.length) throw new Error(`${method} ${path} (${status}) breaks its schema:\n${wrong.join('\n')}`);
  }

  // Operations nobody called with success.
  unexercised() {
    const good = status => status >= 200 && status < 300;
    return this.operations.filter(o => ![...o.seen].some(good)).map(o => `${o.method} ${o.path}`);
  }

  walk(schema, value, at, wrong) {
    for (const keyword of Object.keys(schema))
      if (!KNOWN.has(keyword)) throw new Error(`${at}: the checker does not know "${keyword}"`);
    if (schema.$ref) {
      const name = schema.$ref.replace('#/components/schemas/', '');
      if (!this.schemas[name]) throw new Error(`${at}: there is no schema ${name}`);
      return this.walk(this.schemas[name], value, at, wrong);
    }
    if (value === null && schema.nullable) return;
    if (schema.oneOf) return this.one_of(schema.oneOf, value, at, wrong);
    const type = type_of(value);
    const fits = !schema.type || type === schema.type || (schema.type === 'number' && type === 'integer');
    if (!fits) return void wrong.push(`${at}: ${type} where ${schema.type} is described`);
    if (schema.enum && !schema.enum.includes(value)) wrong.push(`${at}: ${JSON.stringify(value)} is not one of the enum`);
    if (type === 'object') this.object(schema, value, at, wrong);
    if (type === 'array') this.array(schema, value, at, wrong);
    if (type === 'string') this.string(schema, value, at, wrong);
    if (typeof value === 'number') {
      if (value < schema.minimum) wrong.push(`${at}: ${value} is below ${schema.minimum}`);
      if (value > schema.maximum) wrong.push(`${at}: ${value} is above ${schema.maximum}`);
    }
  }

  one_of(choices, value, at, wrong) {
    const fitting = choices.filter(choice => {
      const local = [];
      this.walk(choice, value, at, local);
      return !local.length;
    });
    if (fitting.length !== 1) wrong.push(`${at}: fits ${fitting.length} of oneOf`);
  }

  object(schema, value, at, wrong) {
    for (const name of schema.required ?? []) if (!(name in value)) wrong.push(`${at}.${name} is missing`);
    for (const [name, member] of Object.entries(value)) {
      const described = schema.properties?.[name];
      if (described) this.walk(described, member, `${at}.${name}`, wrong);
      else if (schema.additionalProperties === false) wrong.push(`${at}.${name} is not described`);
      else if (typeof schema.additionalProperties === 'object')
        this.walk(schema.additionalProperties, member, `${at}.${name}`, wrong);
    }
  }

  array(schema, value, at, wrong) {
    if (value.length < schema.minItems) wrong.push(`${at}: fewer than ${schema.minItems} items`);
    if (value.length > schema.maxItems) wrong.push(`${at}: more than ${schema.maxItems} items`);
    if (schema.items) value.forEach((item, i) => this.walk(schema.items, item, `${at}[${i}]`, wrong));
  }

  string(schema, value, at, wrong) {
    const length = [...value].length;
    if (length < schema.minLength) wrong.push(`${at}: shorter than ${schema.minLength}`);
    if (length > schema.maxLength) wrong.push(`${at}: longer than ${schema.maxLength}`);
    if (schema.pattern && !new RegExp(schema.pattern).test(value)) wrong.push(`${at}: "${value}" breaks the pattern`);
    if (FORMATS[schema.format] && !FORMATS[schema.format].test(value)) wrong.push(`${at}: "${value}" is no ${schema.format}`);
  }
}
