/*
 * Builds the pages into dist/: a script and a style whose names have a hash of what is in them, and
 * for each language of messages/ a small script and an HTML document. `node pages/build.mjs` does it.
 *
 * All pages are one document, whose script looks at the address. A document names all that its page
 * needs, so that a browser asks for everything at once.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const HERE = import.meta.dirname;
const OUT = join(HERE, 'dist');
const RIGHT_TO_LEFT = ['Adlm', 'Arab', 'Hebr', 'Nkoo', 'Rohg', 'Syrc', 'Thaa'];
const languages = (await readdir(join(HERE, 'messages')))
  .filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5)).sort();
if (!languages.includes('en')) throw new Error('messages/en.json is missing: it is the last resort');

/* Each language has an entry point of two lines, which is not worth a file. */
const entryPoints = {
  name: 'languages',
  setup(builder) {
    builder.onResolve({ filter: /^language:/ }, ({ path }) => (
      { path: path.slice('language:'.length), namespace: 'language' }));
    builder.onLoad({ filter: /.*/, namespace: 'language' }, ({ path }) => ({
      contents: `import { start } from './src/main.ts';
import messages from './messages/${path}.json';
start('${path}', messages);`, resolveDir: HERE, loader: 'js' }));
  },
};

await rm(OUT, { recursive: true, force: true });
const { metafile } = await build({
  // Names of files go into the hashes: those below this folder, also of packages that are linked to.
  absWorkingDir: HERE, preserveSymlinks: true,
  entryPoints: [...languages.map((tag) => ({ in: `language:${tag}`, out: tag })),
                { in: 'style.css', out: 'style' }, { in: 'icon.svg', out: 'icon' }],
  loader: { '.svg': 'copy' },
  plugins: [entryPoints],
  define: { LANGUAGES: JSON.stringify(languages) },
  outdir: OUT, entryNames: '[name]-[hash]', chunkNames: 'app-[hash]',
  bundle: true, splitting: true, format: 'esm', target: ['es2022', 'safari16.4'],
  minify: true, charset: 'utf8', legalComments: 'none', metafile: true, logLevel: 'warning',
});

/** The file that was built from the entry point `name`, and what it imports. */
function built(name) {
  const [path, { imports }] = Object.entries(metafile.outputs)
    .find(([, { entryPoint }]) => entryPoint === name);
  return [path, ...imports.map((one) => one.path)].map((one) => one.replace(/^dist\//, ''));
}

const [style] = built('style.css');
const [icon] = built('icon.svg');
await mkdir(OUT, { recursive: true });
for (const tag of languages) {
  const messages = JSON.parse(await readFile(join(HERE, 'messages', `${tag}.json`), 'utf8'));
  const [script, ...chunks] = built(`language:${tag}`);
  const { script: letters } = new Intl.Locale(tag).maximize();
  const direction = RIGHT_TO_LEFT.includes(letters) ? 'rtl' : 'ltr';
  await writeFile(join(OUT, `page.${tag}.html`), `<!doctype html>
<html lang="${tag}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="session-api" content="{{settings}}">
<title>{{name}}</title>
<link rel="icon" href="${icon}" type="image/svg+xml">
<link rel="stylesheet" href="${style}">
${chunks.map((chunk) => `<link rel="modulepreload" href="${chunk}">\n`).join('')}<script type="module" src="${script}"></script>
</head>
<body>
<noscript>${messages['page.noScript']}</noscript>
<p class="late">${messages['page.late']}</p>
</body>
</html>
`);
}
