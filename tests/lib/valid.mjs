// HTML that follows the standard: html-validate with its standard rules, without those of mere style.
import {HtmlValidate} from 'html-validate';

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard', 'html-validate:document'],
  rules: {
    'no-trailing-whitespace': 'off', 'void-style': 'off', 'long-title': 'off', 'attr-quotes': 'off',
    'no-raw-characters': 'off', 'prefer-native-element': 'off', 'attribute-boolean-style': 'off',
    'doctype-style': 'off', 'no-inline-style': 'off', 'require-sri': 'off', 'no-implicit-button-type': 'off',
    'no-redundant-role': 'off', 'attribute-empty-style': 'off', 'valid-autocomplete': 'off',
    'heading-level': 'off', // the side menu comes before the page's own heading
  },
});

// Throws with the line and the rule of everything that is wrong in `text`, a whole page called `name`.
export async function valid_html(text, name) {
  const report = await validator.validateString(text, name);
  if (report.valid) return;
  const lines = text.split('\n');
  const found = report.results.flatMap(r => r.messages).slice(0, 12)
    .map(m => `${name}:${m.line}:${m.column} ${m.ruleId}: ${m.message}\n    ${(lines[m.line - 1] ?? '').trim().slice(0, 160)}`);
  throw new Error(`HTML is not valid:\n${found.join('\n')}`);
}
