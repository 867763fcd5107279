// The options before the object: iproute2's, each program's own list in its own order, which decides what an
// abbreviation means. `netloom` has those of `ip`.
import { type CommandError, USAGE } from './errors.ts'
import type { Show } from './sheet.ts'
import { expected, parseInteger, type Words } from './words.ts'

/** What the global options say. */
export interface Settings {
  readonly show: Show
  /** `-n NAME`: the namespace to work in. */
  readonly netns: string | undefined
  /** `-a`: all namespaces (netns delete, netns exec). */
  readonly all: boolean
  /** `-force`: a batch goes on behind what failed. */
  readonly force: boolean
  /** `-b FILE`; `-` is standard input. */
  readonly batch: string | undefined
  /** `-l N`: the most rounds of a flush; 0: as many as it takes. */
  readonly loops: number
  /** `-rc BYTES`: of the socket's receive buffer. */
  readonly receiveBuffer: number | undefined
  /** `-echo`: show what the kernel made of a change. */
  readonly echo: boolean
}

/** Settings before any option. */
export const noSettings = (show: Show): Settings => ({
  show,
  netns: undefined,
  all: false,
  force: false,
  batch: undefined,
  loops: 10,
  receiveBuffer: undefined,
  echo: false,
})

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Changing = Mutable<Omit<Settings, 'show'>> & { readonly show: Mutable<Show> }

/** What an option asks for at once, in place of a command. */
export type Instead = 'version' | 'help'

interface Option {
  /** It must be written in full (iproute2 compares it with strcmp and not with matches). */
  readonly whole?: true
  read(settings: Changing, words: Words): Instead | undefined
}

const set = (change: (settings: Changing, words: Words) => void): Option => ({
  read(settings, words) {
    change(settings, words)
    return undefined
  },
})
const whole = (option: Option): Option => ({ ...option, whole: true })
const family = (name: Show['family']): Option => whole(set(s => void (s.show.family = name)))

const FAMILIES: Readonly<Record<string, Show['family']>> = {
  inet: 'inet',
  inet6: 'inet6',
  mpls: 'mpls',
  bridge: 'bridge',
  link: 'packet',
}
const familyOf = (known: readonly string[]): Option =>
  set((s, words) => {
    const name = words.take('a family')
    if (!known.includes(name)) throw words.wrong('invalid protocol family', expected(name, known))
    s.show.family = FAMILIES[name]!
  })

const statistics = set(s => void s.show.statistics++)
const details = set(s => void (s.show.details = true))
const oneline = set(s => void (s.show.oneline = true))
const timestamp = set(s => void (s.show.timestamp ??= 'long'))
const tshort = set(s => void (s.show.timestamp = 'short'))
const json = set(s => void (s.show.json = true))
const pretty = set(s => void (s.show.pretty = true))
const numeric = set(s => void (s.show.numeric = true))
const iec = set(s => void (s.show.iec = true))
const force = set(s => void (s.force = true))
const batch = set((s, words) => void (s.batch = words.take('a file')))
const netns = set((s, words) => void (s.netns = words.take('the name of a namespace')))
const color = set((s, words) => void (s.show.color = paletteOf(words)))
const names = set(s => void (s.show.names = true))
const help: Option = { read: () => 'help' }
const version: Option = { read: () => 'version' }

type Options = Readonly<Record<string, Option>>

const IP: Options = {
  loops: set((s, words) => void (s.loops = count(words, 'the most rounds of a flush'))),
  family: familyOf(Object.keys(FAMILIES)),
  '4': family('inet'),
  '6': family('inet6'),
  '0': family('packet'),
  M: family('mpls'),
  B: family('bridge'),
  'human-readable': set(s => void (s.show.human = true)),
  iec,
  stats: statistics,
  statistics,
  details,
  resolve: set(s => void (s.show.resolve = true)),
  oneline,
  timestamp,
  tshort,
  Version: version,
  version: whole(version),
  force,
  batch,
  brief: set(s => void (s.show.brief = true)),
  json,
  pretty,
  rcvbuf: set((s, words) => void (s.receiveBuffer = bufferSize(words))),
  color,
  help,
  netns,
  Numeric: numeric,
  all: set(s => void (s.all = true)),
  echo: whole(set(s => void (s.echo = true))),
}

const BRIDGE: Options = {
  help,
  Version: version,
  stats: statistics,
  statistics,
  details,
  oneline,
  timestamp,
  tshort,
  family: familyOf(['inet', 'inet6']),
  '4': family('inet'),
  '6': family('inet6'),
  netns,
  color,
  compressvlans: set(s => void (s.show.compressVlans = true)),
  force,
  json,
  pretty,
  batch,
}

const TC: Options = {
  stats: statistics,
  statistics,
  details,
  raw: set(s => void (s.show.raw = true)),
  pretty,
  graph: set(s => void (s.show.graph = true)),
  Version: version,
  iec,
  help,
  force,
  batch,
  netns,
  Numeric: numeric,
  names,
  nm: names,
  conf: set((s, words) => void (s.show.namesFile = words.take('a file of names'))),
  cf: set((s, words) => void (s.show.namesFile = words.take('a file of names'))),
  color,
  timestamp,
  tshort,
  json,
  oneline,
  brief: set(s => void (s.show.brief = true)),
}

const PROGRAMS: Readonly<Record<string, Options>> = { bridge: BRIDGE, tc: TC }

/** Where each program says that its options are. */
const TRY: Readonly<Record<string, string>> = { bridge: 'bridge help' }
const helpOf = (words: Words): string => TRY[words.all[0]!] ?? `${words.all[0]} -help`

function count(words: Words, what: string): number {
  const value = parseInteger(words.take(what))
  if (value === undefined) throw words.fail(`"${words.last}" is no number`, 'a whole number', USAGE)
  return value
}

function bufferSize(words: Words): number {
  const text = words.take('a size in bytes')
  const size = parseInteger(text)
  if (size === undefined) throw words.fail(`Invalid rcvbuf size '${text}'`, 'a whole number of bytes', USAGE)
  return size
}

/** `-color`, `-color=auto|always|never`, in the colours for this terminal's background. */
function paletteOf(words: Words): Show['color'] {
  const [, when = 'always'] = words.last.split('=')
  if (when === 'never') return undefined
  if (when === 'always' || (when === 'auto' && process.stdout.isTTY === true)) return palette(process.env['COLORFGBG'])
  if (when === 'auto') return undefined
  throw words.fail(`Option "${words.last}" is unknown, try "${helpOf(words)}".`, 'auto, always or never', USAGE)
}

/** COLORFGBG is `FOREGROUND;BACKGROUND` or has a third value between them; 0 to 6 and 8 are dark. */
const palette = (colors = ''): 'light' | 'dark' => (/;[0-68]$/.test(colors) ? 'dark' : 'light')

/** Reads the options before the object. `instead`: one of them asks for something else than a command. */
export function readOptions(
  words: Words,
  program: string,
  before: Settings,
): { settings: Settings; instead: Instead | undefined } {
  const options = PROGRAMS[program] ?? IP
  const settings: Changing = { ...before, show: { ...before.show } }
  while (words.next?.startsWith('-')) {
    const option = words.take()
    if (option === '--') break
    if (option === '-') return { settings, instead: undefined }
    const name = option.replace(/^--?/, '').replace(/=.*$/, '')
    const found =
      Object.keys(options).find(known => known === name) ??
      Object.keys(options).find(known => !options[known]!.whole && known.startsWith(name))
    if (found === undefined || (option.includes('=') && found !== 'color')) throw unknownOption(words, options)
    const instead = options[found]!.read(settings, words)
    if (instead) return { settings, instead }
  }
  return { settings, instead: undefined }
}

const unknownOption = (words: Words, options: Options): CommandError =>
  words.fail(
    `Option "${words.last}" is unknown, try "${helpOf(words)}".`,
    expected(
      words.last,
      Object.keys(options).map(name => `-${name}`),
    ),
    USAGE,
  )
