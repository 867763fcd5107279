// NL_DUMP: a program that uses the library is written down without a change to it, whatever becomes of it.
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Conversation } from '../src/dump/conversation.ts'
import { datagramsOf, dissect } from '../src/dump/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'tap-'))
const program = fileURLToPath(new URL(`../node_modules/.cache/netloom/tap-${process.pid}.mjs`, import.meta.url))
beforeAll(() =>
  build({
    entryPoints: [fileURLToPath(new URL('./tap-program.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  }),
)
afterAll(() => {
  rmSync(directory, { recursive: true })
  rmSync(program, { force: true })
  for (let i = 0; i < made; i++) spawnSync('ip', ['link', 'delete', `tap${i}`])
})

interface Ended {
  readonly status: number | string
  readonly out: string
  readonly err: string
}

let made = 0
/** Runs the program with NL_DUMP set, in a bridge of its own. */
function run(target: string, end = ''): Promise<Ended> {
  const argv = [program, `tap${made++}`, end]
  return new Promise(resolve => {
    execFile(process.execPath, argv, { env: { ...process.env, NL_DUMP: target } }, (error, out, err) =>
      resolve({ status: error ? (error.code ?? error.signal ?? '') : 0, out, err }),
    )
  })
}

function types(file: string): string[] {
  const conversation = new Conversation()
  return [...datagramsOf(readFileSync(file))].flatMap(({ bytes, protocol, direction }) =>
    dissect(bytes, { protocol, conversation }).map(m => `${direction === 'sent' ? '>' : '<'} ${m.typeName}`),
  )
}

const WHOLE = ['> RTM_NEWLINK', '< NLMSG_ERROR', '> RTM_GETLINK', '< RTM_NEWLINK', '> RTM_NEWLINK', '< NLMSG_ERROR']
const hasTshark = spawnSync('tshark', ['--version']).status === 0
if (!hasTshark)
  console.log('tshark is missing (Debian: apt-get install tshark): whether it opens our files is not tested')

describe('NL_DUMP', () => {
  it('=FILE.pcap has all that went over the socket, with times', async () => {
    const file = join(directory, 'one.pcap')
    expect(await run(file)).toMatchObject({ status: 0, err: '' })
    expect(types(file)).toEqual(WHOLE)
    const times = [...datagramsOf(readFileSync(file))].map(({ time }) => time!)
    expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)))
    expect(Math.abs(Number(times[0]! / 1_000_000n) - Date.now())).toBeLessThan(60_000)
  })

  it.runIf(hasTshark)('=FILE.pcap is opened by tshark, which reads the same messages', async () => {
    const file = join(directory, 'tshark.pcap')
    await run(file)
    const { stdout, status } = spawnSync('tshark', ['-r', file, '-V'], { encoding: 'utf8' })
    expect(status).toBe(0)
    expect(stdout.match(/Frame \d+:/g)).toHaveLength(WHOLE.length)
    // Of a request that an error gives back, tshark reads only the header, and has no name for its type.
    const headers = [...stdout.matchAll(/Netlink message header \(type: ([^)]*)\)/g)].map(found => found[1]!)
    expect(headers.filter(type => !type.startsWith('0x'))).toEqual([
      'Create network interface',
      'Error',
      'Get network interface info',
      'Create network interface',
      'Create network interface',
      'Error',
    ])
    expect(stdout).not.toMatch(/Malformed|Expert Info/)
  })

  it('=FILE.pcap of several processes at once holds all of them', async () => {
    const file = join(directory, 'many.pcap')
    await Promise.all(Array.from({ length: 4 }, () => run(file)))
    expect(types(file).toSorted()).toEqual(Array(4).fill(WHOLE).flat().toSorted())
    expect(readdirSync(directory).filter(name => name.startsWith('many'))).toEqual(['many.pcap'])
  })

  it.each(['exit', 'abort'])('=FILE.pcap loses nothing at an %s', async end => {
    const file = join(directory, `${end}.pcap`)
    expect((await run(file, end)).status).not.toBe(0)
    expect(types(file)).toEqual(WHOLE.slice(0, 2))
  })

  it('=FILE.hex is what nl-dump reads', async () => {
    const file = join(directory, 'text.hex')
    await run(file)
    expect(types(file)).toEqual(WHOLE)
    expect([...datagramsOf(readFileSync(file))].every(({ time, process }) => time && process)).toBe(true)
  })

  it('=- shows the messages on standard error', async () => {
    const { status, out, err } = await run('-')
    expect({ status, out }).toEqual({ status: 0, out: '' })
    expect(err.match(/^#\d+ [→←] \S+/gm)).toEqual([
      '#1 → RTM_NEWLINK',
      '#2 ← ok',
      '#3 → RTM_GETLINK',
      '#4 ← RTM_NEWLINK',
      '#5 → RTM_NEWLINK',
      '#6 ← EEXIST:',
    ])
  })

  it('=- of a program that exits before the views are loaded gives the bytes', async () => {
    const { status, err } = await run('-', 'exit')
    expect(status).toBe(3)
    expect(err).toMatch(/RTM_NEWLINK|^# protocol: route .*\n> [0-9a-f]+$/m)
  })

  it('never disturbs: a file that cannot be written is told, and that is all', async () => {
    expect(await run('/nonexistent/x.pcap')).toMatchObject({
      status: 0,
      err: expect.stringMatching(/^NL_DUMP=\/nonexistent\/x\.pcap: ENOENT.*nothing is recorded\n$/),
    })
    const other = join(directory, 'other.pcap')
    writeFileSync(other, 'something else')
    expect((await run(other)).err).toMatch(/no capture that can be continued/)
    expect(readFileSync(other, 'utf8')).toBe('something else')
  })

  it('unset writes nothing', async () => {
    expect(await run('')).toMatchObject({ status: 0, out: '', err: '' })
    expect(existsSync('')).toBe(false)
  })
})
