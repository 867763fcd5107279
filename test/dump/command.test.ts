// The command nl-dump: arguments, exit statuses, errors.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/dump/command.ts'
import { COMMANDS } from '../../src/dump/commands/index.ts'
import { fixtures } from './bytes.ts'

const veth = `${fixtures}link/add-veth.hex`
const request = '2000000010000500000000000000000000000000000000000000000000000000'

async function* piece(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}

async function nlDump(argv: readonly string[], input = ''): Promise<{ status: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const status = await run(argv, {
    version: '1.2.3',
    colors: false,
    open: path => (path === '-' ? piece(input) : createReadStream(path)),
    out: async text => void (out += text),
    err: text => void (err += text),
  })
  return { status, out, err }
}

describe('nl-dump', () => {
  it('shows every message of a file', async () => {
    const { status, out, err } = await nlDump([veth])
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toMatchInlineSnapshot(`
      "#1 → RTM_NEWLINK
      #2 ← ENODEV: No such device  of #1
          usually: iproute2 asks so whether the kernel can make links at all; it goes on
      #3 → RTM_NEWLINK excl|create veth1 kind=veth peer=veth2
      #4 ← ok  of #3
      "
    `)
  })

  it('shows a tree with -v, bytes with --hex', async () => {
    expect((await nlDump(['-v', veth])).out).toContain("    IFLA_IFNAME  'veth1'\n")
    expect((await nlDump(['--hex', veth])).out).toContain('IFLA_IFNAME type 3, length 10 + 2 padding')
  })

  it('prints one JSON object a message', async () => {
    const { out } = await nlDump(['--json', veth, veth])
    expect(
      out
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).type),
    ).toHaveLength(8)
  })

  it('reads standard input', async () => {
    expect((await nlDump(['-'], `> ${request}\n`)).out).toContain('RTM_NEWLINK')
  })

  it.each([
    [['--protocol', 'generic', '-'], 'CTRL_CMD_GETFAMILY'],
    [['--protocol', '16', '-'], 'CTRL_CMD_GETFAMILY'],
    [['-'], 'RTM_NEWLINK'],
    [['--protocol', '4', '-'], 'type 16'],
  ])('%j: %s', async (argv, type) => {
    expect((await nlDump(argv, '1400000010000103020000000000000003020000')).out).toContain(type)
  })

  it('lets --protocol win over what the file says', async () => {
    const input = '# protocol: generic\n1400000010000103020000000000000003020000'
    expect((await nlDump(['-'], input)).out).toContain('CTRL_CMD_GETFAMILY')
    expect((await nlDump(['--protocol', 'route', '-'], input)).out).toContain('RTM_NEWLINK')
  })

  it('goes on behind what is broken, and says so', async () => {
    const { status, out, err } = await nlDump(['-'], `> 40000000\n> ${request}\n> 1g\n`)
    expect(status).toBe(1)
    expect(out).toContain('RTM_NEWLINK')
    expect(err).toContain('standard input: line 1: byte 0 of the datagram: only 4 of the 16 bytes')
    expect(err).toContain("standard input: line 3: column 4: 'g' is no hexadecimal digit")
  })

  it.each([
    [[], 2, "no file is given ('-' is standard input)"],
    [['check'], 2, 'no file is given'],
    [['--nonsense', veth], 2, "Unknown option '--nonsense'"],
    [['--json', '--hex', veth], 2, '--json and --hex exclude each other'],
    [['check', '--hex', veth], 2, "Unknown option '--hex'"],
    [['--color', 'blue', veth], 2, '--color blue: it is always, auto or never'],
    [['--protocol', 'smoke', veth], 2, '--protocol smoke: it is a name (route, usersock'],
    [['/nonexistent'], 1, '/nonexistent: no such file'],
    [[fixtures], 1, 'it is a directory'],
    [['-'], 1, 'standard input: it is empty'],
    [['relpay', veth], 2, "there is no file 'relpay': did you mean the command 'replay'?"],
    [['a.pcap'], 1, 'a.pcap: no such file'],
  ])('%j: status %i, %s', async (argv, status, message) => {
    const result = await nlDump(argv)
    expect(result).toMatchObject({ status, out: '' })
    expect(result.err).toContain(message)
  })

  it('helps, and knows its version', async () => {
    expect(await nlDump(['--help'])).toMatchObject({ status: 0, out: expect.stringContaining('usage: nl-dump') })
    expect(await nlDump(['--version'])).toMatchObject({ status: 0, out: '1.2.3\n' })
  })

  it('has the colours that --color asks for', async () => {
    expect((await nlDump(['--color', 'always', veth])).out).toContain('\u001b[')
    expect((await nlDump(['--color', 'auto', veth])).out).not.toContain('\u001b')
  })
})

describe('every command', () => {
  it.each(Object.entries(COMMANDS))('%s helps, in lines that fit', async (name, { usage, examples }) => {
    const { status, out } = await nlDump([name, '--help'])
    expect(status).toBe(0)
    for (const text of [...usage, ...examples]) expect(out).toContain(text)
    expect(out.split('\n').filter(line => line.length > 120)).toEqual([])
  })
})

describe('nl-dump check', () => {
  it('prints one JSON object', async () => {
    const { status, out } = await nlDump(['check', veth])
    expect(status).toBe(0)
    expect(JSON.parse(out)).toEqual({ messages: 4, identical: 4, bytes: 212, namedBytes: 212, failures: [] })
  })

  it('does not count what has no name', async () => {
    const unknown = '280000001000050000000000000000000000000000000000000000000000000008 00e703 01020304'
    expect(JSON.parse((await nlDump(['check', '-'], unknown)).out)).toMatchObject({ bytes: 40, namedBytes: 32 })
  })

  it('fails on what is broken, with its place', async () => {
    const { status, out } = await nlDump(['check', '-', '/nonexistent'], `> ${request}\n> 40000000\n`)
    expect(status).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      messages: 2,
      identical: 1,
      failures: [
        { file: '-', place: 'line 2', offset: 0, reason: expect.stringContaining('only 4 of the 16 bytes') },
        { file: '/nonexistent', reason: 'no such file' },
      ],
    })
  })
})

describe('the program', () => {
  const program = fileURLToPath(new URL('../../src/bin/nl-dump.ts', import.meta.url))
  const argv = ['--import', 'tsx', program]

  it('ends quietly when its reader goes away', async () => {
    const child = spawn(process.execPath, [...argv, '--hex', ...Array(200).fill(`${fixtures}bridge/mdb-show.hex`)])
    let err = ''
    child.stderr.on('data', data => (err += data))
    child.stdout.once('data', () => child.stdout.destroy())
    const [status] = await once(child, 'close')
    expect({ status, err }).toEqual({ status: 0, err: '' })
  })

  it('prints to a pipe without colours, and exits with its status', async () => {
    const child = execFile(process.execPath, [...argv, '-'])
    let out = ''
    child.stdout!.on('data', data => (out += data))
    child.stdin!.end(`${request}\n1g\n`)
    const [status] = await once(child, 'close')
    expect(status).toBe(1)
    expect(out).toContain('RTM_NEWLINK')
    expect(out).not.toContain('\u001b')
  })
})

it('writes lines in the order of their messages, also around what is broken', async () => {
  const broken = `24${request.slice(2)}01000300`
  const many = Array.from({ length: 12_000 }, (_, i) => (i % 3000 === 2999 ? broken : request)).join('\n')
  const written: string[] = []
  const status = await run(['-'], {
    version: '',
    colors: false,
    open: () => piece(many),
    // A reader that takes its time.
    out: async text => {
      written.push(typeof text === 'string' ? text : Buffer.from(text).toString())
      await new Promise(resolve => setImmediate(resolve))
    },
    err: () => {},
  })
  const numbers = [...written.join('').matchAll(/^#(\d+) /gm)].map(([, number]) => Number(number))
  expect(status).toBe(1)
  expect(numbers).toEqual(Array.from({ length: 12_000 }, (_, i) => i + 1))
})
