// THIRD_PARTY.md: name, version, licence and full licence text of each package that
// has a file in the bundles. esbuild's own collection of legal comments omits bpmn-js,
// whose licence asks for the watermark; so it is read from the packages themselves.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export function packagesOf(root, inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const at = input.lastIndexOf('node_modules/');
    if (at < 0 || input.includes(':')) continue;
    const parts = input.slice(at + 'node_modules/'.length).split('/');
    const name = parts[0].startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
    folders.add(join(input.slice(0, at), 'node_modules', name));
    if (name === '@bpmn-io/properties-panel' && parts[2] === 'preact') {
      folders.add(join(input.slice(0, at), 'node_modules', name, 'preact')); // a copy inside
    }
  }
  return [...folders].map((folder) => describe(root, folder)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function describe(root, folder) {
  const meta = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const file = readdirSync(join(root, folder)).sort().find((name) => /^licen[cs]e/i.test(name));
  let text = file ? readFileSync(join(root, folder, file), 'utf8').trim() : '';
  if (!text) {
    const own = join(root, 'tools/licences', `${meta.name.replace('/', '__')}.txt`);
    if (!existsSync(own)) throw new Error(`${meta.name} ${meta.version} carries no licence text; add ${own}`);
    text = readFileSync(own, 'utf8').trim();
  }
  return { name: meta.name, version: meta.version, licence: meta.license ?? 'see text', home: homeOf(meta), text };
}

function homeOf(meta) {
  const address = meta.homepage ?? meta.repository?.url ?? meta.repository ?? '';
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(address);
  return short ? `https://github.com/${short[1]}` : String(address).replace(/^git\+/, '').replace(/\.git$/, '');
}

export function thirdPartyText(packages) {
  const rows = packages.map((p) => `| ${p.name} | ${p.version} | ${p.licence} | ${p.home} |`);
  const texts = packages.map((p) => `## ${p.name} ${p.version}\n\n\`\`\`text\n${p.text.replaceAll('\r\n', '\n')}\n\`\`\`\n`);
  return [
    '# Third-party software in this folder', '',
    'Written by `webapp/ui/build.mjs`; do not edit. The icon font `bpmn.woff2` is part of bpmn-js.', '',
    '| package | version | licence | home |', '|---|---|---|---|', ...rows, '', ...texts,
  ].join('\n');
}
