// Builds into an empty folder and compares with what is committed: the bundle that people
// run must be the one that these sources make. Exit 0 equal, 1 different.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const fresh = mkdtempSync(join(tmpdir(), 'jingban-ui-'));
try {
  execFileSync(process.execPath, [join(HERE, 'build.mjs'), '--out', fresh], { stdio: 'ignore' });
  const sums = (folder) => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).files;
  const [committed, built] = [sums(join(HERE, '../static/vendor')), sums(fresh)];
  const different = [...new Set([...Object.keys(committed), ...Object.keys(built)])].sort()
    .filter((name) => committed[name]?.sha256 !== built[name]?.sha256);
  console.log(different.length ? `different: ${different.join(', ')}` : `equal: ${Object.keys(built).length} files`);
  process.exitCode = different.length ? 1 : 0;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
