// The bench: `npm run bench [-- --quick]`, namespaces: `-- netns [COUNT]`, events: `-- live [COUNT]`, or without a kernel
// `tsx bench/run.ts codec [WORD]`, `tsx bench/run.ts dump [MEGABYTES]`.
// What is measured is bundled first, as a consumer would run it: tsx wraps every function to keep its name, and that
// costs a tenth of a microsecond a call.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, stop } from 'esbuild'

const PARTS: Readonly<Record<string, string>> = {
  codec: 'codec.ts',
  netns: 'netns.ts',
  dump: 'dump.ts',
  live: 'live.ts',
}
const entry = new URL(PARTS[process.argv[2] ?? ''] ?? 'session.ts', import.meta.url)
const bundle = new URL('results/bundle.mjs', import.meta.url)
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
await build({
  entryPoints: [fileURLToPath(entry)],
  outfile: fileURLToPath(bundle),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  // Files are looked for where the sources are.
  define: { 'import.meta.url': JSON.stringify(entry.href) },
  logLevel: 'error',
})
await stop()
const { status } = spawnSync(process.execPath, [fileURLToPath(bundle), ...process.argv.slice(2)], { stdio: 'inherit' })
process.exitCode = status ?? 1
