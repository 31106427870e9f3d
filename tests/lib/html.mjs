// Enough of an HTML reader to fill forms and follow links as a person without JavaScript does. It reads the pages our
// own server writes; it is no browser.

const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track',
  'wbr']);
const RAW = new Set(['script', 'style', 'textarea', 'title']);
const NAMED = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', hellip: '…', middot: '·'};

// Elements whose end tag may be left out: opening the one closes the others.
const CELL = ['td', 'th'];
const CLOSES = {option: ['option'], li: ['li'], p: ['p'], td: CELL, th: CELL, tr: ['tr', ...CELL], dt: ['dt', 'dd'],
  dd: ['dt', 'dd']};

export function decode(text) {
  return text.replace(/&(#x[0-9a-f]+|#\d+|[a-z]+);/gi, (all, name) => {
    if (name[0] !== '#') return NAMED[name.toLowerCase()] ?? all;
    const hex = name[1] === 'x' || name[1] === 'X';
    return String.fromCodePoint(parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10));
  });
}

const VALUE = `"[^"]*"|'[^']*'|[^\\s"'>]+`;
const ATTRIBUTES = `(?:\\s+[^\\s"'>/=]+(?:\\s*=\\s*(?:${VALUE}))?)*`;
const TOKEN = `<!--[\\s\\S]*?-->|<!doctype[^>]*>|</([a-z][\\w-]*)\\s*>|<([a-z][\\w:-]*)(${ATTRIBUTES})\\s*(/?)>`;

// A tree of {tag, attributes, children}; text is a string. Unclosed elements close with their parent.
export function parse(html) {
  const root = {tag: '#root', attributes: {}, children: []};
  const open = [root];
  const token = new RegExp(TOKEN, 'gi');
  let at = 0;
  let found;
  const text = (from, to) => {
    if (to > from) open[open.length - 1].children.push(decode(html.slice(from, to)));
  };
  while ((found = token.exec(html))) {
    text(at, found.index);
    at = token.lastIndex;
    if (found[1]) {
      const tag = found[1].toLowerCase();
      const depth = open.map(e => e.tag).lastIndexOf(tag);
      if (depth > 0) open.length = depth;
    } else if (found[2]) {
      const tag = found[2].toLowerCase();
      while (CLOSES[tag]?.includes(open[open.length - 1].tag)) open.pop();
      const element = {tag, attributes: attributes_of(found[3] ?? ''), children: []};
      open[open.length - 1].children.push(element);
      if (RAW.has(tag)) {
        const close = html.slice(at).search(new RegExp(`</${tag}\\s*>`, 'i'));
        const end = close < 0 ? html.length : at + close;
        const inside = html.slice(at, end);
        element.children.push(tag === 'script' || tag === 'style' ? inside : decode(inside));
        at = token.lastIndex = close < 0 ? html.length : html.indexOf('>', end) + 1;
      } else if (!VOID.has(tag) && !found[4]) {
        open.push(element);
      }
    }
  }
  text(at, html.length);
  return root;
}

function attributes_of(text) {
  const attributes = {};
  for (const [, name, a, b, c] of text.matchAll(/([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
    attributes[name.toLowerCase()] ??= decode(a ?? b ?? c ?? '');
  }
  return attributes;
}

// All elements below `node`, in order, for which `test` (a tag name or a function) holds.
export function all(node, test) {
  const holds = typeof test === 'string' ? e => e.tag === test : test;
  const found = [];
  const walk = n => {
    for (const child of n.children) {
      if (typeof child === 'string') continue;
      if (holds(child)) found.push(child);
      walk(child);
    }
  };
  walk(node);
  return found;
}

// What a person reads: text with white space run together, without scripts and styles.
export function words(node) {
  const parts = [];
  const walk = n => {
    if (typeof n === 'string') parts.push(n);
    else if (n.tag !== 'script' && n.tag !== 'style' && n.tag !== 'template') {
      parts.push(' ');
      n.children.forEach(walk);
      parts.push(' ');
    }
  };
  walk(node);
  return parts.join('').replace(/\s+/g, ' ').trim();
}
