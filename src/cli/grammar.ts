// The head of a command line: iproute2's global options, then the object. What follows is the object's own.
import { type CommandError, USAGE, USER } from './errors.ts'
import type { Show } from './sheet.ts'
import { expected, matching, type Words } from './words.ts'

/** What the global options say. */
export interface Settings {
  readonly show: Show
  /** `-n NAME`: the namespace to work in. */
  readonly netns: string | undefined
  /** `-a`: all namespaces (netns delete, netns exec). */
  readonly all: boolean
  /** `-force`: a batch goes on behind what failed. */
  readonly force: boolean
  /** `-b FILE` */
  readonly batch: string | undefined
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Changing = Mutable<Omit<Settings, 'show'>> & { readonly show: Mutable<Show> }

/** What an option asks for at once, in place of a command. */
export type Instead = 'version' | 'help'

interface Option {
  /** Written in full it is more than one letter off from others (iproute2 compares with strcmp). */
  readonly whole?: true
  read(settings: Changing, words: Words): Instead | undefined
}

const set = (change: (settings: Changing, words: Words) => void): Option => ({
  read(settings, words) {
    change(settings, words)
    return undefined
  },
})
const family = (name: Show['family']): Option => ({ ...set(s => void (s.show.family = name)), whole: true })

const FAMILIES: Readonly<Record<string, Show['family']>> = {
  inet: 'inet',
  inet6: 'inet6',
  bridge: 'bridge',
  link: 'packet',
  any: 'unspec',
}

/** In iproute2's order: it decides what `-b` or `-t` means. */
const OPTIONS: Readonly<Record<string, Option>> = {
  loops: set((_, words) => void words.take('a number')),
  family: set((s, words) => {
    const name = words.take('a family')
    const known = FAMILIES[name]
    if (!known) throw words.wrong('invalid protocol family', expected(name, Object.keys(FAMILIES)))
    s.show.family = known
  }),
  '4': family('inet'),
  '6': family('inet6'),
  '0': family('packet'),
  B: family('bridge'),
  'human-readable': set(s => void (s.show.human = true)),
  iec: set(s => {
    s.show.human = true
    s.show.iec = true
  }),
  stats: set(s => void s.show.statistics++),
  statistics: set(s => void s.show.statistics++),
  details: set(s => void (s.show.details = true)),
  resolve: set(() => {}),
  oneline: set(s => void (s.show.oneline = true)),
  timestamp: set(() => {}),
  tshort: set(() => {}),
  Version: { read: () => 'version' },
  version: { whole: true, read: () => 'version' },
  force: set(s => void (s.force = true)),
  batch: set((s, words) => void (s.batch = words.take('a file'))),
  brief: set(s => void (s.show.brief = true)),
  json: set(s => void (s.show.json = true)),
  rcvbuf: set((_, words) => void words.take('a size')),
  color: set((s, words) => void (s.show.color = colored(words))),
  help: { read: () => 'help' },
  netns: set((s, words) => void (s.netns = words.take('the name of a namespace'))),
  Numeric: set(() => {}),
  all: set(s => void (s.all = true)),
  pretty: set(s => void (s.show.pretty = true)),
}

/** `-color`, `-color=auto|always|never` */
function colored(words: Words): boolean {
  const [, when = 'always'] = words.last.split('=')
  if (when === 'always') return true
  if (when === 'never') return false
  if (when === 'auto') return process.stdout.isTTY === true
  throw unknownOption(words)
}

/** Settings before any option. */
export const noSettings = (show: Show): Settings => ({
  show,
  netns: undefined,
  all: false,
  force: false,
  batch: undefined,
})

/** Reads the options before the object. `stop`: one of them asks for something else than a command. */
export function readOptions(words: Words, before: Settings): { settings: Settings; instead: Instead | undefined } {
  const settings: Changing = { ...before, show: { ...before.show } }
  while (words.next?.startsWith('-')) {
    const option = words.take()
    if (option === '--') break
    if (option === '-') return { settings, instead: undefined }
    const name = option.replace(/^--?/, '').replace(/=.*$/, '')
    const found = Object.keys(OPTIONS).find(
      known => known === name || (!OPTIONS[known]!.whole && known.startsWith(name)),
    )
    if (found === undefined) throw unknownOption(words)
    const instead = OPTIONS[found]!.read(settings, words)
    if (instead) return { settings, instead }
  }
  return { settings, instead: undefined }
}

const unknownOption = (words: Words): CommandError =>
  words.fail(
    `Option "${words.last}" is unknown, try "${words.all[0]} -help".`,
    expected(
      words.last,
      Object.keys(OPTIONS).map(name => `-${name}`),
    ),
    USAGE,
  )

/** The objects of `ip`, in the order in which an abbreviation finds them. */
const IP_OBJECTS = [
  'address',
  'addrlabel',
  'maddress',
  'route',
  'rule',
  'neighbor',
  'neighbour',
  'ntable',
  'ntbl',
  'link',
  'l2tp',
  'fou',
  'ila',
  'macsec',
  'tunnel',
  'tunl',
  'tuntap',
  'tap',
  'token',
  'tcpmetrics',
  'tcp_metrics',
  'monitor',
  'xfrm',
  'mroute',
  'mrule',
  'netns',
  'netconf',
  'vrf',
  'sr',
  'nexthop',
  'mptcp',
  'ioam',
  'help',
  'stats',
]

/** Reads the object. `own`: what this program has beyond `ip`'s, in full or abbreviated where `ip` has no such word. */
export function readObject(words: Words, known: readonly string[], own: readonly string[]): string {
  const word = words.take('an object')
  const name = own.includes(word) ? word : matching(word, [...IP_OBJECTS, ...own])
  if (name !== undefined && (known.includes(name) || name === 'help')) return name
  const program = words.all[0]
  if (name !== undefined)
    throw words.fail(`Object "${name}" is not there yet in netloom.`, `there are: ${known.join(', ')}`)
  throw words.fail(`Object "${word}" is unknown, try "${program} help".`, expected(word, known), USER)
}

/** Reads a command of an object: the first, in iproute2's order, that the word begins. */
export function readCommand(words: Words, object: string, commands: readonly string[]): string {
  const word = words.take('a command')
  const name = matching(word, commands)
  if (name !== undefined) return name
  throw unknownCommand(words, object, commands)
}

export const unknownCommand = (words: Words, object: string, commands: readonly string[]): CommandError =>
  words.fail(
    `Command "${words.last}" is unknown, try "${words.all[0]} ${object} help".`,
    expected(words.last, commands),
    USAGE,
  )
