// `nl-dump diff`: two captures message by message, by what they mean. Sequence numbers, ports and times are set apart;
// indexes of links, descriptors and pids count as what they stand for: a link by its name, or as the first, the second…
import type { Node } from '../netlink/codec.ts'
import { NLM_F_REQUEST } from '../netlink/message.ts'
import { align } from './align.ts'
import { type Difference, differencesOf, type Entry, entriesOf, plainReading } from './compare.ts'
import type { DissectedMessage } from './dissected.ts'
import { fieldsOf } from './fields.ts'
import { MadeUpAddresses } from './made-up-addresses.ts'
import { referenceOf } from './names.ts'
import { decodedSummary } from './summary.ts'

/** A message of a capture, read for comparison. */
export interface Compared {
  /** Its number in the capture. */
  readonly number: number
  readonly sent: boolean
  readonly typeName: string
  /** What it is about, as the one-line view says it. */
  readonly summary: string
  readonly entries: readonly Entry[]
}

/** Times, and counters of what has happened since: they differ from run to run. */
const TIMES = new Set([
  ...['tstamp', 'cstamp', 'rta_lastuse', 'rta_used', 'ndm_confirmed', 'ndm_used', 'ndm_updated', 'ndtc_last_flush'],
  ...['ndtc_last_rand', 'ndtc_hash_rnd', 'reachable_time', 'IFLA_CARRIER_CHANGES', 'RTA_EXPIRES', 'rta_expires'],
])
const isTime = ({ name }: Node): boolean => TIMES.has(name) || /_TIMER$|_AGE$|_TSTAMP$/.test(name)

/** What more is set apart than sequence numbers, indexes and times. */
export interface Apart {
  /** Fields and attributes that are not looked at, with all that is in them. */
  ignores?(node: Node): boolean
  /** Link-layer addresses that the kernel made up (no request gave them) count as the first, the second… */
  readonly madeUpAddresses?: boolean
}

/** Reads the messages of one capture, in order. */
export class Reader {
  readonly messages: Compared[] = []
  private readonly apart: Apart
  private readonly names = new Map<number, string>()
  private readonly seen = new Map<string, number>()
  private readonly addresses = new MadeUpAddresses()

  constructor(apart: Apart = {}) {
    this.apart = apart
  }

  add(message: DissectedMessage, datagram: Uint8Array, number: number, direction?: 'sent' | 'received'): void {
    this.messages.push(this.read(message, datagram, number, direction))
  }

  /** Reads a message, without keeping it. */
  read(message: DissectedMessage, datagram: Uint8Array, number: number, direction?: 'sent' | 'received'): Compared {
    const { message: definition, flags, typeName } = message
    const fields = fieldsOf(message, datagram)
    const { index, name } = fields
    if (typeName === 'RTM_NEWLINK' && !(flags & NLM_F_REQUEST) && typeof index === 'number' && typeof name === 'string')
      this.names.set(index, name)
    const summary = definition ? decodedSummary(definition, message, fields).slice(1) : ''
    const sent = direction === undefined ? (flags & NLM_F_REQUEST) !== 0 : direction === 'sent'
    const isElsewhere = fields['linkNetnsId'] !== undefined
    const read = (node: Node): string | undefined => this.text(node, sent, isElsewhere)
    const entries = message.verdict ? verdictEntries(message) : entriesOf(message, read, this.apart.ignores)
    return { number, sent, typeName, summary, entries }
  }

  /** `isElsewhere`: the link that this one hangs on is in another namespace, and so is its index. */
  private text(node: Node, sent: boolean, isElsewhere: boolean): string | undefined {
    if (isTime(node)) return undefined
    const reference = referenceOf(node.name)
    if (reference !== undefined && typeof node.value === 'number' && node.value > 0) {
      if (isElsewhere && node.name === 'IFLA_LINK') return this.ordinal('link elsewhere', node.value)
      const name = reference === 'link' ? this.names.get(node.value) : undefined
      return name === undefined ? this.ordinal(reference, node.value) : `link ${name}`
    }
    if (this.apart.madeUpAddresses && typeof node.value === 'string') {
      if (sent) this.addresses.given(node.value)
      else return this.addresses.replaced(node.value, address => this.ordinal('address', address)) ?? plainReading(node)
    }
    return plainReading(node)
  }

  /** The first descriptor that the capture has, the second link… */
  private ordinal(reference: string, value: number | string): string {
    const key = `${reference} ${value}`
    const known =
      this.seen.get(key) ?? [...this.seen.keys()].filter(other => other.startsWith(`${reference} `)).length + 1
    this.seen.set(key, known)
    return `${reference} ${String.fromCodePoint(96 + Math.min(known, 26))}`
  }
}

/** What an ack or error says; what it points at, by name. */
function verdictEntries({ typeName, verdict, echo }: DissectedMessage): Entry[] {
  const { errno, code, said, attribute, missing } = verdict!
  const entry = (path: string, text: string | undefined): Entry[] => (text === undefined ? [] : [{ path, text }])
  return [
    ...entry('type', typeName),
    ...entry('of', echo?.typeName),
    ...entry('result', errno === 0 ? 'ok' : code),
    ...entry('said', said),
    ...entry('at', attribute?.join(' › ')),
    ...entry('missing', missing),
  ]
}

export interface DiffResult {
  /** Messages that mean the same in both. */
  readonly same: number
  readonly changes: readonly Change[]
}
/** A message that differs, or is in one capture only. */
export interface Change {
  readonly a?: Compared
  readonly b?: Compared
  /** Where both are. */
  readonly differences?: readonly Difference[]
}

/** Compares two captures. */
export function diff(a: readonly Compared[], b: readonly Compared[]): DiffResult {
  const keys = [exact, subject, kind].map(key => ({ a: a.map(key), b: b.map(key) }))
  const changes: Change[] = []
  let same = 0
  for (const pair of align(keys)) {
    const left = pair.a === undefined ? undefined : a[pair.a]!
    const right = pair.b === undefined ? undefined : b[pair.b]!
    if (!left || !right) changes.push({ ...(left ? { a: left } : {}), ...(right ? { b: right } : {}) })
    else {
      const differences = differencesOf(left.entries, right.entries)
      if (differences.length === 0) same++
      else changes.push({ a: left, b: right, differences })
    }
  }
  return { same, changes }
}

const kind = ({ sent, typeName }: Compared): string => `${sent ? '>' : '<'} ${typeName}`
/** The same object, by the first words of the summary. */
const subject = (message: Compared): string => `${kind(message)} ${message.summary.split(' ', 1)[0]}`
/** All that it says, in any order. */
export const exact = (message: Compared): string =>
  `${kind(message)} ${message.entries
    .map(({ path, text }) => `${path}=${text}`)
    .toSorted()
    .join('\n')}`
