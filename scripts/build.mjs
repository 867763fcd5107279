// Builds dist/: the library by tsc, module by module with its types; the two commands by esbuild, one file each, because
// eighty modules would cost a command 25 ms of start-up.
import { spawnSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
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

await build({
  absWorkingDir: root,
  entryPoints: ['src/bin/netloom.ts', 'src/bin/nl-dump.ts'],
  outdir: 'dist/bin',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minify: true,
  keepNames: true,
  // koffi finds its prebuilt library beside itself; createRequire lets bundled CommonJS find Node's own modules.
  external: ['koffi'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  legalComments: 'none',
})
for (const name of ['netloom', 'nl-dump']) chmodSync(join(root, `dist/bin/${name}.js`), 0o755)
