// What the printers of long lists write with: each call is one key of an object, as text or as JSON, and only that one
// of the two is made. The same printer fills a Sheet, of one object, with both.
import { type Json, writeJson } from './json.ts'
import { Sheet, type Show } from './sheet.ts'

export type Color = NonNullable<Parameters<Sheet['paint']>[0]>
type Scalar = string | number | bigint | boolean | null

export interface Pen {
  readonly show: Show
  /** What ends a line inside the object: with `-o` a backslash. */
  readonly newline: string
  /** Writes a key; in text `before`, and in colour the value (or `shown` in its place) and `after`. */
  put(key: string, value: Scalar, before: string, after: string, color?: Color, shown?: string): void
  /** Text only. */
  say(text: string, color?: Color): void
  /** JSON only. */
  note(key: string, value: Json): void
  /** What `fill` writes lies in an object of its own in the JSON; the text goes on. */
  inside(key: string, fill: () => void): void
  /** An object for each item, in a list in the JSON; the text goes on. */
  list<T>(key: string, items: readonly T[], fill: (item: T, i: number) => void): void
}

/** The objects of a list, written one by one. */
export interface ListPen extends Pen {
  /** One more object. */
  each(fill: () => void): void
  /** The end of the list. */
  close(): void
}

/** How many characters are gathered before they go out. */
const CHUNK = 1 << 16

/** The pen for what is to be shown; `out` gets the text in chunks. */
export function listPen(show: Show, out: (text: string) => void): ListPen {
  return show.json ? new JsonPen(show, out) : new TextPen(show, out)
}

const newlineOf = (show: Show): string => (show.oneline ? '\\' : '\n')

class TextPen implements ListPen {
  readonly show: Show
  readonly newline: string
  readonly #out: (text: string) => void
  readonly #plain: boolean
  readonly #paint: Sheet
  #text = ''

  constructor(show: Show, out: (text: string) => void) {
    this.show = show
    this.newline = newlineOf(show)
    this.#out = out
    this.#plain = show.color === undefined
    this.#paint = new Sheet(show)
  }

  put(_key: string, value: Scalar, before: string, after: string, color?: Color, shown?: string): void {
    const text = (shown ?? String(value)) + after
    this.#text += before + (this.#plain ? text : this.#paint.paint(color, text))
  }

  say(text: string, color?: Color): void {
    this.#text += this.#plain ? text : this.#paint.paint(color, text)
  }

  note(): void {}

  inside(_key: string, fill: () => void): void {
    fill()
  }

  list<T>(_key: string, items: readonly T[], fill: (item: T, i: number) => void): void {
    items.forEach(fill)
  }

  each(fill: () => void): void {
    fill()
    if (this.#text.length >= CHUNK) this.close()
  }

  close(): void {
    const text = this.#text
    this.#text = ''
    if (text !== '') this.#out(text)
  }
}

/** The quoted text; what has nothing to be escaped (a loop sees that sooner than a regular expression) is only quoted. */
function quoted(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 0x20 || c === 0x22 || c === 0x5c) return JSON.stringify(text)
  }
  return `"${text}"`
}

const scalarJson = (value: Scalar): string => (typeof value === 'string' ? quoted(value) : String(value))

const INDENT = '    '

/** A key that comes twice (an encapsulation has a `dst` of its own) is written twice, as by iproute2. */
class JsonPen implements ListPen {
  readonly show: Show
  readonly newline: string
  readonly #out: (text: string) => void
  readonly #pretty: boolean
  readonly #colon: string
  #text: string
  /** What stands before the next key: a comma, and with `-p` the line's beginning. */
  #before = ''
  #depth = 1
  #first = true

  constructor(show: Show, out: (text: string) => void) {
    this.show = show
    this.newline = newlineOf(show)
    this.#out = out
    this.#pretty = show.pretty
    this.#colon = show.pretty ? '": ' : '":'
    this.#text = show.pretty ? '[ ' : '['
  }

  put(key: string, value: Scalar): void {
    this.#text += `${this.#before}"${key}${this.#colon}${scalarJson(value)}`
    this.#next()
  }

  say(): void {}

  note(key: string, value: Json): void {
    const text = !this.#pretty && Array.isArray(value) && value.length === 0 ? '[]' : writeJson(value, this.#pretty)
    this.#text += `${this.#before}"${key}${this.#colon}${text}`
    this.#next()
  }

  inside(key: string, fill: () => void): void {
    this.#text += `${this.#before}"${key}${this.#colon}`
    this.#object(fill)
    this.#next()
  }

  list<T>(key: string, items: readonly T[], fill: (item: T, i: number) => void): void {
    this.#text += `${this.#before}"${key}${this.#colon}${this.#pretty ? '[ ' : '['}`
    this.#depth++
    items.forEach((item, i) => {
      if (i > 0) this.#text += ','
      this.#object(() => fill(item, i))
    })
    this.#depth--
    this.#text += this.#pretty && items.length > 0 ? ' ]' : ']'
    this.#next()
  }

  #next(): void {
    this.#before = this.#pretty ? `,${this.#line()}` : ','
  }

  #line(): string {
    return `\n${INDENT.repeat(this.#depth)}`
  }

  #object(fill: () => void): void {
    this.#depth++
    this.#text += '{'
    this.#before = this.#pretty ? this.#line() : ''
    const { length } = this.#text
    fill()
    this.#depth--
    this.#text += this.#pretty && this.#text.length > length ? `${this.#line()}}` : '}'
  }

  each(fill: () => void): void {
    if (this.#first) this.#first = false
    else this.#text += ','
    if (this.#pretty) this.#object(fill)
    else {
      this.#text += '{'
      this.#before = ''
      fill()
      this.#text += '}'
    }
    if (this.#text.length < CHUNK) return
    this.#out(this.#text)
    this.#text = ''
  }

  close(): void {
    this.#out(`${this.#text}${this.#pretty && !this.#first ? ' ]' : ']'}\n`)
  }
}

/** Writes on a sheet: text and JSON side by side. */
export class SheetPen implements Pen {
  readonly sheet: Sheet

  constructor(sheet: Sheet) {
    this.sheet = sheet
  }

  get show(): Show {
    return this.sheet.show
  }

  get newline(): string {
    return this.sheet.newline
  }

  put(key: string, value: Scalar, before: string, after: string, color?: Color, shown?: string): void {
    this.sheet.add(key, value, before + this.sheet.paint(color, (shown ?? String(value)) + after))
  }

  say(text: string, color?: Color): void {
    this.sheet.say(this.sheet.paint(color, text))
  }

  note(key: string, value: Json): void {
    this.sheet.note(key, value)
  }

  inside(key: string, fill: () => void): void {
    this.sheet.inside(key, fill)
  }

  list<T>(key: string, items: readonly T[], fill: (item: T, i: number) => void): void {
    const objects: Json[] = []
    this.sheet.inside(key, () => {
      items.forEach((item, i) => {
        this.sheet.inside(String(i), () => fill(item, i))
      })
      objects.push(...Object.values(this.sheet.json))
    })
    this.sheet.note(key, objects)
  }
}

/** The sheet of one object. */
export function sheetOf(show: Show, write: (pen: Pen) => void): Sheet {
  const sheet = new Sheet(show)
  write(new SheetPen(sheet))
  return sheet
}
