// Builds ../static/vendor from src/: three bundles, their styles, fonts, htmx,
// the licences of everything that went in, and a manifest of SHA-256 sums.
//
// The output is committed, so that installing the product needs no Node. It must
// therefore be deterministic: no time stamps, no hashes of paths, sorted lists.
//
//   npm ci && node build.mjs                 writes ../static/vendor
//   node build.mjs --out /some/empty/folder  writes elsewhere (the test compares)

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

import { strictCss } from './tools/css.mjs';
import { packagesOf, thirdPartyText } from './tools/licences.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const outFlag = process.argv.indexOf('--out');
const OUT = outFlag > 0 ? resolve(process.argv[outFlag + 1]) : resolve(HERE, '../static/vendor');
const STUB = join(HERE, 'src/lib/no-code-editor.js');

// The panel's library brings CodeMirror for its own FEEL dialect and for JSON.
// Neither is ours: expressions are plain text checked by the server. Leaving the
// editors out halves the bundle and its list of licences.
const NOT_WANTED = [
  '@bpmn-io/extract-process-variables', '@bpmn-io/extract-process-variables/zeebe',
  '@bpmn-io/feel-editor', '@bpmn-io/feelers-editor',
  '@codemirror/autocomplete', '@codemirror/commands', '@codemirror/lang-json',
  '@codemirror/language', '@codemirror/lint', '@codemirror/state', '@codemirror/view',
];

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });

const result = await esbuild.build({
  absWorkingDir: HERE,
  entryPoints: ['viewer', 'player', 'modeler'].map((name) => `src/${name}.js`),
  outdir: OUT,
  bundle: true,
  format: 'esm',
  target: ['chrome109', 'firefox115', 'safari16'],
  minify: true,
  charset: 'utf8',
  legalComments: 'none', // the texts stand in THIRD_PARTY.md, whole
  loader: { '.woff2': 'file', '.svg': 'file' },
  assetNames: '[name]',
  alias: Object.fromEntries(NOT_WANTED.map((name) => [name, STUB])),
  plugins: [strictCss()],
  metafile: true,
  logLevel: 'warning',
});

copyFileSync(join(HERE, 'node_modules/htmx.org/dist/htmx.min.js'), join(OUT, 'htmx.min.js'));
const packages = packagesOf(HERE, [...Object.keys(result.metafile.inputs), 'node_modules/htmx.org/dist/htmx.min.js']);
writeFileSync(join(OUT, 'THIRD_PARTY.md'), thirdPartyText(packages));

const files = readdirSync(OUT).sort();
const sums = Object.fromEntries(files.map((name) => {
  const bytes = readFileSync(join(OUT, name));
  return [name, { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }];
}));
writeFileSync(join(OUT, 'manifest.json'), JSON.stringify({ files: sums, packages: packages.map((p) => `${p.name}@${p.version}`) }, null, 1) + '\n');

for (const name of files) console.log(String(sums[name].bytes).padStart(9), name);
