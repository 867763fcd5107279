// The words behind `type KIND` of `ip link add` and `ip link set`, read by the kind's table (kinds/), and what the kind
// and the master's kind say of a link under `-d`: IFLA_LINKINFO as iproute2 6.1 prints it.
import type { PeerSettings } from '../../ops/link.ts'
import type { Link, LinkDataInput, LinkKindName, PortDataInput } from '../../route/link.ts'
import { CommandError, USER } from '../errors.ts'
import type { Names, Sheet } from '../sheet.ts'
import { expected, readAll, short, type Words } from '../words.ts'
import { KINDS, PAIRS } from './kinds/index.ts'
import { type Kind, kindHelp, plain, type State } from './kinds/kind.ts'
import { type LinkWords, readSettings } from './link-settings.ts'

/** What the words behind a kind say. */
export interface KindWords {
  readonly kind?: string
  readonly data?: LinkDataInput<LinkKindName>
  readonly port?: { readonly kind: LinkKindName; readonly data?: PortDataInput<LinkKindName> }
  readonly peer?: PeerSettings
}

// ── reading ────────────────────────────────────────────────────────────────

/** Reads the words behind `type KIND`. */
export function readKind(words: Words, link: LinkWords, creating: boolean): KindWords {
  const kind = link.kind!
  if (PAIRS.has(kind)) return readPeer(words, kind, link)
  const master = kind.endsWith('_slave') ? kind.slice(0, -'_slave'.length) : undefined
  const data = words.done ? {} : readOptions(words, kind, link, creating)
  const empty = Object.keys(data).length === 0
  if (master === undefined) return { kind, ...(!empty && { data: data as LinkDataInput<LinkKindName> }) }
  return { port: { kind: master as LinkKindName, ...(!empty && { data: data as PortDataInput<LinkKindName> }) } }
}

function readOptions(words: Words, kind: string, { session, dev }: LinkWords, creating: boolean): object {
  const table = KINDS[kind]
  if (!table?.words || Object.keys(table.words).length === 0) throw noOptions(words, kind, table)
  const help = (): never => {
    throw new CommandError(USER, kindHelp(kind, table.words).trimEnd())
  }
  const state: State = { session, kind, data: {}, creating, dev, help }
  table.start?.(state)
  readAll(words, { ...table.words, help: short<State>((_, { help }) => help()) }, state, () => {
    words.take()
    throw words.fail(`${kind}: unknown command "${words.last}"?`, expected(words.last, Object.keys(table.words!)))
  })
  table.finish?.(state)
  return state.data
}

function noOptions(words: Words, kind: string, table: Kind | undefined): CommandError {
  const word = words.take()
  if (word === 'help') return new CommandError(USER, kindHelp(kind, {}).trimEnd())
  const known = table ? `${kind} takes no options` : `netloom knows no options of ${kind}`
  return words.fail(`Garbage instead of arguments "${word} ...". Try "${words.all[0]} link help".`, known)
}

/** The other end of a pair: `peer name NAME netns NS …`, in the words of a link. */
function readPeer(words: Words, kind: string, { session, help }: LinkWords): KindWords {
  if (words.done) return { kind }
  const first = words.take()
  if (first !== 'peer') throw words.fail(`${kind}: unknown command "${first}"?`, expected(first, ['peer']))
  const other = readSettings(words, { session, options: {}, extra: {}, help })
  const { name, dev, options, index, txQueues, rxQueues } = other
  const foreign = (['kind', 'lower'] as const).find(key => other[key] !== undefined)
  if (foreign !== undefined || Object.keys(other.extra).length > 0)
    throw words.fail(
      `"${foreign ?? Object.keys(other.extra)[0]}" cannot be said of a peer.`,
      'set it when the pair is made',
    )
  const called = name ?? dev
  return { kind, peer: { ...(called !== undefined && { name: called }), index, txQueues, rxQueues, ...options } }
}

/** `ip link help KIND`; undefined: there is no such kind. */
export function helpOfKind(kind: string): string | undefined {
  if (PAIRS.has(kind)) return `Usage: ... ${kind} [ peer [ name ] NAME [ SETTINGS ] ]\n`
  return KINDS[kind] && kindHelp(kind, KINDS[kind].words)
}

// ── printing ───────────────────────────────────────────────────────────────

export function addLinkInfo(sheet: Sheet, { linkInfo }: Link, names: Names): void {
  if (!linkInfo) return
  const { kind, data, slaveKind, slaveData } = linkInfo
  sheet.inside('linkinfo', () => {
    if (kind !== undefined) {
      sheet.add('info_kind', kind, `${sheet.newline}    ${kind} `)
      addPart(sheet, 'info_data', kind, data, names)
    }
    if (slaveKind !== undefined) {
      sheet.add('info_slave_kind', slaveKind, `${sheet.newline}    ${slaveKind}_slave `)
      addPart(sheet, 'info_slave_data', `${slaveKind}_slave`, slaveData, names)
    }
  })
}

function addPart(sheet: Sheet, key: string, kind: string, data: unknown, names: Names): void {
  if (data === undefined || data instanceof Uint8Array) return
  const print = KINDS[kind]?.print
  if (print) sheet.inside(key, () => print(sheet, data, names))
  else if (Object.keys(data as object).length > 0) sheet.note(key, plain(data))
}
