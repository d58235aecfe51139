// Makes vendor/devalue.js: a classic-script build of devalue's writers, since
// scripts that are injected into pages cannot be modules.
import { build } from 'esbuild';
import { copyFile, readFile } from 'node:fs/promises';

const here = (/** @type {string} */ path) => new URL(`../${path}`, import.meta.url);
const { version } = JSON.parse(await readFile(here('node_modules/devalue/package.json'), 'utf8'));

await build({
  stdin: { contents: "export { stringify, stringifyAsync } from 'devalue';", resolveDir: here('.').pathname },
  bundle: true,
  format: 'iife',
  globalName: 'sessionferryDevalue',
  target: 'es2022',
  banner: { js: `// devalue ${version}, https://github.com/sveltejs/devalue, MIT: see devalue.LICENSE. Made by scripts/vendor.mjs.` },
  outfile: here('vendor/devalue.js').pathname,
});
await copyFile(here('node_modules/devalue/LICENSE'), here('vendor/devalue.LICENSE'));
