// Bytes as programs have them: `{0x20, 0x00, …}` (C, Go, xxd -i), `[0x20, …]`, "\x20\x00" (C, Python). Strings side
// by side are one datagram, as the compiler has it. Whatever else stands in the file is passed over.
import { quoted } from '../value.ts'
import { Comments } from './comment.ts'
import type { Datagram } from './datagram.ts'
import { LONGEST } from './input.ts'
import type { LineKind, LineReader } from './line-kind.ts'

export const codeLines: LineKind = {
  name: 'bytes in a program',
  knows: line =>
    /["'][^"']*\\x[0-9a-f]{2}/i.test(line) ||
    /[{[(]\s*0x[0-9a-f]{1,2}(?:u8)?\s*,/i.test(line) ||
    /^\s*(?:0x[0-9a-f]{1,2}\s*,\s*)+$/i.test(line) ||
    /\b(?:char|uint8_t|u8|u_char|byte|bytes|Uint8Array)\b.*[={([]\s*$/.test(line),
  reader: () => new CodeReader(),
}

const TOKEN = /\s+|\/\*|\/\/.*|#.*|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|(?:0x[0-9a-f]+|\d+)(?:u8|ul?|l)?\b|\w+|./giy
/** `[32]` is a size: shorter lists in square brackets are none of messages. */
const SHORTEST_LIST = 16

class CodeReader implements LineReader {
  readonly #comments = new Comments()
  #bytes: number[] = []
  #place = ''
  #broken: string | undefined
  #inComment = false
  /** What opened the list that is being read; a list may be pasted without its brackets. */
  #list: '{' | '[' | 'bare' | undefined
  /** The last thing was a string; and whether one of the strings had an escape. */
  #isString = false
  #isEscaped = false

  line(text: string, number: number): Datagram[] {
    this.#comments.read(text, number)
    const found: Datagram[] = []
    if (text.trim() === '' && this.#list === 'bare') this.#flush(found)
    TOKEN.lastIndex = 0
    for (let token = TOKEN.exec(text); token; token = TOKEN.exec(text)) {
      if (this.#inComment || token[0] === '/*') {
        const end = text.indexOf('*/', token.index)
        this.#inComment = end < 0
        if (end < 0) break
        TOKEN.lastIndex = end + 2
      } else this.#token(token[0], token.index, number, found)
    }
    return found
  }

  end(): Datagram[] {
    const found: Datagram[] = []
    this.#flush(found)
    return found
  }

  #token(token: string, at: number, number: number, found: Datagram[]): void {
    if (/^(?:\s|\/\/|#|\\$)/.test(token)) return
    const where = `line ${number}, column ${at + 1}`
    if (token[0] === '"' || token[0] === "'") this.#string(token, number)
    else if (/^\d/.test(token)) this.#number(token, where, number)
    else if (token === '{' || token === '[') this.#open(token, found)
    else if (token === '}' || token === ']' || token === ';' || token === ')') this.#flush(found)
    else if (token === ',') {
      if (this.#isString) this.#flush(found, this.#list)
    } else if (this.#list && this.#bytes.length > 0 && /^\w/.test(token))
      this.#broken ??= `${where}: ${quoted(token)} is no byte`
  }

  #open(bracket: '{' | '[', found: Datagram[]): void {
    this.#flush(found)
    this.#list = bracket
  }

  #add(bytes: Iterable<number>, number: number): void {
    if (this.#bytes.length === 0) this.#place = `line ${number}`
    for (const byte of bytes) this.#bytes.push(byte)
    if (this.#bytes.length > LONGEST) this.#bytes.length = LONGEST
  }

  #number(token: string, where: string, number: number): void {
    if (!this.#list && !/^0x/i.test(token)) return
    this.#list ??= 'bare'
    const value = Number.parseInt(token, /^0x/i.test(token) ? 16 : 10)
    if (value > 255) this.#broken ??= `${where}: ${token} is no byte`
    else if (!this.#broken) this.#add([value], number)
  }

  #string(token: string, number: number): void {
    const end = token.length > 1 && token.at(-1) === token[0] ? -1 : undefined
    const inner = token.slice(1, end)
    if (inner.includes('\\')) this.#isEscaped = true
    this.#add(stringBytes(inner), number)
    // A character in a list is a byte of it.
    this.#isString = !(this.#list && token[0] === "'")
    if (end === undefined) this.#broken ??= `line ${number}: the string does not end`
  }

  /** Gives what was gathered, where it can be a datagram. */
  #flush(found: Datagram[], list?: '{' | '[' | 'bare'): void {
    const bytes = Uint8Array.from(this.#bytes)
    const isSize = this.#list === '[' && bytes.length < SHORTEST_LIST
    const isText = this.#isString && !this.#isEscaped
    if (bytes.length > 0 && !isSize && !isText) {
      const broken = this.#broken ? { broken: this.#broken } : {}
      found.push(this.#comments.datagram({ bytes, place: this.#place, ...broken }))
    }
    this.#bytes = []
    this.#broken = undefined
    this.#isString = false
    this.#isEscaped = false
    this.#list = list
  }
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, e: 27 }

/** The bytes of a string's inside. `\x` has two digits, as Python and printf's pasters write it. */
function* stringBytes(text: string): Generator<number> {
  for (const [, hex, octal, escaped, plain] of text.matchAll(/\\x([0-9a-f]{1,2})|\\([0-7]{1,3})|\\(.)|([^\\])/gi)) {
    if (hex !== undefined) yield Number.parseInt(hex, 16)
    else if (octal !== undefined) yield Number.parseInt(octal, 8) & 255
    else if (escaped !== undefined) yield ESCAPES[escaped] ?? escaped.charCodeAt(0)
    else yield plain!.charCodeAt(0)
  }
}
