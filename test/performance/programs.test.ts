// Guards what a program allocates for a call and for an object, and what the command loads before it does anything. Each
// runs in a process of its own. A limit is a little more than what it is now.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transformSync } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const tsx = createRequire(import.meta.url).resolve('tsx')

/** Runs Node, and answers what it wrote to descriptor 3, or to standard output. */
function node(args: readonly string[]): { readonly out: string; readonly beside: string } {
  const { stdout, stderr, status, output } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  if (status !== 0) throw new Error(stderr)
  return { out: stdout, beside: output[3]! }
}

/** Bytes in V8 without its optimising compiler, as Node 20 to 24 count them. */
const ALLOCATED: Readonly<Record<string, number>> = {
  'runSync(link.get(1)), without the link': 1_200,
  'link.get(1)': 500,
  'address.add': 1_700,
  'a link': 900,
  'an address': 400,
  'a route': 650,
}
test('a call and an object allocate little', async () => {
  // Beside node_modules, where its imports are found.
  const scratch = mkdtempSync(join(root, 'node_modules/.allocation-'))
  try {
    const program = join(scratch, 'program.mjs')
    await build({
      entryPoints: [here('allocation-program.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
    })
    const room = ['--min-semi-space-size=128', '--max-semi-space-size=128']
    const found = JSON.parse(node(['--no-opt', ...room, program, join(root, 'fixtures')]).out) as Record<string, number>
    expect(Object.keys(found)).toEqual(Object.keys(ALLOCATED))
    for (const [name, bytes] of Object.entries(found)) {
      expect(bytes, name).toBeGreaterThan(0)
      expect(bytes, name).toBeLessThanOrEqual(ALLOCATED[name]!)
    }
  } finally {
    rmSync(scratch, { recursive: true })
  }
})

test('netloom link show loads little before it asks', () => {
  const { out, beside } = node(['--import', tsx, '--import', here('loaded.mjs'), here('start-program.ts')])
  expect(out).toContain('1: lo: ')
  const sources = join(root, 'src/')
  const files = [...new Set(beside.split('\n'))]
    .filter(url => url.startsWith('file:'))
    .map(url => fileURLToPath(url))
    .filter(path => path.startsWith(sources) && !path.startsWith(join(sources, 'testing')))
  const size = (path: string): number =>
    transformSync(readFileSync(path, 'utf8'), { loader: 'ts', minify: true }).code.length
  const characters = files.reduce((sum, path) => sum + size(path), 0)
  expect(files.length).toBeLessThanOrEqual(128)
  expect(characters).toBeLessThanOrEqual(315_000)
})
