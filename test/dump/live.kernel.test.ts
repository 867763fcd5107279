// nl-dump's live commands: a command run, a process followed, what is multicast; and what --write makes of it.
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datagramsOf } from '../../src/dump/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'live-'))
const source = fileURLToPath(new URL('../../src/bin/nl-dump.ts', import.meta.url))
const program = fileURLToPath(new URL(`../../node_modules/.cache/netloom/nl-dump-${process.pid}.mjs`, import.meta.url))

beforeAll(() =>
  build({
    entryPoints: [source],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    define: { 'import.meta.url': JSON.stringify(`file://${source}`) },
    logLevel: 'error',
  }),
)
afterAll(() => {
  rmSync(directory, { recursive: true })
  rmSync(program, { force: true })
})

interface Ended {
  readonly status: number
  readonly out: string
  readonly err: string
}

function nlDump(argv: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise(resolve => {
    execFile(process.execPath, [program, ...argv], { env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, out, err }),
    )
  })
}

const ip = (...argv: string[]) => spawnSync('ip', argv)
const typesOf = (out: string): string[] =>
  out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line).type)

/** Reads a child's standard output until it matches. */
function until(child: ChildProcess, pattern: RegExp): Promise<string> {
  let out = ''
  return new Promise((resolve, reject) => {
    child.stdout!.on('data', chunk => {
      out += chunk
      if (pattern.test(out)) resolve(out)
    })
    child.on('close', () => reject(new Error(`it ended without ${pattern}:\n${out}`)))
  })
}

/** Does `what` again and again until the program has seen it: it listens at some time after its start. */
async function untilSeen(child: ChildProcess, pattern: RegExp, what: () => void): Promise<string> {
  const timer = setInterval(what, 200)
  try {
    return await until(child, pattern)
  } finally {
    clearInterval(timer)
  }
}

async function interrupted(child: ChildProcess): Promise<number | null> {
  child.kill('SIGINT')
  const [status] = await once(child, 'exit')
  return status
}

const hasTshark = spawnSync('tshark', ['--version']).status === 0
if (!hasTshark)
  console.log('tshark is missing (Debian: apt-get install tshark): whether it opens our files is not tested')

describe('nl-dump run', () => {
  it('shows the conversation of a command, and ends with its status', async () => {
    const made = await nlDump(['run', '--json', '--', 'ip', 'link', 'add', 'v1', 'type', 'veth', 'peer', 'name', 'v2'])
    expect(made.status).toBe(0)
    expect(typesOf(made.out)).toEqual(['RTM_NEWLINK', 'NLMSG_ERROR', 'RTM_NEWLINK', 'NLMSG_ERROR'])
    const refused = await nlDump(['run', 'ip', 'link', 'set', 'v1', 'mtu', '10'])
    expect(refused.status).toBe(2)
    expect(refused.out).toContain("EINVAL: Invalid argument 'mtu less than device minimum'")
    expect(refused.err).toBe('Error: mtu less than device minimum.\n')
  })

  it('keeps what the command prints apart, and gives it no descriptor', async () => {
    const { status, out, err } = await nlDump(['run', '--', 'sh', '-c', 'ls /proc/self/fd; exit 7'])
    expect({ status, out }).toEqual({ status: 7, out: '' })
    const usual = spawnSync('ls', ['/proc/self/fd'], { encoding: 'utf8' }).stdout
    expect(err).toBe(`${usual}nl-dump: sh: it said nothing over netlink\n`)
  })

  it('of a command that a signal ends has the status of a shell', async () => {
    expect((await nlDump(['run', '--', 'sh', '-c', 'kill -9 $$'])).status).toBe(137)
  })

  it('says how to get strace where it is missing', async () => {
    const path = join(directory, 'bin')
    mkdirSync(path)
    symlinkSync('/usr/bin/mkfifo', join(path, 'mkfifo'))
    const { status, err } = await nlDump(['run', 'true'], { PATH: path })
    expect(status).toBe(1)
    expect(err).toMatch(/^nl-dump: true: strace is missing; .*apt-get install strace/)
  })

  it('knows the namespaces behind descriptors', async () => {
    ip('netns', 'add', 'ns1')
    ip('link', 'add', 'v3', 'type', 'veth', 'peer', 'name', 'v4')
    const { out } = await nlDump(['run', 'ip', 'link', 'set', 'v4', 'netns', 'ns1'])
    expect(out).toMatch(/→ RTM_NEWLINK .*ns1/)
    ip('netns', 'delete', 'ns1')
  })

  it.runIf(hasTshark)('writes what tshark opens', async () => {
    const file = join(directory, 'run.pcap')
    await nlDump(['run', '--write', file, '--', 'ip', 'link', 'show', 'lo'])
    const tshark = spawnSync('tshark', ['-r', file, '-T', 'fields', '-e', 'netlink-route.ifla_ifname'], {
      encoding: 'utf8',
    })
    expect(tshark.status).toBe(0)
    expect(tshark.stdout.trim()).toContain('lo')
    expect([...datagramsOf(readFileSync(file))].map(({ direction }) => direction)).toContain('received')
  })
})

describe('nl-dump --write', () => {
  it('is for any source, and not for what is read', async () => {
    const [from, to] = ['fixtures/captures/plain.strace', join(directory, 'copy.pcap')]
    const text = await nlDump(['--json', '--write', to, from])
    const again = await nlDump(['--json', to])
    expect(typesOf(again.out)).toEqual(typesOf(text.out))
    expect(await nlDump(['--write', to, to])).toMatchObject({
      status: 2,
      err: expect.stringContaining('what is to be read'),
    })
    expect(readFileSync(to).length).toBeGreaterThan(24)
  })
})

describe('nl-dump pid', () => {
  it('follows a living process until it is told to stop', async () => {
    const listener = spawn('ip', ['monitor', 'link'], { stdio: 'ignore' })
    const child = spawn(process.execPath, [program, 'pid', String(listener.pid)])
    let i = 0
    const out = await untilSeen(child, /RTM_NEWLINK/, () => ip('link', 'set', 'lo', 'mtu', String(2000 + i++)))
    expect(out).toMatch(/^#1 ← RTM_NEWLINK lo /)
    expect(await interrupted(child)).toBe(0)
    expect(listener.exitCode).toBe(null)
    listener.kill()
  })

  it('of none says so', async () => {
    expect(await nlDump(['pid', '4194000'])).toMatchObject({
      status: 1,
      err: 'nl-dump: process 4194000: there is none\n',
    })
    expect(await nlDump(['pid', 'x'])).toMatchObject({ status: 2 })
  })
})

describe('nl-dump monitor', () => {
  it('shows what is multicast, until it is told to stop', async () => {
    const child = spawn(process.execPath, [program, 'monitor', 'link'])
    let i = 0
    expect(await untilSeen(child, /RTM_NEWLINK/, () => ip('link', 'set', 'lo', 'mtu', String(3000 + i++)))).toMatch(
      /^#1 ← RTM_NEWLINK lo .*mtu=3/,
    )
    expect(await interrupted(child)).toBe(0)
  })

  it('hears the groups that are asked for, and ends after a count', async () => {
    const child = spawn(process.execPath, [program, 'monitor', '--json', '--count', '1', 'nlctrl', 'ipv4-ifaddr'])
    let i = 0
    const act = () => {
      ip('link', 'set', 'lo', 'mtu', String(4000 + i))
      ip('address', 'add', `192.0.2.${++i}/32`, 'dev', 'lo')
    }
    const out = await untilSeen(child, /\n/, act)
    expect(typesOf(out)).toEqual(['RTM_NEWADDR'])
  })

  it('names the namespace that a notification is of', async () => {
    ip('netns', 'add', 'ns2')
    ip('netns', 'set', 'ns2', '77')
    const child = spawn(process.execPath, [program, 'monitor', '--all-netns', 'link'])
    let i = 0
    expect(
      await untilSeen(child, /ns2/, () => ip('-n', 'ns2', 'link', 'set', 'lo', 'mtu', String(5000 + i++))),
    ).toContain('← [ns2] RTM_NEWLINK lo ')
    await interrupted(child)
    ip('netns', 'delete', 'ns2')
  })

  it('of no group says what there is', async () => {
    const { status, err } = await nlDump(['monitor', 'nosuch'])
    expect(status).toBe(1)
    expect(err).toMatch(/^nl-dump: monitor: 'nosuch' is no group: link, .* a generic family\n$/)
    expect((await nlDump(['monitor', 'nlctrl:x'])).err).toContain("has no group 'x': its groups are notify")
  })
})
