// Builds dist/: the types by tsc, file by file; the library's entries by esbuild, with what they share in chunks; the two
// commands by esbuild, one file each and its launcher. Modules cost time: 150 of them 200 ms at import, 80 of them 25 ms of a command.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build, transform } from 'esbuild'

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

/**
 * node:fs as CommonJS has it: who imports it asks for all that it exports, and some of that brings streams with it. What
 * is exported here is what our sources import.
 */
const fs = {
  name: 'fs',
  setup(build) {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(x => x.endsWith('.ts'))
    const names = sources.flatMap(source =>
      [...readFileSync(join(root, 'src', source), 'utf8').matchAll(/^import \{([^}]*)\} from 'node:fs'$/gm)].flatMap(
        ([, list]) => list.split(',').map(name => name.trim().replace(/ as .*/, '')),
      ),
    )
    const values = new Set(names.filter(name => name && !name.startsWith('type ')))
    build.onResolve({ filter: /^node:fs$/ }, ({ path }) => ({ path, namespace: 'fs' }))
    build.onLoad({ filter: /.*/, namespace: 'fs' }, ({ path }) => ({
      contents: `import { createRequire } from 'node:module'
        export const { ${[...values].join(', ')} } = createRequire(import.meta.url)('${path}')`,
    }))
  },
}

/** Packages that parts of dist/ have inside, by where they are. */
const inside = new Set()
function note({ inputs }) {
  for (const path of Object.keys(inputs)) {
    const [, found] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? []
    if (found) inside.add(found)
  }
}

const library = await build({
  ...common,
  metafile: true,
  plugins: [fs],
  entryPoints: [
    ...ENTRIES.map(entry => ({ in: `src/${entry}.ts`, out: entry })),
    // Loaded by its address: beside the chunk that netns/worker.ts is in.
    { in: 'src/netns/worker-names.ts', out: 'worker-names' },
    ...Object.entries(APART).map(([out, path]) => ({ in: path, out })),
  ],
  outdir: 'dist',
  splitting: true,
  // What is loaded when it is asked for stays outside. buffer-layout does not: it is CommonJS, and what such a module
  // exports Node finds out by reading its text, which takes 50 ms and 8 MB for all of its comments.
  external: ['koffi', 'binary-parser', 'dns-packet', 'undici', 'picocolors'],
  minifyWhitespace: true,
  minifySyntax: true,
})
note(library.metafile)

// CommonJS, as there each of Node's own modules is loaded where it is needed, not all of them at the start. Names are
// not shortened in the one that must start fast where it finds no code of an earlier run: V8 takes a quarter longer for
// short ones, which hide each other. `first`: what `netloom link show` imports; what else is imported when it is asked
// for lies in a second bundle, or V8 would make of it thousands of functions that are never called.
mkdirSync(join(root, 'dist/bin'), { recursive: true })
for (const { command, first, minifyIdentifiers } of [
  { command: 'netloom', first: ['src/cli/ip/link.ts'], minifyIdentifiers: false },
  { command: 'nl-dump', first: ['src/dump/commands/show.ts'], minifyIdentifiers: true },
]) {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: [`src/bin/${command}.ts`],
    outdir: 'dist/bin',
    splitting: true,
    write: false,
    metafile: true,
    // The launcher reads it as latin1.
    charset: 'ascii',
    minifySyntax: true,
    minifyIdentifiers,
    plugins: [apart],
    // koffi finds its prebuilt library beside itself.
    external: ['koffi'],
    define: { 'import.meta.url': '__file' },
  })
  note(metafile)
  const pieces = new Map(outputFiles.map(({ path, text }) => [basename(path), asFunction(text)]))
  const needed = new Set()
  const need = name => {
    if (needed.has(name)) return
    needed.add(name)
    for (const { path, kind, external } of metafile.outputs[`dist/bin/${name}`].imports)
      if (kind === 'import-statement' && !external) need(basename(path))
  }
  need(`${command}.js`)
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs))
    if (first.includes(entryPoint)) need(basename(path))
  const bundles = {
    // In brackets V8 compiles a function at once: it reads it but once.
    bundle: [...pieces].filter(([name]) => needed.has(name)).map(([name, text]) => [name, `(${text})`]),
    more: [...pieces].filter(([name]) => !needed.has(name)),
  }
  const hashes = {}
  for (const [part, functions] of Object.entries(bundles)) {
    if (functions.length === 0) continue
    const entries = functions.map(([name, text]) => `${JSON.stringify(name)}:${text}`)
    const source = `(function(require,__filename,__load,__import){'use strict';
const __file=require('node:url').pathToFileURL(__filename).href
return{${entries.join(',')}}})`
    const { code } = await transform(source, { charset: 'ascii', legalComments: 'none', minifyWhitespace: true })
    writeFileSync(join(root, `dist/bin/${command}.${part}.js`), code)
    hashes[part] = createHash('sha256').update(code).digest('hex').slice(0, 16)
  }
  await build({
    ...common,
    format: 'cjs',
    entryPoints: ['src/bin/launch.ts'],
    outfile: `dist/bin/${command}.js`,
    minifyWhitespace: true,
    minifySyntax: true,
    define: { COMMAND: JSON.stringify(command), HASHES: JSON.stringify(hashes) },
  })
  chmodSync(join(root, `dist/bin/${command}.js`), 0o755)
}
writeFileSync(join(root, 'dist/bin/package.json'), '{ "type": "commonjs" }\n')

const licences = [...inside].toSorted().map(path => {
  const { name, version } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
  return `${name} ${version}\n\n${readFileSync(join(root, path, 'LICENSE'), 'utf8').trim()}\n`
})
writeFileSync(
  join(root, 'dist/LICENSES.txt'),
  `Files of this directory have these packages inside:\n\n${licences.join('\n')}`,
)

/**
 * A chunk of esbuild's as a function that answers what it exports. Chunks import each other in no circle, and nothing
 * that is exported changes: who imports it can hold the value, which is faster than to look for it each time.
 */
function asFunction(chunk) {
  const pairs = (names, to) => `{${names.replace(/ as /g, to)}}`
  const load = path => (path.startsWith('./') ? `__load(${JSON.stringify(basename(path))})` : `require("${path}")`)
  const body = chunk
    .replace(/^import (?:(\w+)|\* as (\w+)|\{([^}]*)\}) from "([^"]+)";$/gm, (_, only, all, names, path) => {
      return `const ${only ?? all ?? pairs(names, ':')}=${load(path)};`
    })
    .replace(/^import "([^"]+)";$/gm, (_, path) => `${load(path)};`)
    .replace(/\bimport\("\.\/([^"]+)"\)/g, '__import("$1")')
    .replace(/^export \{([^}]*)\};$/m, (_, names) => {
      const exported = names.split(',').map(name => name.trim().replace(/^(\S+) as (\S+)$/, '$2:$1'))
      return `return{${exported.join(',')}};`
    })
  const left = /^(?:import|export)\b.*/m.exec(body)
  if (left) throw new Error(`this is not made a function: ${left[0]}`)
  return `function(){${body}}`
}
