// `bridge link`: a bridge's ports, shown and set, in iproute2's grammar.
import * as bridgePort from '../../ops/bridge-port.ts'
import { CommandError, USAGE } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import type { Session } from '../session.ts'
import { expected, integer, type Keywords, parseInteger, readAll, type Words, whole } from '../words.ts'
import { printPorts } from './print-link.ts'
import { device, dumped, unknownWord } from './words.ts'

export const HELP = `Usage: % link [ show [ dev DEVICE ] ]
       % link set dev DEVICE [ cost COST ] [ priority PRIO ] [ state STATE ]
		[ { guard | hairpin | fastleave | root_block | learning | learning_sync | flood |
		    mcast_flood | bcast_flood | mcast_to_unicast | neigh_suppress |
		    vlan_tunnel | isolated | locked } { on | off } ]
		[ mcast_router MODE ] [ backup_port DEVICE | nobackup_port ]
		[ hwmode { vepa | veb } ] [ self ] [ master ]
`

/** In iproute2's order: `s` is `set`. */
const COMMANDS = ['set', 'show', 'lst', 'list', 'help']

/** Runs `bridge link …`; answers the exit status. */
export function bridgeLinkCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'link', COMMANDS)
  if (command === 'help') throw usage(words, HELP, 'bridge')
  if (command === 'set') set(words, session)
  else show(words, session)
  return 0
}

function show(words: Words, session: Session): void {
  const choice: { dev?: string } = {}
  const table: Keywords<typeof choice> = { dev: whole((w, c) => void (c.dev = w.take('a device'))) }
  readAll(words, table, choice, () => void (choice.dev = words.take()))
  const { dev } = choice
  const index = dev === undefined ? undefined : device(session, dev).index
  const ports = dumped(session, bridgePort.list())
  session.print(
    printPorts(
      ports.filter(port => index === undefined || port.index === index),
      session.show,
      session,
    ),
  )
}

interface PortWords {
  readonly session: Session
  readonly help: () => never
  readonly data: Record<string, unknown>
  dev?: string
  mode?: 'veb' | 'vepa'
  for: readonly ('self' | 'master')[]
}

/** Spanning tree states by name; a number will do too. */
const STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking']

/** What is on or off. */
const SWITCHES: Readonly<Record<string, string>> = {
  guard: 'guard',
  hairpin: 'hairpin',
  fastleave: 'fastLeave',
  root_block: 'rootBlock',
  learning: 'learning',
  learning_sync: 'learningSync',
  flood: 'flood',
  mcast_flood: 'mcastFlood',
  bcast_flood: 'bcastFlood',
  mcast_to_unicast: 'mcastToUnicast',
  neigh_suppress: 'neighSuppress',
  neigh_vlan_suppress: 'neighVlanSuppress',
  vlan_tunnel: 'vlanTunnel',
  isolated: 'isolated',
  locked: 'locked',
  mab: 'mab',
}
/** Numbers, and the most. */
const NUMBERS: Readonly<Record<string, readonly [key: string, most: number]>> = {
  mcast_router: ['mcastRouter', 0xff],
  cost: ['cost', 0xffffffff],
  priority: ['priority', 0xffff],
  mcast_max_groups: ['mcastMaxGroups', 0xffffffff],
  backup_nhid: ['backupNexthop', 0xffffffff],
}

/** What `bridge` answers to what is neither on nor off. */
const NEITHER = 234

function readSwitch(words: Words, name: string): boolean {
  const word = words.take('on or off')
  if (word === 'on' || word === 'off') return word === 'on'
  throw words.fail(`Error: argument of "${name}" must be one of "off", "on", not "${word}"`, 'on or off', NEITHER)
}

const ofData = <T>(
  table: Readonly<Record<string, T>>,
  read: (words: Words, name: string, row: T, data: PortWords['data']) => void,
) =>
  Object.fromEntries(
    Object.entries(table).map(([name, row]) => [
      name,
      whole<PortWords>((words, { data }) => read(words, name, row, data)),
    ]),
  ) as Keywords<PortWords>

const WORDS: Keywords<PortWords> = {
  dev: whole((words, state) => void (state.dev = words.take('a device'))),
  ...ofData(SWITCHES, (words, name, key, data) => void (data[key] = readSwitch(words, name))),
  ...ofData(NUMBERS, (words, name, [key, most], data) => void (data[key] = integer(words, `invalid ${name}`, most))),
  state: whole((words, { data }) => {
    const text = words.take('a state')
    const value = parseInteger(text) ?? STATES.indexOf(text.toLowerCase())
    if (value < 0 || value > 255) throw words.fail('Error: invalid STP port state', expected(text, STATES), USAGE)
    data['state'] = value
  }),
  // It is of the device itself.
  hwmode: whole((words, state) => {
    const mode = words.take('vepa or veb')
    if (mode !== 'veb' && mode !== 'vepa')
      throw words.fail('Mode argument must be "vepa" or "veb".', 'one of the two', USAGE)
    state.mode = mode
    state.for = ['self']
  }),
  self: whole((_, state) => void (state.for = [...new Set([...state.for, 'self' as const])])),
  master: whole((_, state) => void (state.for = [...new Set([...state.for, 'master' as const])])),
  backup_port: whole((words, { session, data }) => {
    const name = words.take('a port')
    const found = session.find(name)
    if (!found) throw words.fail(`Error: device ${name} does not exist`, session.absent(name), USAGE)
    data['backupPort'] = found.index
  }),
  nobackup_port: whole((_, { data }) => void (data['backupPort'] = 0)),
  help: whole((_, state) => state.help()),
}

function set(words: Words, session: Session): void {
  const help = (): never => {
    throw usage(words, HELP, 'bridge')
  }
  const state: PortWords = { session, help, data: {}, for: [] }
  readAll(words, WORDS, state, () => {
    throw unknownWord(words, Object.keys(WORDS))
  })
  const { dev, data, mode } = state
  if (dev === undefined) throw new CommandError(USAGE, 'Device is a required argument.')
  device(session, dev, 'bridge device')
  session.apply(bridgePort.set({ dev, data: data as object, mode, for: state.for }))
}
