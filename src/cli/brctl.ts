// `brctl`: bridges in the words of bridge-utils, over netlink. Its messages and exit status (1) are brctl's.

import { NetlinkError } from '../netlink/error.ts'
import type { ListRequest, Request } from '../netlink/request.ts'
import { InvalidValueError } from '../netlink/table.ts'
import * as linkOps from '../ops/link.ts'
import type { Link } from '../route/link.ts'
import { type Neighbour, neighbourMessage } from '../route/neighbour.ts'
import { errnoText } from '../sys/errno.ts'
import { brctlShow, brctlShowMacs, brctlShowStp } from './bridge/print-link.ts'
import { CommandError, USER } from './errors.ts'
import type { Session } from './session.ts'
import { expected, type Words } from './words.ts'

interface Command {
  /** How many words it needs at least. */
  readonly least: number
  readonly usage: string
  run(args: readonly string[], session: Session): void
}

const command = (least: number, usage: string, run: Command['run']): Command => ({ least, usage, run })

const COMMANDS: Readonly<Record<string, Command>> = {
  addbr: command(1, '<bridge>\t\tadd bridge', ([name], session) => addBridge(name!, session)),
  delbr: command(1, '<bridge>\t\tdelete bridge', ([name], session) => deleteBridge(name!, session)),
  addif: command(2, '<bridge> <device>\tadd interface to bridge', addPorts),
  delif: command(2, '<bridge> <device>\tdelete interface from bridge', deletePorts),
  hairpin: command(3, '<bridge> <port> {on|off}\tturn hairpin on/off', ([, port, text], session) => {
    const hairpin = onOff(text!)
    setPort(session, port!, 'set hairpin', { hairpin })
  }),
  setageing: command(2, '<bridge> <time>\t\tset ageing time', ([bridge, text], session) =>
    set(session, bridge!, 'set ageing time', { ageingTime: time(text!, 'bad ageing time value') }),
  ),
  setbridgeprio: command(2, '<bridge> <prio>\t\tset bridge priority', ([bridge, text], session) =>
    set(session, bridge!, 'set bridge priority', { priority: whole(text!, 'bad priority') }),
  ),
  setfd: command(2, '<bridge> <time>\t\tset bridge forward delay', ([bridge, text], session) =>
    set(session, bridge!, 'set forward delay', { forwardDelay: time(text!, 'bad forward delay value') }),
  ),
  sethello: command(2, '<bridge> <time>\t\tset hello time', ([bridge, text], session) =>
    set(session, bridge!, 'set hello timer', { helloTime: time(text!, 'bad hello timer value') }),
  ),
  setmaxage: command(2, '<bridge> <time>\t\tset max message age', ([bridge, text], session) =>
    set(session, bridge!, 'set max age', { maxAge: time(text!, 'bad max age value') }),
  ),
  setpathcost: command(3, '<bridge> <port> <cost>\tset path cost', ([, port, text], session) =>
    setPort(session, port!, 'set path cost', { cost: whole(text!, 'bad path cost value') }),
  ),
  setportprio: command(3, '<bridge> <port> <prio>\tset port priority', ([, port, text], session) =>
    setPort(session, port!, 'set port priority', { priority: whole(text!, 'bad path priority value') }),
  ),
  show: command(0, '[ <bridge> ]\t\tshow a list of bridges', showBridges),
  showmacs: command(1, '<bridge>\t\tshow a list of mac addrs', ([name], session) => showAddresses(name!, session)),
  showstp: command(1, '<bridge>\t\tshow bridge stp info', ([name], session) => {
    const bridge = bridgeNamed(session, name!)
    session.print(brctlShowStp(bridge, session.run(linkOps.list({ master: bridge.index, statistics: false }))))
  }),
  stp: command(2, '<bridge> {on|off}\tturn stp on/off', ([bridge, text], session) =>
    set(session, bridge!, 'set stp status', { stpState: Number(onOff(text!)) }),
  ),
}

const line = (name: string): string => `${name.padEnd(10)}\t${COMMANDS[name]!.usage}`

/** `brctl`'s own help. */
export const brctlHelp = (): string =>
  ['Usage: brctl [commands]', 'commands:', ...Object.keys(COMMANDS).map(name => `\t${line(name)}`)].join('\n')

/** Runs `brctl …`; answers the exit status. */
export function brctlCommand(words: Words, session: Session): number {
  if (words.done) {
    session.print(`${brctlHelp()}\n`)
    return USER
  }
  const name = words.take()
  if (name === '--help' || name === '-h' || name === 'help') {
    session.print(`${brctlHelp()}\n`)
    return 0
  }
  if (name === '-V' || name === '--version') {
    session.print('bridge-utils, 1.7 (netloom)\n')
    return 0
  }
  const found = COMMANDS[name]
  if (!found) {
    session.print(`${brctlHelp()}\n`)
    throw words.fail(`never heard of command [${name}]`, expected(name, Object.keys(COMMANDS)))
  }
  const args = words.rest()
  if (args.length < found.least) {
    session.print(`Incorrect number of arguments for command\nUsage: brctl ${name} ${found.usage}\n`)
    return USER
  }
  found.run(args, session)
  return 0
}

// ── values ─────────────────────────────────────────────────────────────────

const bad = (message: string): CommandError => new CommandError(USER, message)

function onOff(text: string): boolean {
  if (/^(on|yes|1)$/.test(text)) return true
  if (/^(off|no|0)$/.test(text)) return false
  throw bad('expect on/off for argument')
}

/** Seconds, `2.5`, as the centiseconds of the kernel. */
function time(text: string, message: string): number {
  if (!/^\d+(\.\d*)?$/.test(text)) throw bad(message)
  return Math.round(Number(text) * 100)
}

function whole(text: string, message: string): number {
  if (!/^\d+$/.test(text)) throw bad(message)
  return Number(text)
}

// ── what the kernel says, in brctl's words ─────────────────────────────────

/** Runs a request; `tell` makes brctl's sentence of the kernel's error. */
function run(session: Session, request: Request<void>, tell: (text: string, code: string) => string): void {
  try {
    session.run(request)
  } catch (error) {
    if (error instanceof InvalidValueError)
      throw new CommandError(USER, tell(errnoText(34), 'ERANGE'), `netloom: ${error.message}`)
    if (!(error instanceof NetlinkError)) throw error
    throw new CommandError(USER, tell(errnoText(error.errno), error.code), `netloom: ${error.message}`)
  }
}

function bridgeNamed(session: Session, name: string): Link {
  const link = session.find(name)
  if (!link) throw bad(`bridge ${name} does not exist!`)
  if (link.kind !== 'bridge') throw bad(`device ${name} is not a bridge!`)
  return link
}

function set(session: Session, name: string, what: string, data: object): void {
  const link = session.find(name)
  if (!link) throw bad(`${what} failed: No such device`)
  if (link.kind !== 'bridge') throw bad(`${what} failed: Operation not supported`)
  run(session, linkOps.set(link.index, { kind: 'bridge', data }), text => `${what} failed: ${text}`)
}

function setPort(session: Session, name: string, what: string, data: object): void {
  const link = session.find(name)
  if (!link) throw bad(`${what} failed: No such device`)
  run(
    session,
    linkOps.set(link.index, { port: { kind: 'bridge', data: data as never } }),
    text => `${what} failed: ${text}`,
  )
}

// ── bridges and ports ──────────────────────────────────────────────────────

function addBridge(name: string, session: Session): void {
  run(session, linkOps.add({ kind: 'bridge', name }), (text, code) =>
    code === 'EEXIST'
      ? `device ${name} already exists; can't create bridge with the same name`
      : `add bridge failed: ${code === 'ERANGE' ? 'Invalid argument' : text}`,
  )
}

/** The kernel would delete one that is up, through netlink; through brctl's ioctl it does not. */
function deleteBridge(name: string, session: Session): void {
  const link = session.find(name)
  if (!link) throw bad(`bridge ${name} doesn't exist; can't delete it`)
  if (link.kind !== 'bridge') throw bad(`can't delete bridge ${name}: Operation not permitted`)
  if (link.up) throw bad(`bridge ${name} is still up; can't delete it`)
  run(session, linkOps.delete(link.index), text => `can't delete bridge ${name}: ${text}`)
}

function addPorts([name, ...ports]: readonly string[], session: Session): void {
  const bridge = session.find(name!)
  if (!bridge) throw bad(`bridge ${name} does not exist!`)
  for (const port of ports) addPort(session, bridge, port)
}

/** The kernel would move a port from one bridge to another, through netlink; through brctl's ioctl it does not. */
function addPort(session: Session, bridge: Link, name: string): void {
  const link = session.find(name)
  const cannot = `can't add ${name} to bridge ${bridge.name}: `
  if (!link) throw bad(`interface ${name} does not exist!`)
  if (bridge.kind !== 'bridge') throw bad(`${cannot}Operation not supported`)
  if (link.kind === 'bridge')
    throw bad(`device ${name} is a bridge device itself; can't add a bridge device to a bridge device.`)
  if (link.master) throw bad(`device ${name} is already a member of a bridge; can't add it to bridge ${bridge.name}.`)
  run(session, linkOps.set(link.index, { master: bridge.index }), text => cannot + text)
}

function deletePorts([name, ...ports]: readonly string[], session: Session): void {
  const bridge = session.find(name!)
  if (!bridge) throw bad(`bridge ${name} does not exist!`)
  for (const port of ports) {
    const link = session.find(port)
    if (!link) throw bad(`interface ${port} does not exist!`)
    if (link.master !== bridge.index) throw bad(`device ${port} is not a port of ${name}`)
    run(session, linkOps.set(link.index, { master: null }), text => `can't delete ${port} from ${name}: ${text}`)
  }
}

function showBridges(wanted: readonly string[], session: Session): void {
  const all = session.run(linkOps.list({ statistics: false }))
  for (const name of wanted) {
    const link = all.find(one => one.name === name)
    if (!link) throw bad(`bridge ${name} does not exist!`)
    if (link.kind !== 'bridge') throw bad(`device ${name} is not a bridge!`)
  }
  session.print(brctlShow(all, wanted.length > 0 ? wanted : undefined))
}

/** The addresses that a bridge knows, its forwarding database. */
function showAddresses(name: string, session: Session): void {
  const bridge = session.find(name)
  if (bridge?.kind !== 'bridge')
    throw bad(`read of forward table failed: ${bridge ? 'Operation not supported' : 'No such device'}`)
  const entries = session.run(forwardingTable(bridge.index))
  session.print(brctlShowMacs(entries, session.run(linkOps.list({ master: bridge.index, statistics: false }))))
}

const { RTM_GETNEIGH, RTM_NEWNEIGH } = neighbourMessage.types

function forwardingTable(master: number): ListRequest<Neighbour> {
  return {
    op: 'fdb.list',
    what: 'list what a bridge forwards',
    mode: 'dump',
    type: RTM_GETNEIGH,
    flags: 0,
    message: neighbourMessage,
    needs: [],
    encode: w => neighbourMessage.encode(w, { header: { family: 'bridge' }, attributes: { master } }),
    decode: (type, v, b, p, end) => (type === RTM_NEWNEIGH ? neighbourMessage.decode(v, b, p, end) : undefined),
    finish: entries => entries,
  }
}
