// Who is measured, and how each is made ready: a row a contender. Run outside of the sandbox, for what is missing comes
// over the network: npm packages into bench/cache, which git ignores, Debian packages only where `--install` is given.
//
// A contender is a process that does the same work over and over. It reads a line for each piece of work,
//   getlink INDEX CALLS unread|read|async      links|addresses|routes read|kept|listed
//   pairs COUNT NETNS     COUNT veth pairs `a0`…, whose other ends `b0`… are in NETNS, up, with an address each, the
//                         near ends in br0
//   fill COUNT LINKS      COUNT addresses over the links `a0`…
//   events COUNT          COUNT route events: it subscribes, says `ready`, waits for a line, and only then takes them
// and answers `NANOSECONDS COUNT PROCESSOR_NANOSECONDS KIB`, or `-` where it does not do that. What is 'read' is looked at,
// value by value; what is 'kept' is kept, all of it at once, and then read; what is 'listed' is kept unread.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../bundle.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CACHE = join(ROOT, 'bench/cache')
const HERE = join(ROOT, 'bench/contenders')

export interface Program {
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly version: string
}

interface Contender {
  readonly name: string
  /** Debian packages that it needs. */
  readonly packages: readonly string[]
  /** Compiles it, or finds it. Throws with a reason. */
  prepare(): Promise<Program>
}

export type Ready = { readonly name: string } & (Program | { readonly missing: string })

const netloom = (binding: string): Program => ({
  argv: [process.execPath, join(CACHE, 'netloom.mjs')],
  env: { NETLOOM_BINDING: binding },
  version: `${JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version}, ${commit()}`,
})

export const CONTENDERS: readonly Contender[] = [
  {
    name: 'C floor',
    packages: ['gcc', 'libc6-dev', 'linux-libc-dev'],
    prepare: async () => ({ argv: [compiled('floor')], version: run('cc', ['--version']) }),
  },
  {
    name: 'libmnl',
    packages: ['gcc', 'libc6-dev', 'libmnl-dev'],
    prepare: async () => ({ argv: [compiled('libmnl', '-lmnl')], version: debian('libmnl-dev') }),
  },
  {
    name: 'Go',
    packages: ['golang-go', 'golang-github-vishvananda-netlink-dev'],
    async prepare() {
      const program = join(CACHE, 'vishvananda')
      run('go', ['build', '-o', program, join(HERE, 'vishvananda.go')], {
        GOPATH: '/usr/share/gocode',
        GO111MODULE: 'off',
        GOCACHE: join(CACHE, 'go'),
      })
      const library = debian('golang-github-vishvananda-netlink-dev')
      return { argv: [program], version: `netlink ${library}, ${run('go', ['version'])}` }
    },
  },
  {
    name: 'pyroute2',
    packages: ['python3-pyroute2'],
    async prepare() {
      run('/usr/bin/python3', ['-c', 'import pyroute2'])
      return {
        argv: ['/usr/bin/python3', join(HERE, 'pyroute.py')],
        version: `${debian('python3-pyroute2')}, ${run('/usr/bin/python3', ['--version'])}`,
      }
    },
  },
  {
    name: 'npm netlink',
    packages: [],
    async prepare() {
      const version = npm('netlink', '0.3.0')
      await bundle('contenders/npm-netlink.ts', join(CACHE, 'npm-netlink.mjs'))
      return { argv: [process.execPath, join(CACHE, 'npm-netlink.mjs')], version }
    },
  },
  {
    name: 'netloom',
    packages: [],
    async prepare() {
      await bundle('contenders/netloom.ts', join(CACHE, 'netloom.mjs'))
      return netloom('koffi')
    },
  },
  {
    name: 'netloom, unix-dgram',
    packages: ['g++', 'make', 'python3'],
    async prepare() {
      const version = npm('unix-dgram', '2.0.7')
      return { ...netloom('unix-dgram'), version: `unix-dgram ${version}` }
    },
  },
  {
    // Not one of them: it runs whole commands (`ip`, `netloom`, `node`) and measures them.
    name: 'commands',
    packages: ['gcc', 'libc6-dev', 'iproute2'],
    async prepare() {
      buildCommands()
      return { argv: [compiled('command')], version: run('ip', ['-V']) }
    },
  },
]

/** Makes all of them ready; what cannot be is named, with the reason. */
export async function setUp(install: boolean): Promise<Ready[]> {
  mkdirSync(CACHE, { recursive: true })
  // A project of its own, that npm does not look for one further up.
  writeFileSync(join(CACHE, 'package.json'), '{ "private": true }\n')
  const ready: Ready[] = []
  for (const { name, packages, prepare } of CONTENDERS) {
    let found = await attempt(prepare)
    if ('missing' in found && install && packages.length > 0) {
      run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { DEBIAN_FRONTEND: 'noninteractive' })
      found = await attempt(prepare)
    }
    const advice = packages.length > 0 ? ` (Debian: ${packages.join(' ')}; --install installs them)` : ''
    ready.push('missing' in found ? { name, missing: found.missing + advice } : { name, ...found })
  }
  return ready
}

async function attempt(prepare: () => Promise<Program>): Promise<Program | { missing: string }> {
  try {
    return await prepare()
  } catch (error) {
    return { missing: (error as Error).message }
  }
}

/** Runs a command to its end and answers its first line. Throws what it said. */
function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const result = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...env } })
  if (result.error) throw new Error(`the command '${command}' cannot be run: ${result.error.message}`)
  if (result.status !== 0)
    throw new Error(`'${command}' failed: ${result.stderr.trim().split('\n').slice(-3).join(' ')}`)
  return result.stdout.split('\n')[0]!
}

function compiled(name: string, ...libraries: string[]): string {
  const program = join(CACHE, name)
  run('cc', ['-O2', '-o', program, join(HERE, `${name}.c`), ...libraries])
  return program
}

const debian = (name: string): string => run('dpkg-query', ['--show', name]).split('\t')[1]!
const commit = (): string => run('git', ['describe', '--always', '--dirty'])

/** Installs an npm package beside the bundles, where they find it, unless it is there. Answers its version. */
function npm(name: string, version: string): string {
  const folder = join(CACHE, 'node_modules', name)
  if (!existsSync(folder)) run('npm', ['install', '--prefix', CACHE, `${name}@${version}`])
  createRequire(join(CACHE, 'any.js'))(name)
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
}

/** Builds dist/ unless it is newer than every source. */
function buildCommands(): void {
  const built = join(ROOT, 'dist/bin/netloom.js')
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  const newest = Math.max(...sources.map(name => statSync(join(ROOT, 'src', name)).mtimeMs))
  if (!existsSync(built) || statSync(built).mtimeMs < newest) run(process.execPath, ['scripts/build.mjs'])
}
