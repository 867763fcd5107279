// What is said of a wrong word: tc's sentence, the word under a mark, what could stand there. And each kind's help.
import { describe, expect, it, test } from 'vitest'
import type { Host } from '../../../src/cli/host.ts'
import { main } from '../../../src/cli/main.ts'
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
test('what is not there yet is said', async () => {
  const object = await run('filter add ingress bpf object-file x.o')
  expect(object.err).toMatch(/^Object files are not there yet in netloom\.\n/)
  expect(object.err).toContain('a loader of ELF files')
  expect((await run('filter add ingress bpf pinned /x')).err).toMatch(/^Pinned programs are not there yet/)
  expect((await run('class add dev v1 parent 1: classid 1:1 htb rate 25%')).err).toContain(
    "shares of the device's speed are not there yet in netloom",
  )
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
