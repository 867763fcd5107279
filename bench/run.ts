// The bench: `npm run bench [-- --quick] [--install] [WORD…]` (only works whose name has a WORD). Where the time goes:
// `-- profile WORD…`; namespaces: `-- netns [COUNT]`, events: `-- live [COUNT]`, and without a kernel `-- codec [WORD]`,
// `-- dump [MEGABYTES]`.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.ts'
import { ROOT, setUp } from './contenders/index.ts'

/** What else can be measured, and whether it needs namespaces of its own, and the contenders; or is bundled as a command is. */
interface Part {
  readonly sandbox: boolean
  readonly contenders?: true
  readonly command?: true
}
const PARTS: Readonly<Record<string, Part>> = {
  codec: { sandbox: false },
  netns: { sandbox: true },
  dump: { sandbox: false, command: true },
  live: { sandbox: true },
  profile: { sandbox: true, contenders: true },
}

const words = process.argv.slice(2)
const [part = ''] = words
process.exitCode = Object.hasOwn(PARTS, part) ? await runPart(part) : await runSession()

async function runPart(name: string): Promise<number> {
  const { command = false } = PARTS[name]!
  const outfile = join(ROOT, 'bench/cache', `${name}.${command ? 'cjs' : 'mjs'}`)
  // It looks for files where its source is.
  await bundle(`${name}.ts`, outfile, { 'import.meta.url': JSON.stringify(import.meta.url) }, command)
  if (PARTS[name]!.contenders) await setUp(false)
  return PARTS[name]!.sandbox ? inSandbox(outfile, words) : node([outfile, ...words])
}

async function runSession(): Promise<number> {
  const ready = await setUp(words.includes('--install'))
  writeFileSync(join(ROOT, 'bench/cache/ready.json'), JSON.stringify(ready, null, 2))
  const session = join(ROOT, 'bench/cache/session.mjs')
  await bundle('session.ts', session)
  return inSandbox(session, [ROOT, ...words])
}

function inSandbox(file: string, args: readonly string[]): number {
  return node([join(ROOT, 'scripts/in-sandbox.mjs'), process.execPath, file, ...args])
}

function node(args: readonly string[]): number {
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1
}
