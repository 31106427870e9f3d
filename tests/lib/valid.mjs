// HTML that follows the standard: every standard rule of html-validate, over what the server sends and over what a browser
// made of it.
import {HtmlValidate} from 'html-validate';

// `integrity` protects from a host one does not trust; ours come from the server the page comes from, under the hash of
// their content.
const ALWAYS_OFF = {'require-sri': 'off'};

// A browser writes a document out in its own way (selected="", <!DOCTYPE html>, > in attributes), and scripts have put into
// it what they need: Leaflet its panes with their places as styles and its buttons as links, htmx its indicators.
const WRITTEN_BY_A_BROWSER = {'attribute-boolean-style': 'off', 'attribute-empty-style': 'off', 'doctype-style': 'off',
  'no-raw-characters': 'off', 'void-style': 'off', 'no-inline-style': 'off', 'prefer-native-element': 'off',
  'no-redundant-role': 'off', 'no-implicit-button-type': 'off'};

const validator = rules => new HtmlValidate({root: true, extends: ['html-validate:standard', 'html-validate:document'], rules});
const as_sent = validator(ALWAYS_OFF);
const as_shown = validator({...ALWAYS_OFF, ...WRITTEN_BY_A_BROWSER});

// Throws with the line and the rule of everything that is wrong in `text`, a whole page called `name`.
export async function valid_html(text, name) {
  const report = await (text.startsWith('<!DOCTYPE') ? as_shown : as_sent).validateString(text, name);
  if (report.valid) return;
  const lines = text.split('\n');
  const found = report.results.flatMap(r => r.messages).slice(0, 12)
    .map(m => `${name}:${m.line}:${m.column} ${m.ruleId}: ${m.message}\n    ${(lines[m.line - 1] ?? '').trim().slice(0, 160)}`);
  throw new Error(`HTML is not valid:\n${found.join('\n')}`);
}
