// Builds dist/: the types by tsc, file by file; the library's entries by esbuild, with what they share in chunks; the two
// commands by esbuild, one file each and its launcher. Modules cost time: 150 of them 200 ms at import, 80 of them 25 ms of a command.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
rmSync(join(root, 'dist'), { recursive: true, force: true })
const tsc = spawnSync(
  process.execPath,
  [join(root, 'node_modules/@typescript/native/bin/tsc'), '-p', 'tsconfig.build.json'],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
if (tsc.status !== 0) process.exit(tsc.status ?? 1)

const ENTRIES = ['index', 'dump/index', 'testing/index']

// tsc leaves the names of our sources in the types; what is published has only .d.ts beside them. Types that no entry
// leads to (tables that only nl-dump reads, the commands) are of no use to anybody: they are not published.
const IMPORTED = /((?:from |import\()["'])(\.[^"']*)\.ts(?=["'])/g
const published = new Set()
const publish = path => {
  if (published.has(path)) return
  published.add(path)
  const text = readFileSync(path, 'utf8')
  for (const [, , to] of text.matchAll(IMPORTED)) publish(join(path, '..', `${to}.d.ts`))
  writeFileSync(path, text.replace(IMPORTED, '$1$2.js'))
}
for (const entry of ENTRIES) publish(join(root, 'dist', `${entry}.d.ts`))
for (const name of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
  const path = join(root, 'dist', name)
  if (name.endsWith('.d.ts') && !published.has(path)) rmSync(path)
}

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'none',
}

/**
 * What the commands load where it is asked for, and what is then the library's: the views of a tapped program (with them
 * all of nl-dump's tables), and what loads BPF objects. It is loaded by their launcher, as V8 forgets how a script that it
 * had compiled before imports. In its place stands a module that can be waited for, so that who imports it gets what it
 * waits for.
 */
const APART = { 'live-text': 'src/dump/live-text.ts', 'bpf-loader': 'src/bpf/loader.ts' }
const apart = {
  name: 'apart',
  setup(build) {
    for (const [name, source] of Object.entries(APART)) {
      const filter = new RegExp(`/${basename(source).replace('.', '\\.')}$`)
      build.onResolve({ filter }, ({ path, resolveDir }) =>
        join(resolveDir, path) === join(root, source) ? { path: `../${name}.js`, namespace: 'apart' } : undefined,
      )
    }
    build.onLoad({ filter: /.*/, namespace: 'apart' }, ({ path }) => ({
      contents: `export const then = (done, failed) => __import(${JSON.stringify(path)}).then(done, failed)`,
    }))
  },
}

await build({
  ...common,
  entryPoints: [
    ...ENTRIES.map(entry => ({ in: `src/${entry}.ts`, out: entry })),
    // Loaded by its address: beside the chunk that netns/worker.ts is in.
    { in: 'src/netns/worker-names.ts', out: 'worker-names' },
    ...Object.entries(APART).map(([out, path]) => ({ in: path, out })),
  ],
  outdir: 'dist',
  splitting: true,
  packages: 'external',
  minifyWhitespace: true,
  minifySyntax: true,
})

// CommonJS, as there each of Node's own modules is loaded where it is needed, not all of them at the start. Names are
// not shortened in the one that must start fast where it finds no code of an earlier run: V8 takes a quarter longer for
// short ones, which hide each other. A bundle is a function, which its launcher calls (src/bin/launch.ts).
for (const [command, minifyIdentifiers] of [
  ['netloom', false],
  ['nl-dump', true],
]) {
  const bundle = `dist/bin/${command}.bundle.js`
  await build({
    ...common,
    format: 'cjs',
    entryPoints: [`src/bin/${command}.ts`],
    outfile: bundle,
    // The launcher reads it as latin1.
    charset: 'ascii',
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers,
    plugins: [apart],
    // koffi finds its prebuilt library beside itself.
    external: ['koffi'],
    define: { 'import.meta.url': '__file' },
    banner: {
      js: "(function(require,__filename,__import){'use strict';const __file=require('node:url').pathToFileURL(__filename).href;",
    },
    footer: { js: '})' },
  })
  const hash = createHash('sha256')
    .update(readFileSync(join(root, bundle)))
    .digest('hex')
  await build({
    ...common,
    format: 'cjs',
    entryPoints: ['src/bin/launch.ts'],
    outfile: `dist/bin/${command}.js`,
    minifyWhitespace: true,
    minifySyntax: true,
    define: { COMMAND: JSON.stringify(command), HASH: JSON.stringify(hash.slice(0, 16)) },
  })
  chmodSync(join(root, `dist/bin/${command}.js`), 0o755)
}
writeFileSync(join(root, 'dist/bin/package.json'), '{ "type": "commonjs" }\n')
