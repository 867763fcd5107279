// What the printers of long lists write with: each call is one key of an object, as text or as JSON, and only that one
// of the two is made. The same printer fills a Sheet, of one object, with both.
import { ByteText, unfilled } from '../netlink/byte-text.ts'
import { utf8Bytes } from '../netlink/text.ts'
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
  /** One more object: what `fill` writes of `item`. */
  each<T>(item: T, fill: (item: T) => void): void
  /** The end of the list. */
  close(): void
}

/** How many characters or bytes are gathered before they go out. */
const CHUNK = 1 << 16

/** The pen for what is to be shown; `out` gets the text in chunks. */
export function listPen(show: Show, out: (text: string | Uint8Array) => void): ListPen {
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

  each<T>(item: T, fill: (item: T) => void): void {
    fill(item)
    if (this.#text.length >= CHUNK) this.close()
  }

  close(): void {
    const text = this.#text
    this.#text = ''
    if (text !== '') this.#out(text)
  }
}

const INDENT = '    '

/** A key that comes twice (an encapsulation has a `dst` of its own) is written twice, as by iproute2. */
class JsonPen implements ListPen {
  readonly show: Show
  readonly newline: string
  readonly #out: (text: Uint8Array) => void
  readonly #pretty: boolean
  readonly #text = new ByteText(unfilled(2 * CHUNK))
  /** What stands before a value, by key: a comma, with `-p` the line's beginning (so by depth), the key. */
  readonly #keys: Map<string, Uint8Array>[] = []
  #depth = 1
  /** 1 where the next key is the first of its object, and so without the comma. */
  #opened = 0
  #first = true

  constructor(show: Show, out: (text: Uint8Array) => void) {
    this.show = show
    this.newline = newlineOf(show)
    this.#out = out
    this.#pretty = show.pretty
    this.#text.text(show.pretty ? '[ ' : '[')
  }

  put(key: string, value: Scalar): void {
    this.#key(key)
    if (typeof value === 'string') this.#text.quote(value)
    else if (Number.isInteger(value)) this.#text.decimal(value as number)
    else this.#text.text(String(value))
  }

  #key(key: string): void {
    const keys = (this.#keys[this.#pretty ? this.#depth : 0] ??= new Map())
    let text = keys.get(key)
    if (text === undefined) {
      text = utf8Bytes(`,${this.#pretty ? this.#line() : ''}${JSON.stringify(key)}:${this.#pretty ? ' ' : ''}`)
      keys.set(key, text)
    }
    this.#text.add(text, this.#opened)
    this.#opened = 0
  }

  say(): void {}

  note(key: string, value: Json): void {
    const text = !this.#pretty && Array.isArray(value) && value.length === 0 ? '[]' : writeJson(value, this.#pretty)
    this.#key(key)
    this.#text.text(text)
  }

  inside(key: string, fill: () => void): void {
    this.#key(key)
    this.#object(undefined, fill)
  }

  list<T>(key: string, items: readonly T[], fill: (item: T, i: number) => void): void {
    this.#key(key)
    this.#text.text(this.#pretty ? '[ ' : '[')
    this.#depth++
    items.forEach((item, i) => {
      if (i > 0) this.#text.text(',')
      this.#object(item, each => fill(each, i))
    })
    this.#depth--
    this.#text.text(this.#pretty && items.length > 0 ? ' ]' : ']')
    this.#opened = 0
  }

  #line(): string {
    return `\n${INDENT.repeat(this.#depth)}`
  }

  #object<T>(item: T, fill: (item: T) => void): void {
    this.#depth++
    this.#text.text('{')
    this.#opened = 1
    fill(item)
    this.#depth--
    this.#text.text(this.#pretty && this.#opened === 0 ? `${this.#line()}}` : '}')
    this.#opened = 0
  }

  each<T>(item: T, fill: (item: T) => void): void {
    if (this.#first) this.#first = false
    else this.#text.text(',')
    this.#object(item, fill)
    if (this.#text.length >= CHUNK) this.#out(this.#text.take())
  }

  close(): void {
    this.#text.text(this.#pretty && !this.#first ? ' ]\n' : ']\n')
    this.#out(this.#text.take())
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
