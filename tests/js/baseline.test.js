// static/js/ stays within Chrome 80 (2020). The linter refuses later names (.oxlintrc.json); this refuses later syntax.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("../../static/js/", import.meta.url);
const LATER = {
  "logical assignment (85)": /(\?\?|\|\||&&)=/,
  "private names (74, methods 84)": /[.\s{]#[a-z]\w*/i,
  "class fields and static blocks (94)": /\bstatic\s*\{/,
  ".at() (92)": /\.at\(/,
  "a signal for addEventListener (90)": /addEventListener\([^;]*\bsignal\b/,
  "causes of errors (93)": /new \w*Error\([^)]*\bcause\b/,
  "look-behind (Safari 16.4)": /\(\?<[=!]/,
  "import attributes (123)": /\bwith\s*\{\s*type\b/,
};

const code = (text) => text.replace(/\/\/.*$/gm, "").replace(/"(?:[^"\\\n]|\\.)*"/g, '""');

for (const file of readdirSync(FOLDER)) {
  test(file, () => {
    const text = code(readFileSync(new URL(file, FOLDER), "utf8"));
    assert.deepEqual(Object.keys(LATER).filter((name) => LATER[name].test(text)), []);
  });
}
