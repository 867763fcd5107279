// `ip maddress`: the multicast addresses that links listen to, in iproute2's grammar.
import { macBytes } from '../../netlink/text.ts'
import * as multicast from '../../netns/multicast-address.ts'
import { errnoText } from '../../sys/errno.ts'
import { SysError } from '../../sys/libc.ts'
import { CommandError, USAGE, USER } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import type { Session } from '../session.ts'
import { finish, Sheet, type Show } from '../sheet.ts'
import { duplicate, garbage, type Keywords, oneDevice, readAll, short, type Words, whole } from '../words.ts'

export const HELP = `Usage: % maddr [ add | delete ] MULTIADDR dev DEVICE
       % maddr [ show ] [ dev DEVICE ]
`

/** In iproute2's order. */
const COMMANDS = ['add', 'delete', 'list', 'show', 'lst', 'help']

/** Runs `ip maddress …`; answers the exit status. */
export function maddressCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'maddr', COMMANDS)
  if (command === 'help') throw usage(words, HELP)
  if (command === 'add') modify(words, session, multicast.add)
  else if (command === 'delete') modify(words, session, multicast.delete)
  else show(words, session)
  return 0
}

interface MulticastWords {
  readonly help: () => never
  dev?: string
  address?: string
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP)
}

// ── add, delete ────────────────────────────────────────────────────────────

const ETHERNET = 6

const WORDS: Keywords<MulticastWords> = {
  dev: oneDevice(),
  address: short((words, state) => address(words, state)),
  help: short((_, state) => state.help()),
}

function address(words: Words, state: MulticastWords): void {
  const text = words.take('an address, 33:33:00:00:00:01')
  if (state.address !== undefined) throw duplicate(words, 'address')
  const bytes = macBytes(text)
  if (!bytes) throw words.fail(`"${text}" is invalid lladdr.`, 'a link-layer address, like 33:33:00:00:00:01')
  if (bytes.length !== ETHERNET)
    throw words.fail(`Error: Invalid address length ${bytes.length} - must be ${ETHERNET} bytes`, 'six pairs of digits')
  state.address = text
}

function modify(words: Words, session: Session, act: typeof multicast.add): void {
  const state: MulticastWords = { help: help(words) }
  readAll(words, WORDS, state, address)
  if (state.dev === undefined) throw new CommandError(USAGE, 'Not enough information: "dev" is required.')
  if (state.address === undefined) throw new CommandError(USAGE, 'Not enough information: an address is required.')
  try {
    act({ dev: state.dev, address: state.address }, session.settings.netns)
  } catch (error) {
    if (!(error instanceof SysError) || error.syscall !== 'ioctl') throw error
    throw new CommandError(USER, `ioctl: ${errnoText(error.errno)}`, `netloom: ${state.address} on ${state.dev}`)
  }
}

// ── show ───────────────────────────────────────────────────────────────────

const CHOICE: Keywords<MulticastWords> = {
  dev: whole((words, state) => device(words, state)),
  help: short((_, state) => state.help()),
}

function device(words: Words, state: MulticastWords): void {
  const name = words.take('a device')
  if (state.dev !== undefined) throw garbage(words, 'dev', Object.keys(CHOICE))
  state.dev = name
}

function show(words: Words, session: Session): void {
  const state: MulticastWords = { help: help(words) }
  readAll(words, CHOICE, state, device)
  const { family } = session.show
  const wanted = multicast
    .list(session.settings.netns)
    .filter(
      one => (state.dev === undefined || one.name === state.dev) && (family === 'unspec' || one.family === family),
    )
  const sheets = groupsOf(wanted, session.show).map(group => multicastSheet(group, session.show))
  session.print(finish(sheets, session.show))
}

/** By link; with `-o` each address for itself. */
function groupsOf(all: readonly multicast.MulticastAddress[], show: Show): multicast.MulticastAddress[][] {
  const groups: multicast.MulticastAddress[][] = []
  for (const one of all) {
    const last = groups.at(-1)
    if (last && last[0]!.index === one.index && !show.oneline) last.push(one)
    else groups.push([one])
  }
  return groups
}

const WORD = { packet: 'link', inet: 'inet', inet6: 'inet6' } as const
const COLOR = { packet: 'mac', inet: 'inet', inet6: 'inet6' } as const

/** The addresses that one link listens to, all of them of it. */
export function multicastSheet(group: readonly multicast.MulticastAddress[], show: Show): Sheet {
  const sheet = new Sheet(show)
  const { index, name } = group[0]!
  sheet.add('ifindex', index, `${index}:`)
  sheet.add('ifname', name, sheet.paint('link', `\t${name}`) + sheet.newline)
  const parts = group.map(one => addressSheet(one, show))
  sheet.add(
    'maddr',
    parts.map(part => part.json),
    parts.map(part => part.text).join(''),
  )
  return sheet
}

function addressSheet(one: multicast.MulticastAddress, show: Show): Sheet {
  const sheet = new Sheet(show)
  const text = sheet.paint(COLOR[one.family], one.address)
  sheet.say(`\t${WORD[one.family].padEnd(5)} `)
  if (one.family === 'packet') sheet.add('link', one.address, text)
  else {
    sheet.note('family', one.family)
    sheet.add('address', one.address, text)
  }
  if (one.users !== 1) sheet.add('users', one.users, ` users ${one.users}`)
  if (one.static) sheet.add('features', 'static', ' static')
  sheet.say('\n')
  return sheet
}
