// A message in a few words: which object it is about and what it says of it, by the rows of summaries.ts.
import type { Fields } from '../netlink/codec.ts'
import { MalformedError } from '../netlink/malformed.ts'
import { NLM_F_REQUEST } from '../netlink/message.ts'
import type { Message } from '../netlink/table.ts'
import { hexText } from '../netlink/text.ts'
import { type Names, nameOf, type Reference } from './names.ts'
import { SUMMARIES, type Summary } from './summaries.ts'
import { quoted } from './value.ts'

type AnyMessage = Message<any, any, any>

/** A message as it was decoded; or, where that failed, what could be read of it. */
export interface Summarised {
  readonly message: AnyMessage
  readonly flags: number
  /** `RTM_GETLINK` */
  readonly typeName: string
  readonly fields: Fields
}

/** What a message is about; '' where there is nothing to say. */
export function summaryOf(of: Summarised, names?: Names): string {
  const plan = planOf(of.message)
  const view: View = { fields: of.fields, zeros: plan.zeros, names }
  const isRequest = (of.flags & NLM_F_REQUEST) !== 0
  const isQuestion = of.typeName.includes('GET')
  const words: string[] = []
  for (const part of plan.parts) {
    const text = partText(part, view, isQuestion)
    if (text) words.push(text)
  }
  if (isRequest) {
    for (const part of plan.request) {
      const text = partText(part, view, isQuestion)
      if (text) words.push(text)
    }
    words.push(...rest(plan, of))
  } else if (!plan.summary) words.push(...rest(plan, of))
  const unknown = of.fields['unknown']
  if (Array.isArray(unknown)) words.push(...unknown.map(unknownText))
  return words.join(' ')
}

const MOST_BYTES = 16

/** An attribute that no table has, in short. */
function unknownText(value: unknown): string {
  const { type, bytes } = value as { type: number; bytes: Uint8Array }
  return `unknown(${type})=${bytesText(bytes)}`
}

const bytesText = (bytes: Uint8Array): string =>
  bytes.length <= MOST_BYTES ? hexText(bytes) : `${hexText(bytes.subarray(0, MOST_BYTES))}…(${bytes.length} bytes)`

// ── parts, parsed ──────────────────────────────────────────────────────────

/** `{a|b:link!main}`: where the value is, how it is shown, for which it is not. */
interface Placeholder {
  readonly paths: readonly (readonly string[])[]
  readonly format: Format | undefined
  readonly unless: { readonly word?: string; readonly path?: readonly string[] } | undefined
}
/** Texts and placeholders in turn: text, placeholder, text, …, text. */
interface Form {
  readonly texts: readonly string[]
  readonly placeholders: readonly Placeholder[]
}
/** The first form that can be shown is. */
type Part = readonly Form[]

function parsePart(source: string | readonly string[]): Part {
  return (typeof source === 'string' ? [source] : source).map(form => {
    const pieces = form.split(/[{}]/)
    return {
      texts: pieces.filter((_, i) => i % 2 === 0),
      placeholders: pieces.filter((_, i) => i % 2 === 1).map(parsePlaceholder),
    }
  })
}

function parsePlaceholder(source: string): Placeholder {
  const [, paths, format, unless] = /^([^:!]+)(?::([a-z]+))?(?:!(.+))?$/.exec(source)!
  return {
    paths: paths!.split('|').map(path => path.split('.')),
    format: format === undefined ? undefined : FORMATS[format]!,
    unless:
      unless === undefined
        ? undefined
        : unless.startsWith('$')
          ? { path: unless.slice(1).split('.') }
          : { word: unless },
  }
}

interface Plan {
  /** Whether the message has a row. */
  readonly summary: boolean
  readonly parts: readonly Part[]
  readonly request: readonly Part[]
  /** Keys that parts name or that are quiet. */
  readonly named: ReadonlySet<string>
  /** What the header's fields are when they are zero. */
  readonly zeros: Fields
  /** Rows that decoding leaves to getters, which are no own keys. */
  readonly lazy: readonly string[]
}

const plans = new WeakMap<AnyMessage, Plan>()

function planOf(message: AnyMessage): Plan {
  const known = plans.get(message)
  if (known) return known
  const summary: Summary | undefined = SUMMARIES[message.name]
  const { parts = [], request = [], quiet = [] } = summary ?? {}
  const parsed = { parts: parts.map(parsePart), request: request.map(parsePart) }
  const keys = [...parsed.parts, ...parsed.request].flatMap(part =>
    part.flatMap(form => form.placeholders.flatMap(({ paths }) => paths.map(path => path[0]!))),
  )
  const plan: Plan = {
    summary: summary !== undefined,
    ...parsed,
    named: new Set([...keys, ...quiet, 'unknown', 'tail', 'version', 'command']),
    zeros: zerosOf(message),
    lazy: [...message.table.byType.values()].filter(row => row.options.lazy).map(row => row.key),
  }
  plans.set(message, plan)
  return plan
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
      form.placeholders.flatMap(({ paths, unless }) => [...paths, ...(unless?.path ? [unless.path] : [])]),
    ),
  )
}

// ── parts, shown ───────────────────────────────────────────────────────────

interface View {
  readonly fields: Fields
  readonly zeros: Fields
  readonly names: Names | undefined
}

function partText(part: Part, view: View, isQuestion: boolean): string {
  for (const form of part) {
    const text = form.placeholders.length === 0 ? (isQuestion ? '' : form.texts[0]!) : formText(form, view)
    if (text) return text
  }
  return ''
}

function formText({ texts, placeholders }: Form, view: View): string {
  let text = texts[0]!
  for (const [i, placeholder] of placeholders.entries()) {
    const value = placeholderText(placeholder, view)
    if (!value) return ''
    text += value + texts[i + 1]!
  }
  return text
}

function placeholderText({ paths, format, unless }: Placeholder, view: View): string {
  for (const path of paths) {
    const value = at(view, path)
    if (value === undefined) continue
    if (unless && isExcepted(unless, value, view)) return ''
    return format ? format(value, view) : valueText(value)
  }
  return ''
}

/** The value is the word that goes without saying, or the same as another key's (or that one is not there). */
function isExcepted({ word, path }: NonNullable<Placeholder['unless']>, value: unknown, view: View): boolean {
  if (!path) return word === String(value)
  const other = at(view, path)
  return other === undefined || other === value
}

/** The value at a path; a header field that is zero is none. */
function at({ fields, zeros }: View, path: readonly string[]): unknown {
  let value: unknown = fields[path[0]!]
  if (path.length === 1) {
    const zero = zeros[path[0]!]
    return value === zero || (Array.isArray(zero) && Array.isArray(value) && value.length === 0) ? undefined : value
  }
  for (let i = 1; i < path.length; i++) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Fields)[path[i]!]
  }
  return value
}

type Format = (value: unknown, view: View) => string

const reference =
  (kind: Reference): Format =>
  (value, { names, fields }) => {
    const name = nameOf(kind, value, names)
    const text = valueText(value)
    return name === undefined || name === fields['name'] ? text : `${text}(${wordText(name)})`
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
  changed(_value, { fields }) {
    const flags = fields['flags'] as readonly (string | number)[]
    const change = fields['change'] as readonly (string | number)[] | undefined
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
function rest({ named, zeros, lazy }: Plan, { fields }: Summarised): string[] {
  const keys = [...Object.keys(fields), ...lazy].filter(key => !named.has(key))
  return keys.flatMap(key => {
    const value = readable(fields, key)
    const zero = zeros[key]
    if (value === undefined || value === zero || (Array.isArray(zero) && (value as unknown[]).length === 0)) return []
    return [pairText(key, value, 0)]
  })
}

/** The value of a key; nothing where it is decoded only now and its bytes are broken, which is told elsewhere. */
function readable(fields: Fields, key: string): unknown {
  try {
    return fields[key]
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}

const DEEPEST = 3
const pairText = (key: string, value: unknown, depth: number): string =>
  value === true ? key : `${key}=${valueText(value, depth)}`

/** An object's keys and values; a part of a pair of links (`peer`) has its line's own words. */
const pairs = (value: object, depth: number): string[] =>
  Object.entries(value)
    .filter(([key, item]) => item !== undefined && key !== 'peer' && !(Array.isArray(item) && item.length === 0))
    .map(([key, item]) =>
      key === 'unknown' ? (item as unknown[]).map(unknownText).join(' ') : pairText(key, item, depth),
    )

function valueText(value: unknown, depth = 0): string {
  if (typeof value === 'string') return wordText(value)
  if (value instanceof Uint8Array) return value.length === 0 ? 'empty' : bytesText(value)
  if (Array.isArray(value)) return listText(value, depth)
  if (typeof value !== 'object' || value === null) return String(value)
  return depth >= DEEPEST ? '{…}' : `{${pairs(value, depth + 1).join(' ')}}`
}

const MOST_ITEMS = 8

/** Flags joined by commas; lists of objects in brackets. */
function listText(list: readonly unknown[], depth: number): string {
  if (list.length === 0) return '[]'
  if (list.some(item => typeof item === 'object')) {
    if (depth >= DEEPEST) return '[…]'
    const shown = list.slice(0, MOST_ITEMS).map(item => valueText(item, depth + 1))
    return `[${shown.join(' ')}${list.length > MOST_ITEMS ? ` …${list.length - MOST_ITEMS} more` : ''}]`
  }
  return list.map(item => (typeof item === 'number' ? `0x${item.toString(16)}` : valueText(item))).join(',')
}

/** Words as they are, other text in quotes. */
const wordText = (text: string): string => (/^[\w.:/%+*@-]+$/.test(text) ? text : quoted(text))
