// A message in a few words: which object it is about and what it says of it, by the rows of summaries.ts.
import type { Fields } from '../netlink/codec.ts'
import { MalformedError } from '../netlink/malformed.ts'
import { NLM_F_REQUEST } from '../netlink/message.ts'
import { type Place, placeOf, placesOf, type Values } from '../netlink/outline.ts'
import type { Message, UnknownAttribute } from '../netlink/table.ts'
import { type Names, nameOf, type Reference } from './names.ts'
import { pairs, pairText, unknownText, valueText, wordText } from './short-text.ts'
import { SUMMARIES, type Summary } from './summaries.ts'

type AnyMessage = Message<any, any, any>

/** How a message is put into words. */
export interface Manner {
  readonly plan: Plan
  readonly isRequest: boolean
  /** It asks for something: what it does not say is not there. */
  readonly isQuestion: boolean
}

/** `typeName`: `RTM_GETLINK`. */
export const mannerOf = (message: AnyMessage, { flags, typeName }: { flags: number; typeName: string }): Manner => ({
  plan: planOf(message),
  isRequest: (flags & NLM_F_REQUEST) !== 0,
  isQuestion: typeName.includes('GET'),
})

/** What a message is about, a space before each word; '' where there is nothing to say. */
export function summaryOf({ plan, isRequest, isQuestion }: Manner, values: Values, names?: Names): string {
  const view: View = { values, plan, names }
  let text = partsText(plan.parts, view, isQuestion)
  if (isRequest) text += partsText(plan.request, view, isQuestion)
  if (isRequest || !plan.summary) text += rest(view)
  for (const unknown of values.unknown()) text += ` ${unknownText(unknown)}`
  return text
}

// ── parts, parsed ──────────────────────────────────────────────────────────

/** `{a|b:link!main}`: where the value is, how it is shown, for which it is not. */
export interface Placeholder {
  readonly paths: readonly Path[]
  /** One of FORMATS. */
  readonly format: string | undefined
  readonly unless: { readonly word?: string; readonly path?: Path } | undefined
}
/** Keys from the message down, and where the first one stands. */
export interface Path {
  readonly keys: readonly string[]
  readonly place: Place
  /** What a field of the header is when it says nothing: zero, or no flags. */
  readonly zero: unknown
  /** Its texts are addresses, or words of ours: nothing in them is to be quoted. */
  readonly plain: boolean
}
type PathOf = (source: string) => Path
/** Texts and placeholders in turn: text, placeholder, text, …, text. The first text begins with a space. */
export interface Form {
  readonly texts: readonly string[]
  readonly placeholders: readonly Placeholder[]
}
/** The first form that can be shown is. */
export type Part = readonly Form[]

function parsePart(source: string | readonly string[], pathOf: PathOf): Part {
  return (typeof source === 'string' ? [source] : source).map(form => {
    const pieces = ` ${form}`.split(/[{}]/)
    return {
      texts: pieces.filter((_, i) => i % 2 === 0),
      placeholders: pieces.filter((_, i) => i % 2 === 1).map(piece => parsePlaceholder(piece, pathOf)),
    }
  })
}

function parsePlaceholder(source: string, pathOf: PathOf): Placeholder {
  const [, paths, format, unless] = /^([^:!]+)(?::([a-z]+))?(?:!(.+))?$/.exec(source)!
  return {
    paths: paths!.split('|').map(pathOf),
    format,
    unless:
      unless === undefined ? undefined : unless.startsWith('$') ? { path: pathOf(unless.slice(1)) } : { word: unless },
  }
}

export interface Plan {
  /** Whether the message has a row. */
  readonly summary: boolean
  readonly parts: readonly Part[]
  readonly request: readonly Part[]
  /** Keys that parts name or that are quiet. */
  readonly named: ReadonlySet<string>
  /** What the header's fields are when they are zero. */
  readonly zeros: Fields
  /** Keys that formats ask for. */
  readonly flags: Path
  readonly change: Path
  readonly name: Path
}

const plans = new WeakMap<AnyMessage, Plan>()

export function planOf(message: AnyMessage): Plan {
  const known = plans.get(message)
  if (known) return known
  const summary: Summary | undefined = SUMMARIES[message.name]
  const { parts = [], request = [], quiet = [] } = summary ?? {}
  const places = placesOf(message)
  const zeros = zerosOf(message)
  const pathOf = (source: string): Path => {
    const keys = source.split('.')
    const [key] = keys as [string]
    const zero = keys.length === 1 ? zeros[key] : undefined
    const place = places.get(key) ?? placeOf(key)
    return { keys, place, zero, plain: keys.length === 1 && isPlain(place) }
  }
  const parsed = {
    parts: parts.map(part => parsePart(part, pathOf)),
    request: request.map(part => parsePart(part, pathOf)),
  }
  const keys = [...parsed.parts, ...parsed.request].flatMap(part =>
    part.flatMap(form => form.placeholders.flatMap(({ paths }) => paths.map(path => path.keys[0]!))),
  )
  const plan: Plan = {
    summary: summary !== undefined,
    ...parsed,
    named: new Set([...keys, ...quiet, 'unknown', 'tail', 'version', 'command']),
    zeros,
    flags: pathOf('flags'),
    change: pathOf('change'),
    name: pathOf('name'),
  }
  plans.set(message, plan)
  return plan
}

const PLAIN_KINDS: ReadonlySet<string> = new Set(['ip', 'ipv4', 'ipv6', 'mac'])

function isPlain({ row, field }: Place): boolean {
  const codecs = [row?.codec, field?.codec].filter(codec => codec !== undefined)
  // What neither a row nor a field has is some text.
  if (codecs.length === 0) return false
  return codecs.every(({ words, kind }) =>
    words ? [...words.byWord.keys()].every(word => wordText(word) === word) : PLAIN_KINDS.has(kind),
  )
}

function zerosOf({ header }: AnyMessage): Fields {
  const bytes = new Uint8Array(header.span)
  const view = new DataView(bytes.buffer)
  return header.read(view, bytes, 0, header.span, {}, {}) as Fields
}

/** The paths that a message's row has, for a test that they exist. */
export function summaryPaths(message: AnyMessage): readonly (readonly string[])[] {
  const { parts, request } = planOf(message)
  return [...parts, ...request].flatMap(part =>
    part.flatMap(form =>
      form.placeholders.flatMap(({ paths, unless }) =>
        [...paths, ...(unless?.path ? [unless.path] : [])].map(({ keys }) => keys),
      ),
    ),
  )
}

// ── parts, shown ───────────────────────────────────────────────────────────

export interface View {
  readonly values: Values
  readonly plan: Plan
  readonly names: Names | undefined
}

/** The parts that can be shown. */
function partsText(parts: readonly Part[], view: View, isQuestion: boolean): string {
  let text = ''
  for (let i = 0; i < parts.length; i++) text += partText(parts[i]!, view, isQuestion)
  return text
}

function partText(part: Part, view: View, isQuestion: boolean): string {
  for (let i = 0; i < part.length; i++) {
    const form = part[i]!
    const text = form.placeholders.length === 0 ? (isQuestion ? '' : form.texts[0]!) : formText(form, view)
    if (text !== '') return text
  }
  return ''
}

function formText({ texts, placeholders }: Form, view: View): string {
  let text = texts[0]!
  for (let i = 0; i < placeholders.length; i++) {
    const value = placeholderText(placeholders[i]!, view)
    if (value === '') return ''
    text += value
    if (texts[i + 1] !== '') text += texts[i + 1]
  }
  return text
}

function placeholderText(placeholder: Placeholder, view: View): string {
  const { paths } = placeholder
  for (let i = 0; i < paths.length; i++) {
    const text = pathText(paths[i]!, placeholder, view)
    if (text !== undefined) return text
  }
  return ''
}

/** The value at a path as a placeholder shows it; undefined where there is none. */
export function pathText(path: Path, { format, unless }: Placeholder, view: View): string | undefined {
  const value = at(view, path)
  if (value === undefined) return undefined
  if (unless !== undefined && isExcepted(unless, value, view)) return ''
  if (format !== undefined) return FORMATS[format]!(value, view)
  return path.plain && typeof value === 'string' && value !== '' ? value : valueText(value)
}

/** The value is the word that goes without saying, or the same as another key's (or that one is not there). */
function isExcepted({ word, path }: NonNullable<Placeholder['unless']>, value: unknown, view: View): boolean {
  if (!path) return word === String(value)
  const other = at(view, path)
  return other === undefined || other === value
}

/** The value at a path; a header field that is zero is none. */
function at({ values }: View, { place, keys, zero }: Path): unknown {
  const value = values.get(place, keys)
  return value === undefined || isZero(value, zero) ? undefined : value
}

const isZero = (value: unknown, zero: unknown): boolean =>
  zero !== undefined && (value === zero || (Array.isArray(zero) && Array.isArray(value) && value.length === 0))

type Format = (value: unknown, view: View) => string

const reference =
  (kind: Reference): Format =>
  (value, view) => {
    const name = otherName(kind, value, view)
    const text = valueText(value)
    return name === undefined ? text : `${text}(${wordText(name)})`
  }

/** The name behind a number, where it is not the message's own. */
export function otherName(kind: Reference, value: unknown, { names, values, plan }: View): string | undefined {
  const name = nameOf(kind, value, names)
  return name === undefined || name === values.get(plan.name.place, plan.name.keys) ? undefined : name
}

/** How a placeholder shows its value, by what stands behind its colon. */
const FORMATS: Readonly<Record<string, Format>> = {
  link: reference('link'),
  fd: reference('fd'),
  pid: reference('pid'),
  nsid: reference('nsid'),
  count: value => (Array.isArray(value) ? String(value.length) : ''),
  hex: value => (typeof value === 'number' ? `0x${value.toString(16)}` : valueText(value)),
  /** Flags: nothing where there is none. */
  words: value => (Array.isArray(value) && value.length === 0 ? '' : valueText(value)),
  /** A link's flags: in requests only those that are meant, the others with a minus. */
  changed(_value, { values, plan }) {
    const flags = values.get(plan.flags.place, plan.flags.keys) as readonly (string | number)[]
    const change = values.get(plan.change.place, plan.change.keys) as readonly (string | number)[] | undefined
    if (!Array.isArray(change) || change.length === 0 || change.some(flag => typeof flag === 'number'))
      return valueText(flags)
    return change.map(flag => (flags.includes(flag) ? flag : `-${flag}`)).join(',')
  },
  /** All of an object, without the braces. */
  options: value =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
      ? pairs(value, 0).join(' ')
      : valueText(value),
}

/** What no part names of a message: attributes by key, and header fields that are not zero. */
function rest(view: View): string {
  const { values, plan } = view
  let text = ''
  for (const place of values.places()) {
    const { key } = place
    if (plan.named.has(key)) continue
    const value = restValue(place, view)
    if (value !== undefined) text += ` ${pairText(key, value, 0)}`
  }
  return text
}

/** What a key has that no part names; undefined where that says nothing. */
export function restValue(place: Place, { values, plan }: View): unknown {
  const value = readable(values, place)
  return isZero(value, plan.zeros[place.key]) ? undefined : value
}

/** A value; nothing where it is decoded only now and its bytes are broken, which is told elsewhere. */
function readable(values: Values, place: Place): unknown {
  try {
    return values.get(place, place.path)
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}

// ── values that are here already ───────────────────────────────────────────

/** The same of a message that was decoded; or, where that failed, of what could be read of it. */
export const decodedSummary = (
  message: AnyMessage,
  of: { flags: number; typeName: string },
  fields: Fields,
  names?: Names,
): string => summaryOf(mannerOf(message, of), new Decoded(message, fields), names)

class Decoded implements Values {
  private readonly fields: Fields
  private readonly message: AnyMessage

  constructor(message: AnyMessage, fields: Fields) {
    this.message = message
    this.fields = fields
  }

  get(_place: Place, path: readonly string[]): unknown {
    let value: unknown = this.fields[path[0]!]
    for (let i = 1; i < path.length; i++) {
      if (typeof value !== 'object' || value === null) return undefined
      value = (value as Fields)[path[i]!]
    }
    return value
  }

  places(): readonly Place[] {
    const known = placesOf(this.message)
    // Rows that decoding leaves to getters are no own keys.
    const lazy = [...this.message.table.byType.values()].filter(row => row.options.lazy).map(row => row.key)
    return [...new Set([...Object.keys(this.fields), ...lazy])].map(key => known.get(key) ?? placeOf(key))
  }

  unknown(): readonly UnknownAttribute[] {
    const unknown = this.fields['unknown']
    return Array.isArray(unknown) ? unknown : []
  }
}
