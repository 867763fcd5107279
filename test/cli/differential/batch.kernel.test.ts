// Batches: where they stop, what they say of it, and what is done by then.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll } from 'vitest'
import { twins } from './twins.ts'

const DIRECTORY = '/run/batches'

const BATCHES: Readonly<Record<string, string>> = {
  links:
    'link add d0 address 02:00:00:00:00:01 type ifb # the first\n\nlink set d0 \\\n  alias "two words" \\\n mtu 1400',
  stops: 'link set d0 mtu 1300\n# nothing\nlink add d0 type ifb\nlink set d0 mtu 1200\n',
  addresses: Array.from({ length: 300 }, (_, i) => `addr add 10.0.${i >> 7}.${i & 127}/24 dev d0 noprefixroute`).join(
    '\n',
  ),
  goes_on:
    'addr add 10.1.0.1/24 dev d0\naddr add 10.1.0.1/24 dev d0\naddr add 10.1.0.2/24 dev d0\nlink set d9 up\naddr del 10.1.0.9/24 dev d0\naddr add 10.1.0.3/24 dev d0\n',
  renames:
    'link set d0 name d1\naddr add 10.2.0.1/24 dev d1\nlink set d1 name d0\naddr add 10.2.0.2/24 dev d0\naddr add 10.2.0.3/24 dev d1\n',
  shows:
    'addr add 10.3.0.1/24 dev d0\naddr show dev d0 to 10.3.0.0/24\naddr del 10.3.0.1/24 dev d0\naddr show dev d0 to 10.3.0.0/24\n',
  ports: 'link set d0 type bridge_slave cost 3\nlink\n',
  unread: 'link set d0 mtu 1111\nlink set d0 foo\nlink set d0 mtu 1112\n',
  options: '-4 addr\n',
  quote: 'link set d0 alias "x\n',
  empty: '\n# nothing\n   \n',
}

beforeAll(() => {
  mkdirSync(DIRECTORY, { recursive: true })
  for (const [name, text] of Object.entries(BATCHES)) writeFileSync(`${DIRECTORY}/${name}`, text)
})
afterAll(() => rmSync(DIRECTORY, { recursive: true }))

twins(
  'batches',
  `
ip -batch ${DIRECTORY}/links
ip -b ${DIRECTORY}/stops
ip -b ${DIRECTORY}/addresses
ip -d link show d0
ip -force -b ${DIRECTORY}/addresses
ip -b ${DIRECTORY}/goes_on
ip addr show d0 to 10.1.0.0/24
ip addr flush to 10.1.0.0/24
ip -force -b ${DIRECTORY}/goes_on
ip addr show d0 to 10.1.0.0/24
ip -force -b ${DIRECTORY}/renames
ip -j -force -b ${DIRECTORY}/shows
ip -b ${DIRECTORY}/unread
ip -d link show d0
ip -force -b ${DIRECTORY}/unread ## status: iproute2 ends at a line that it cannot read, also with -force
ip -b ${DIRECTORY}/options
ip -b ${DIRECTORY}/quote
ip -b ${DIRECTORY}/empty
ip -b /nosuch
bridge -b /nosuch
tc -b /nosuch
bridge -b ${DIRECTORY}/ports ## complaint: the word that is wrong is told, rather than the usage
tc -b ${DIRECTORY}/ports
ip -b ## complaint: what is missing is told, rather than the usage
ip -echo -V ## out: which program it really is
`,
)
