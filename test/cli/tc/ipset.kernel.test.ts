// The match `ipset(SETNAME src,dst)`: the kernel is asked for the number of a set, and for its name where it is shown. The
// bytes are those that tc 6.1 sends for the same sets (seen with strace). This kernel may lack the match itself: on Linux 6.1
// with em_ipset such filters were added and shown by both, alike.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { machine } from '../../../src/cli/host.ts'
import { noSettings } from '../../../src/cli/options.ts'
import { Session } from '../../../src/cli/session.ts'
import { Sheet, showing } from '../../../src/cli/sheet.ts'
import { ematches, printEmatches } from '../../../src/cli/tc/ematch.ts'
import { Words } from '../../../src/cli/words.ts'
import { IPSET_PROTOCOL, NFNL_SUBSYS_IPSET, setMessage } from '../../../src/netfilter/ipset.ts'
import { createNamed, deleteNamed } from '../../../src/netns/named.ts'
import { changeOf } from '../../../src/ops/shapes.ts'

const CREATE = (NFNL_SUBSYS_IPSET << 8) | setMessage().types['IPSET_CMD_CREATE']!

beforeEach(() => {
  createNamed('sets')
  const connection = machine.open('sets', { protocol: 'netfilter' })
  for (const [name, typeName] of [
    ['first', 'hash:ip'],
    ['bulk', 'hash:ip,port'],
  ] as const)
    connection.runSync(
      changeOf(setMessage(), {
        op: 'ipset create',
        what: `make ${name}`,
        type: CREATE,
        body: () => ({
          header: { family: 'ipv4' as const },
          attributes: { protocol: IPSET_PROTOCOL, name, typeName, revision: 1, family: 'ipv4' as const, data: {} },
        }),
      }),
    )
  connection.close()
})
afterEach(() => deleteNamed('sets'))

const session = () => new Session({ ...noSettings(showing()), netns: 'sets' }, machine)
const read = (text: string, sets: Session) => ematches(new Words([text]), sets) as any

test.each([
  ['ipset(first src)', [0, 0, 1, 2]],
  ['ipset(bulk src,dst)', [1, 0, 2, 2]],
  ['ipset(bulk dst,src)', [1, 0, 2, 4]],
])('%s', (text, data) => {
  using sets = session()
  const found = read(text, sets)
  expect([...found.matches[0].data]).toEqual(data)
  const sheet = new Sheet(showing())
  printEmatches(sheet, found, sets)
  expect(sheet.text).toBe(`\n  ${text}\n`)
})

test.each([
  ['ipset(nosuch src)', "there is no set 'nosuch'"],
  ['ipset(bulk foo)', "'foo': src or dst"],
  ['ipset(bulk src dst)', 'SETNAME src,dst'],
  ['ipset(bulk src,src,src,src,src,src,src)', 'a set has 6 sides at most'],
  [`ipset(${'x'.repeat(32)} src)`, 'the name of a set has 31 bytes at most'],
])('%s is refused', (text, hint) => {
  using sets = session()
  expect(() => read(text, sets)).toThrow(expect.objectContaining({ explanation: expect.stringContaining(hint) }))
})

test('a set that is gone is shown by its number', () => {
  using sets = session()
  const sheet = new Sheet(showing())
  printEmatches(sheet, { matches: [{ kind: 'ipset', flags: [], data: Uint8Array.of(9, 0, 1, 2) }] }, sets)
  expect(sheet.text).toBe('\n  ipset(#9 src)\n')
})
