// iproute2's files of names: routing tables, protocols, scopes, realms, DS fields and groups of links. Each is read when
// it is first asked for, from /etc/iproute2 or, where that has none, from where newer distributions keep it; files in
// its .d directory add to it. Without any file the built-in names are there.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Words } from '../netlink/words.ts'
import { RT_SCOPE, RT_TABLE, RTPROT } from '../route/routing-words.ts'
import { CommandError, USAGE, USER } from './errors.ts'
import type { Show } from './sheet.ts'
import { parseInteger } from './words.ts'

/** The first that has a file wins. */
const DIRECTORIES = ['/etc/iproute2', '/usr/share/iproute2', '/usr/lib/iproute2']

/** What a file has where it says nothing else: asked for with the first name. */
type Builtin = () => Readonly<Record<string, number>>
const NONE: Builtin = () => ({})

export class NamesFile {
  readonly #file: string
  readonly #builtin: Builtin
  readonly #most: number
  #loaded: { readonly byName: Map<string, number>; readonly byNumber: Map<number, string> } | undefined

  constructor(file: string, builtin: Builtin, most: number) {
    this.#file = file
    this.#builtin = builtin
    this.#most = most
  }

  /** The name of a number; undefined: it has none. */
  name(value: number): string | undefined {
    return this.#names.byNumber.get(value)
  }

  /** A name, or a number as C's strtoul reads it (`base` 16: hexadecimal without 0x, too); undefined: neither. */
  value(word: string, base: 0 | 16 = 0): number | undefined {
    const named = this.#names.byName.get(word)
    if (named !== undefined) return named
    const number = base === 16 ? hexadecimal(word) : parseInteger(word)
    return number === undefined || number > this.#most ? undefined : number
  }

  /** All names, for what could stand in a word's place. */
  get words(): string[] {
    return [...this.#names.byName.keys()]
  }

  protected lines(): readonly (readonly [value: number, name: string])[] {
    return filesOf(this.#file).flatMap(path => linesOf(path))
  }

  get #names() {
    this.#loaded ??= this.#load()
    return this.#loaded
  }

  #load() {
    const builtin = Object.entries(this.#builtin())
    const byName = new Map(builtin)
    const byNumber = new Map(builtin.map(([name, value]) => [value, name]))
    for (const [value, name] of this.lines()) {
      if (value > this.#most) continue
      byName.set(name, value)
      byNumber.set(value, name)
    }
    return { byName, byNumber }
  }
}

const hexadecimal = (word: string): number | undefined =>
  /^(0x)?[0-9a-f]+$/i.test(word) ? Number.parseInt(word, 16) : undefined

/** The main file first; of two .d files of one name that in /etc. */
function filesOf(file: string): string[] {
  const main = DIRECTORIES.map(directory => join(directory, file)).find(path => textOf(path) !== undefined)
  const more = new Map<string, string>()
  for (const directory of DIRECTORIES.toReversed())
    for (const name of entriesOf(join(directory, `${file}.d`))) more.set(name, join(directory, `${file}.d`, name))
  return [...(main === undefined ? [] : [main]), ...more.values()]
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory).filter(name => name.endsWith('.conf') && !name.startsWith('.'))
  } catch {
    return []
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const NAME_LINE = /^(0x[\da-f]+|\d+)\s+([^\s#]+)\s*(?:#.*)?$/i
const wholeNumber = (text: string): number => (/^0x/i.test(text) ? Number.parseInt(text, 16) : Number(text))

/** Lines are `NUMBER NAME`, with comments from # on; the name is what the pattern finds last. */
function linesOf(
  path: string,
  pattern = NAME_LINE,
  numberOf = ([, number = '']: RegExpExecArray): number => wholeNumber(number),
): [number, string][] {
  const found: [number, string][] = []
  for (const line of (textOf(path) ?? '').split('\n')) {
    const text = line.trim()
    if (text === '' || text.startsWith('#')) continue
    const match = pattern.exec(text)
    if (!match) throw new CommandError(USER, `Database ${path} is corrupted at ${text}`, 'a line is: NUMBER NAME')
    found.push([numberOf(match), match.at(-1)!])
  }
  return found
}

const BYTE = 255

/** The words of the tables in src/route, but those that iproute2 has no name for without its files. */
const known =
  (set: Words, ...but: readonly string[]): Builtin =>
  () =>
    Object.fromEntries([...set.byWord].filter(([word]) => !but.includes(word)))

export const TABLES = new NamesFile('rt_tables', known(RT_TABLE, 'unspec', 'compat'), 0xffffffff)
export const PROTOCOLS = new NamesFile('rt_protos', known(RTPROT, 'mrouted', 'ovn', 'openr'), BYTE)
export const SCOPES = new NamesFile('rt_scopes', known(RT_SCOPE), BYTE)
export const REALMS = new NamesFile('rt_realms', () => ({ unknown: 0 }), BYTE)
/** The numbers are of the whole byte, and hexadecimal. */
export const DSFIELDS = new NamesFile('rt_dsfield', NONE, BYTE)
export const GROUPS = new NamesFile('group', NONE, 0x7fffffff)

/** /etc/protocols, the other way round: `tcp 6 TCP`. */
class ProtocolsFile extends NamesFile {
  protected override lines(): readonly (readonly [value: number, name: string])[] {
    const lines = (textOf('/etc/protocols') ?? '').split('\n').map(line => line.replace(/#.*/, '').trim().split(/\s+/))
    return lines.flatMap(([name = '', number = '']) => (/^\d+$/.test(number) ? [[Number(number), name] as const] : []))
  }

  /** A number or a name; large numbers are cut to 8 bits by the kernel's attribute, as iproute2 does. */
  override value(word: string): number | undefined {
    const found = super.value(word)
    return found === undefined ? undefined : found & BYTE
  }
}

/** The names of tc's classes: `1:10 voice`, or the number as a whole. Its file is named by `-cf`. */
class ClassNames extends NamesFile {
  readonly #path: string

  constructor(path: string) {
    super('', NONE, 0xffffffff)
    this.#path = path
  }

  /** Whether there is such a file. */
  get exists(): boolean {
    return textOf(this.#path) !== undefined
  }

  protected override lines(): readonly (readonly [value: number, name: string])[] {
    return linesOf(this.#path, CLASS_LINE, ([, major, minor = '0', number = '']) =>
      major === undefined ? wholeNumber(number) : Number.parseInt(major, 16) * 0x10000 + Number.parseInt(minor, 16),
    )
  }
}
const CLASS_LINE = /^(?:([\da-f]+):([\da-f]+)|(0x[\da-f]+|\d+))\s+([^\s#]+)\s*(?:#.*)?$/i
/** Where tc looks when `-cf` names none. */
const CLASS_FILE = '/etc/iproute2/tc_cls'
const classFiles = new Map<string, ClassNames>()

/** The names that `tc -names` shows. Throws CommandError where the file that was named is not there. */
export function classNames({ namesFile }: Pick<Show, 'namesFile'>): NamesFile {
  const path = namesFile ?? CLASS_FILE
  const found = classFiles.get(path) ?? new ClassNames(path)
  classFiles.set(path, found)
  if (namesFile !== undefined && !found.exists)
    throw new CommandError(USAGE, `Can't open class names file: ${path}`, 'its lines are: 1:10 NAME')
  return found
}

/** For where there is no /etc/protocols. */
const COMMON = { icmp: 1, igmp: 2, tcp: 6, udp: 17, ipv6: 41, gre: 47, esp: 50, ah: 51, 'ipv6-icmp': 58, sctp: 132 }
export const IP_PROTOCOLS = new ProtocolsFile('', () => COMMON, 0xffff)
