// `ip netconf`: the sysctls of devices that netlink tells of, in iproute2's grammar.
import * as netconfOps from '../../ops/netconf.ts'
import type { Netconf } from '../../route/netconf.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import type { Session } from '../session.ts'
import { finish, linkName, type Names, Sheet, type Show } from '../sheet.ts'
import { expected, type Keywords, readAll, type Words, whole } from '../words.ts'
import { shownDevice } from './link.ts'

export const HELP = `Usage: % netconf [ show ] [ dev DEVICE ]
`

const COMMANDS = ['show', 'lst', 'list', 'help']
const FAMILIES: readonly string[] = ['inet', 'inet6', 'mpls']

/** Runs `ip netconf …`; answers the exit status. */
export function netconfCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'netconf', COMMANDS)
  if (command === 'help') throw usage(words, HELP)
  show(words, session)
  return 0
}

interface NetconfChoice {
  readonly session: Session
  dev?: number
}

const CHOICE: Keywords<NetconfChoice> = {
  dev: whole((words, choice) => void (choice.dev = shownDevice(choice.session, words.take('a device')).index)),
}

function show(words: Words, session: Session): void {
  const choice: NetconfChoice = { session }
  readAll(words, CHOICE, choice, () => {
    const word = words.take()
    throw words.wrong('unknown', expected(word, Object.keys(CHOICE)))
  })
  const { dev } = choice
  const family = FAMILIES.includes(session.show.family) ? (session.show.family as netconfOps.NetconfFamily) : undefined
  const found =
    family && dev !== undefined
      ? [session.run(netconfOps.get({ family, dev }))]
      : session.run(netconfOps.list({ family })).filter(({ index }) => dev === undefined || index === dev)
  const sheets = found.map(netconf => netconfSheet(netconf, session.show, session))
  session.print(finish(sheets, session.show))
}

const SWITCHES = [
  ['mcForwarding', 'mc_forwarding'],
  ['proxyNeigh', 'proxy_neigh'],
  ['ignoreRoutesWithLinkdown', 'ignore_routes_with_linkdown'],
  ['input', 'input'],
] as const

/** What a family knows of one device, with its newline. `deleted`: a monitor heard that it is gone. */
export function netconfSheet(netconf: Netconf, show: Show, names: Names, { deleted = false } = {}): Sheet {
  const sheet = new Sheet(show)
  const { family, index, forwarding, rpFilter } = netconf
  const onOff = (key: string, value: number): void =>
    sheet.add(key, value !== 0, `${key} ${value === 0 ? 'off' : 'on'} `)
  if (deleted) sheet.add('deleted', true, 'Deleted ')
  sheet.add('family', String(family), `${family} `)
  if (index !== undefined) {
    const name = typeof index === 'number' ? linkName(names, index) : index
    sheet.add('interface', name, sheet.paint('link', `${name} `))
  }
  if (forwarding !== undefined) onOff('forwarding', forwarding)
  if (rpFilter !== undefined) {
    const mode = typeof rpFilter === 'number' ? 'unknown mode' : rpFilter
    sheet.add('rp_filter', mode, `rp_filter ${mode} `)
  }
  for (const [key, word] of SWITCHES) if (netconf[key] !== undefined) onOff(word, netconf[key])
  sheet.say('\n')
  return sheet
}
