// `bridge link`: a bridge's ports, shown and set, in iproute2's grammar.
import type { ListRequest } from '../../netlink/request.ts'
import * as linkOps from '../../ops/link.ts'
import { type Link, linkMessage } from '../../route/link.ts'
import { CommandError, USAGE } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { PORT_WORDS } from '../ip/kinds/bridge.ts'
import type { Session } from '../session.ts'
import { expected, type Keywords, parseInteger, readAll, type Words, whole } from '../words.ts'
import { printPorts } from './print-link.ts'

export const HELP = `Usage: % link [ show [ dev DEVICE ] ]
       % link set dev DEVICE [ cost COST ] [ priority PRIO ] [ state STATE ]
		[ { guard | hairpin | fastleave | root_block | learning | flood |
		    mcast_flood | bcast_flood | mcast_to_unicast | neigh_suppress |
		    vlan_tunnel | isolated | locked } { on | off } ]
		[ mcast_router MODE ] [ backup_port DEVICE | nobackup_port ]
`

/** In iproute2's order: `s` is `set`. */
const COMMANDS = ['set', 'show', 'lst', 'list', 'help']

/** Runs `bridge link …`; answers the exit status. */
export function bridgeLinkCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'link', COMMANDS)
  if (command === 'help') throw usage(words, HELP)
  if (command === 'set') set(words, session)
  else show(words, session)
  return 0
}

function show(words: Words, session: Session): void {
  const choice: { dev?: string } = {}
  const table: Keywords<typeof choice> = { dev: whole((w, c) => void (c.dev = w.take('a device'))) }
  readAll(words, table, choice, () => void (choice.dev = words.take()))
  const { dev } = choice
  const index = dev === undefined ? undefined : found(session, dev, `Cannot find device "${dev}"`).index
  const ports = session.run(portList())
  session.print(
    printPorts(
      ports.filter(port => index === undefined || port.index === index),
      session.show,
      session,
    ),
  )
}

function found(session: Session, name: string, message: string): Link {
  const link = session.find(name)
  if (link) return link
  throw new CommandError(USAGE, message, session.absent(name))
}

/** The ports of all bridges, as the bridge family tells them. */
function portList(): ListRequest<Link> {
  const request = linkOps.list()
  return {
    ...request,
    what: 'list the ports of bridges',
    encode: w => linkMessage.encode(w, { header: { family: 'bridge' }, attributes: { extMask: ['vf'] } }),
  }
}

interface PortWords {
  readonly session: Session
  readonly data: Record<string, any>
  readonly creating: false
  readonly help: () => never
  dev?: string
}

/** Spanning tree states by name; a number will do too. */
const STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking']

const WORDS: Keywords<PortWords> = {
  dev: whole((words, state) => void (state.dev = words.take('a device'))),
  ...(PORT_WORDS as Keywords<PortWords>),
  state: whole((words, { data }) => {
    const text = words.take('a state')
    const value = parseInteger(text) ?? STATES.indexOf(text.toLowerCase())
    if (value < 0 || value > 255) throw words.fail('Error: invalid STP port state', expected(text, STATES), USAGE)
    data['state'] = value
  }),
  // Whom the request is for: the bridge is what it goes to anyway.
  master: whole(() => {}),
  self: whole(words => {
    throw words.fail('"self" is not there yet in netloom.', undefined, USAGE)
  }),
}

function set(words: Words, session: Session): void {
  const help = (): never => {
    throw usage(words, HELP)
  }
  const state: PortWords = { session, data: {}, creating: false, help }
  readAll(words, WORDS, state, () => {
    const word = words.take()
    throw words.fail(`Error: "${word}" is unknown.`, expected(word, Object.keys(WORDS)), USAGE)
  })
  const { dev, data } = state
  if (dev === undefined) throw new CommandError(USAGE, 'Device is a required argument.')
  found(session, dev, `Cannot find bridge device "${dev}"`)
  session.run(linkOps.set(dev, { port: { kind: 'bridge', data: data as never } }))
}
