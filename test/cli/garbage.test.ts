// Words that iproute2 passes over in silence, or guesses at: an error points at them, and nothing is sent.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { play, readFixture } from './recorded.ts'

const root = join(import.meta.dirname ?? '', '../../fixtures')
const fixture = readFixture(join(root, 'bridge/fdb-show.hex'))

describe('words that mean nothing', () => {
  it.each<readonly [command: string, complaint: string, hint: string]>([
    ['bridge fdb show foo', 'Error: "foo" is unknown.', 'expected: brport dev br vlan state dynamic help'],
    ['bridge fdb flush dev br0 nopermanet', 'Error: "nopermanet" is unknown.', 'did you mean nopermanent?'],
    ['bridge mdb show dve br0', 'Error: "dve" is unknown.', 'did you mean dev?'],
    ['bridge mdb add dev br0 port v1 grp 239.1.1.1 permanet', 'Error: "permanet" is unknown.', 'mean permanent?'],
    ['bridge vlan show foo', 'Error: "foo" is unknown.', 'expected: dev vid help'],
    ['bridge vlan add dev v1 vid 10 pvdi', 'Error: "pvdi" is unknown.', 'did you mean pvid?'],
    ['bridge vni add dev vx0 vin 5', 'Error: "vin" is unknown.', 'did you mean vni?'],
    ['ip netconf show foo', 'Error: argument "foo" is wrong: unknown', 'expected: dev'],
    ['ip token list foo', 'Error: "foo" is unknown.', 'expected: dev help'],
    ['ip addrlabel add perfix ::/0 label 1', 'Error: "perfix" is unknown.', 'did you mean prefix?'],
    ['ip neigh add 1.2.3.4 dev v1 nud permanet', 'Error: argument "permanet" is wrong: nud state is bad', 'permanent'],
    ['ip ntable change name arp_cache retran 1', 'Error: argument "retran" is wrong: unknown', 'did you mean retrans?'],
    ['ip stats show grp link', 'What is "grp"?', 'expected: dev group subgroup suite'],
  ])('%s', async (command, complaint, hint) => {
    const { err, out, status, changes } = await play(fixture, command)
    expect(err.split('\n')[0]).toBe(complaint)
    expect(err).toContain(hint)
    expect(err).toContain('^^')
    expect(out).toBe('')
    expect(status).not.toBe(0)
    expect(changes).toEqual([])
  })

  it.each([
    ['bridge fdb help', 'Usage: bridge fdb {'],
    ['netloom bridge vlan help', 'Usage: netloom bridge vlan {'],
    ['ip neigh help', 'Usage: ip neigh {'],
  ])('%s says how it is called', async (command, usage) => {
    const { err, status } = await play(fixture, command)
    expect(err).toContain(usage)
    expect(status).toBe(255)
  })

  it('an address that is missing is not taken for zeros', async () => {
    const { err, status } = await play(fixture, 'ip maddr add dev v1')
    expect(err.split('\n')[0]).toBe('Not enough information: an address is required.')
    expect(status).toBe(255)
  })

  it('one letter that begins two words is no guess', async () => {
    const { err } = await play(fixture, 'bridge fdb add 02:00:00:00:00:20 dev v1 master s')
    expect(err.split('\n')[0]).toBe('Error: "s" is ambiguous: it can be static or sticky.')
  })
})
