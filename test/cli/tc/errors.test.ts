// What is said of a wrong word: tc's sentence, the word under a mark, what could stand there. And each kind's help.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import type { Host } from '../../../src/cli/host.ts'
import { main } from '../../../src/cli/main.ts'
import { classNames } from '../../../src/cli/names.ts'
import { ACTIONS } from '../../../src/cli/tc/actions/index.ts'
import { FILTERS } from '../../../src/cli/tc/filters/index.ts'
import { QDISCS } from '../../../src/cli/tc/qdiscs/index.ts'

/** A machine that nothing may be asked of. */
async function run(command: string, program = 'tc') {
  let err = ''
  const host: Host = {
    open: () => {
      throw new Error('a wrong command line asks the kernel nothing')
    },
    out: () => {},
    err: text => void (err += text),
    netnsNames: () => new Map(),
    accounts: {},
  }
  const status = await main(command.split(' '), program, host)
  return { err, status }
}

test('a word that is none, with the nearest that is', async () => {
  const { err, status } = await run('qdisc add dev v1 root htb defualt 10')
  expect(err.split('\n').slice(0, 4)).toEqual([
    'What is "defualt"?',
    '  tc qdisc add dev v1 root htb defualt 10',
    '                               ^^^^^^^ did you mean default?',
    '  expected: r2q default debug direct_qlen offload',
  ])
  expect(status).toBe(1)
})
test('a value that is none', async () => {
  const { err } = await run('class add dev v1 parent 1: classid 1:1 htb rate 10zbit')
  expect(err).toContain('Illegal "rate"\n')
  expect(err).toContain('^^^^^^ a rate (10mbit, 1gbit, 100kbps) is expected')
})
test('what is not there is said', async () => {
  const object = await run('filter add ingress bpf object-file x.o')
  expect(object.err).toMatch(/^Error: x\.o: cannot be read: No such file or directory \(ENOENT\)\n/)
  expect(object.err).toMatch(/\n {40}\^{3}\n/)
  const absent = await run('filter add ingress bpf obj fixtures/bpf/filter.o sec nosuch')
  expect(absent.err).toMatch(/^object file doesn't contain sec nosuch\n/)
  expect(absent.err).toContain("it has 'pass' in section 'classifier'")
  expect((await run('filter add ingress bpf obj x.o export /run/maps')).err).toMatch(/^Error: maps are not handed on/)
  expect((await run('filter add ingress u32 match u32 0 0 action xt -j MARK')).err).toContain(
    "its targets are iptables' extensions, which iproute2's own tc loads",
  )
  const ematch = await run('filter add ingress basic match ipset(bulk)')
  expect(ematch.err).toMatch(/^Illegal "ematch"\n/)
  expect(ematch.err).toContain('ipset: SETNAME src,dst')
  expect((await run('class add parent 1: classid 1:1 htb rate 25%')).err).toMatch(/^No device specified; specify/)
})
test('a file of names that is broken, or not there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'classes-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'names')
  expect((await run(`-nm -cf ${file} class show dev v1`)).err).toMatch(/^Can't open class names file: /)
  writeFileSync(file, '1:1 top\nfoo bar\n')
  expect(() => classNames({ namesFile: file }).name(0x10001)).toThrow('is corrupted at foo bar')
})

test('as netloom tc, the program is called so', async () => {
  const { err } = await run('tc qdisc foo', 'netloom')
  expect(err).toMatch(/^Command "foo" is unknown, try "netloom tc qdisc help"\./)
})

describe('every kind has its help', () => {
  const kinds = [
    ...Object.keys(QDISCS).map(kind => [`qdisc add dev v1 root ${kind} help`, QDISCS[kind]!.help] as const),
    ...Object.keys(FILTERS).map(kind => [`filter add ingress ${kind} help`, FILTERS[kind]!.help] as const),
    ...Object.keys(ACTIONS).map(kind => [`actions add action ${kind} help`, ACTIONS[kind]!.help] as const),
  ].filter(([command]) => !/root (ingress|clsact) /.test(command))
  it.each(kinds)('%s', async (command, help) => {
    const { err, status } = await run(command)
    expect(err).toBe(help)
    expect(err).toMatch(/^Usage: … /)
    expect(status).toBe(/^actions/.test(command) ? 255 : 1)
  })
})
