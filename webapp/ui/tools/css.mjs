// Style sheets of the libraries, made fit for a policy without data: addresses.
//
// `img-src 'self'` and `font-src 'self'` refuse data: URIs, and a refused icon is a
// blank. Every data:image/svg+xml in a style sheet becomes a file beside the bundle;
// of the icon font only WOFF2 is kept (every browser we support reads it).

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const DATA_SVG = /url\((["'])data:image\/svg\+xml(?:;utf8|;charset=utf-8)?,([\s\S]*?)\1\)/g;
const FONT_SOURCES = /src:\s*url\('\.\.\/font\/bpmn\.eot[^;]*;\s*src:[^;]*;/;

export function strictCss() {
  const icons = new Map(); // name → SVG text

  function extract(path) {
    let count = 0;
    return readFileSync(path, 'utf8')
      .replace(FONT_SOURCES, "src: url('../font/bpmn.woff2') format('woff2');")
      .replace(DATA_SVG, (_, quote, body) => {
        const name = `${basename(path, '.css')}-${++count}.svg`;
        icons.set(name, body.includes('%3C') ? decodeURIComponent(body) : body.replaceAll('%23', '#').replaceAll('\\', ''));
        return `url("jingban-icon:${name}")`;
      });
  }

  return {
    name: "strict-css",
    setup(build) {
      build.onLoad({ filter: /\.css$/ }, ({ path }) => {
        const contents = extract(path);
        if (contents.includes('data:')) throw new Error(`a data: address is left in ${path}`);
        return { contents, loader: 'css' };
      });
      build.onResolve({ filter: /^jingban-icon:/ }, ({ path }) => ({
        path: path.slice('jingban-icon:'.length), namespace: 'jingban-icon',
      }));
      build.onLoad({ filter: /.*/, namespace: 'jingban-icon' }, ({ path }) => ({
        contents: icons.get(path), loader: 'file',
      }));
    },
  };
}
