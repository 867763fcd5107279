// `--filter`: which messages are meant, in a small language.
//
//   type=RTM_NEWLINK && ifname=veth*       both; `*` and `?` stand for any text and any character
//   mtu<1280 || !(kind=veth)               numbers compare with < <= > >=; `||` either, `!` not, parentheses
//   IFLA_LINKINFO.IFLA_INFO_KIND~^v        a path of names; `~` a regular expression, `!~` none
//   error                                  a name alone: it is there
//
// A name is an attribute's or field's key as the library has it (`linkInfo`), or the kernel's (`IFLA_LINKINFO`), with or
// without its prefix, in any case; at any depth. Of the message itself: type, protocol, direction, seq, port, length,
// nlflags, error, said. Where there are several of a name, one that fits is enough; `a!=b` is `!(a=b)`.
// An error counts with the request that it gives back. Values with spaces or signs stand in quotes.
import type { Node } from '../netlink/codec.ts'
import { hexText } from '../netlink/text.ts'
import type { DissectedMessage } from './dissected.ts'
import type { Origin } from './json.ts'
import { protocolName } from './protocols.ts'

/** Whether a message is meant. */
export type Filter = (message: DissectedMessage, origin?: Origin) => boolean

/** A filter that cannot be read: where, and why. */
export class FilterError extends Error {
  override readonly name = 'FilterError'
  readonly code = 'ERR_FILTER'
  /** Characters before the place. */
  readonly at: number

  constructor(source: string, at: number, reason: string) {
    super(`column ${at + 1}: ${reason}\n  ${source}\n  ${' '.repeat(at)}^`)
    this.at = at
  }
}

/**
 * Reads a filter. Throws FilterError.
 *
 * @example
 * ```ts
 * import { parseFilter } from 'netloom/dump'
 *
 * parseFilter('type=RTM_NEWLINK && mtu<1280')
 * ```
 */
export function parseFilter(source: string): Filter {
  const parser = new Parser(source)
  const filter = parser.either()
  parser.end()
  return filter
}

const OPERATORS = ['!=', '!~', '<=', '>=', '==', '=', '~', '<', '>'] as const
type Operator = (typeof OPERATORS)[number]
/** A name, and the names below it. */
const NAME = /[A-Za-z_][\w-]*(\.[\w-]+)*/y
/** What ends a value that is not in quotes. */
const VALUE = /[^\s()&|'"!<>=~][^\s()&|]*/y
const DEEPEST = 200

class Parser {
  private readonly source: string
  private at = 0
  private depth = 0

  constructor(source: string) {
    this.source = source
  }

  either(): Filter {
    const parts = [this.both()]
    while (this.take('||')) parts.push(this.both())
    return parts.length === 1 ? parts[0]! : (message, origin) => parts.some(part => part(message, origin))
  }

  end(): void {
    this.space()
    if (this.at < this.source.length) throw this.error("'&&' or '||' is missing here")
  }

  private both(): Filter {
    const parts = [this.one()]
    while (this.take('&&')) parts.push(this.one())
    return parts.length === 1 ? parts[0]! : (message, origin) => parts.every(part => part(message, origin))
  }

  private one(): Filter {
    if (++this.depth > DEEPEST) throw this.error(`it is nested deeper than ${DEEPEST}`)
    try {
      if (this.take('!')) {
        const inner = this.one()
        return (message, origin) => !inner(message, origin)
      }
      if (!this.take('(')) return this.test()
      const inner = this.either()
      if (!this.take(')')) throw this.error("')' is missing")
      return inner
    } finally {
      this.depth--
    }
  }

  private test(): Filter {
    const start = this.at
    const name = this.match(NAME)
    if (name === undefined) throw this.error('a name is missing, like ifname or IFLA_MTU')
    const path = name.split('.')
    const operator = OPERATORS.find(candidate => this.take(candidate))
    if (operator === undefined) return (message, origin) => valuesAt(message, origin, path).length > 0
    const holds = this.comparison(operator, start)
    const isNegative = operator.startsWith('!')
    return (message, origin) => valuesAt(message, origin, path).some(holds) !== isNegative
  }

  private comparison(operator: Operator, start: number): (value: Shown) => boolean {
    this.space()
    const at = this.at
    const text = this.quoted() ?? this.match(VALUE)
    if (text === undefined) throw this.error('a value is missing')
    if (operator === '~' || operator === '!~') return regular(text, reason => this.errorAt(at, reason))
    if (operator === '=' || operator === '==' || operator === '!=') return equals(text)
    const number = numberOf(text)
    if (number === undefined) throw this.errorAt(at, `'${this.source.slice(start, at)}' wants a number`)
    return ({ number: value }) => value !== undefined && COMPARE[operator](value, number)
  }

  private quoted(): string | undefined {
    this.space()
    const quote = this.source[this.at]
    if (quote !== "'" && quote !== '"') return undefined
    const end = this.source.indexOf(quote, this.at + 1)
    if (end < 0) throw this.error('the quote has no end')
    const text = this.source.slice(this.at + 1, end)
    this.at = end + 1
    return text
  }

  private space(): void {
    while (/\s/.test(this.source[this.at] ?? '')) this.at++
  }

  private take(sign: string): boolean {
    this.space()
    if (!this.source.startsWith(sign, this.at)) return false
    this.at += sign.length
    return true
  }

  private match(pattern: RegExp): string | undefined {
    this.space()
    pattern.lastIndex = this.at
    const found = pattern.exec(this.source)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  private error(reason: string): FilterError {
    return this.errorAt(this.at, reason)
  }
  private errorAt(at: number, reason: string): FilterError {
    return new FilterError(this.source, at, reason)
  }
}

// ── values ─────────────────────────────────────────────────────────────────

/** A value as it can be compared: its texts, and its number where it has one. */
interface Shown {
  readonly texts: readonly string[]
  readonly number?: number | bigint
}

function shownOf(value: unknown): Shown {
  if (typeof value === 'number' || typeof value === 'bigint') return { texts: [String(value)], number: value }
  if (typeof value === 'string') return { texts: [value] }
  if (typeof value === 'boolean') return { texts: [String(value)], number: Number(value) }
  if (value instanceof Uint8Array) return { texts: [hexText(value)] }
  if (Array.isArray(value)) return { texts: [value.join('|'), value.join(','), ...value.map(String)] }
  return { texts: [] }
}

const COMPARE = {
  '<': (a: number | bigint, b: number | bigint) => a < b,
  '<=': (a: number | bigint, b: number | bigint) => a <= b,
  '>': (a: number | bigint, b: number | bigint) => a > b,
  '>=': (a: number | bigint, b: number | bigint) => a >= b,
}

const numberOf = (text: string): bigint | undefined => (/^-?\d+$|^0x[\da-f]+$/i.test(text) ? BigInt(text) : undefined)

/** Text with `*` and `?`, in any case; numbers by value, however they are written. */
function equals(text: string): (value: Shown) => boolean {
  const number = numberOf(text)
  const pattern = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]')
  const glob = new RegExp(`^${pattern}$`, 'i')
  return value =>
    // biome-ignore lint/suspicious/noDoubleEquals: numbers and bigints of the same value are the same
    (number !== undefined && value.number !== undefined && value.number == number) ||
    value.texts.some(candidate => glob.test(candidate))
}

function regular(text: string, error: (reason: string) => FilterError): (value: Shown) => boolean {
  try {
    const pattern = new RegExp(text, 'u')
    return value => value.texts.some(candidate => pattern.test(candidate))
  } catch (reason) {
    throw error(`'${text}' is no regular expression (${(reason as Error).message})`)
  }
}

// ── names ──────────────────────────────────────────────────────────────────

const OWN: Readonly<Record<string, (message: DissectedMessage, origin: Origin | undefined) => Shown | undefined>> = {
  type: ({ typeName, type }) => ({ texts: [typeName, typeName.replace(/^RTM_/, ''), String(type)] }),
  family: ({ family }) => (family === undefined ? undefined : { texts: [family] }),
  protocol: ({ protocol }) => ({ texts: [protocolName(protocol)], number: protocol }),
  direction: (_message, origin) => (origin?.direction === undefined ? undefined : { texts: [origin.direction] }),
  seq: ({ sequence }) => shownOf(sequence),
  port: ({ portId }) => shownOf(portId),
  length: ({ length }) => shownOf(length),
  nlflags: ({ flagWords }) => (flagWords.length === 0 ? undefined : shownOf(flagWords)),
  error: ({ verdict }) =>
    verdict && verdict.errno !== 0 ? { texts: [verdict.code], number: verdict.errno } : undefined,
  said: ({ verdict }) => (verdict?.said === undefined ? undefined : { texts: [verdict.said] }),
}

function valuesAt(message: DissectedMessage, origin: Origin | undefined, path: readonly string[]): Shown[] {
  const name = path[0]!.toLowerCase()
  const own = path.length === 1 && Object.hasOwn(OWN, name) ? OWN[name]!(message, origin) : undefined
  const found: Shown[] = own ? [own] : []
  for (const part of message.echo ? [message, message.echo] : [message]) {
    collect(part.fields, path, found)
    collect(part.attributes, path, found)
  }
  return found
}

/** Nodes at `path`, which may begin at any depth. */
function collect(nodes: readonly Node[], path: readonly string[], found: Shown[]): void {
  for (const node of nodes) {
    if (isCalled(node, path[0]!)) descend(node, path, 1, found)
    if (node.children) collect(node.children, path, found)
  }
}

function descend(node: Node, path: readonly string[], depth: number, found: Shown[]): void {
  if (depth === path.length) found.push(shownOf(node.bytes ?? node.value))
  else
    for (const child of node.children ?? []) if (isCalled(child, path[depth]!)) descend(child, path, depth + 1, found)
}

/** By key, by the kernel's name, or by that without its prefix: `ifname` is IFLA_IFNAME. */
function isCalled({ key, name }: Node, wanted: string): boolean {
  if (key === wanted) return true
  const lower = wanted.toLowerCase()
  const own = name.toLowerCase()
  return own === lower || own.endsWith(`_${lower}`)
}
