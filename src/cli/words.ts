// The words of a command line: a cursor over them, tables of keywords with iproute2's abbreviations, and errors that
// point at the word that is wrong.
import { nearest } from '../ops/options.ts'
import { CommandError, USAGE, USER } from './errors.ts'

/** A command line and how far it is read. Errors know where they are. */
export class Words {
  readonly all: readonly string[]
  /** The next word to read. */
  at: number

  constructor(all: readonly string[], at = 0) {
    this.all = all
    this.at = at
  }

  get done(): boolean {
    return this.at >= this.all.length
  }

  get next(): string | undefined {
    return this.all[this.at]
  }

  /** The words that are left, read. */
  rest(): string[] {
    const rest = this.all.slice(this.at)
    this.at = this.all.length
    return rest
  }

  /** Reads a word; where none is left the command is not complete. */
  take(what = 'more'): string {
    const word = this.next
    if (word === undefined)
      throw new CommandError(
        USAGE,
        'Command line is not complete. Try option "help"',
        this.#pointer(this.all.length, what === 'more' ? 'something is missing here' : `here belongs ${what}`),
      )
    this.at++
    return word
  }

  /** The last word that was read is wrong, as `ip` says it. */
  wrong(reason: string, hint?: string): CommandError {
    return new CommandError(USAGE, `Error: argument "${this.last}" is wrong: ${reason}`, this.point(hint))
  }

  /** The last word that was read is wrong, in other words of `ip`'s. */
  fail(message: string, hint?: string, status = USER): CommandError {
    return new CommandError(status, message, this.point(hint))
  }

  get last(): string {
    return this.all[this.at - 1] ?? ''
  }

  /** The command line with a mark under the last word that was read. */
  point(hint?: string): string {
    return this.#pointer(this.at - 1, hint)
  }

  #pointer(index: number, hint?: string): string {
    const words = this.all.map(quoted)
    const before = words.slice(0, index).join(' ')
    const mark = '^'.repeat(Math.max(1, words[index]?.length ?? 1))
    const at = ' '.repeat(before.length + (before === '' ? 0 : 1))
    return `  ${words.join(' ')}\n  ${at}${mark}${hint ? ` ${hint}` : ''}`
  }
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)

const WIDTH = 100

/** What could stand in a word's place: the nearest, and all, on lines of their own where they are many. */
export function expected(word: string, list: readonly string[]): string {
  const near = nearest(word, list)
  const lines = ['expected:']
  for (const item of list) {
    if (`${lines.at(-1)} ${item}`.length > WIDTH) lines.push('         ')
    lines.push(`${lines.pop()} ${item}`)
  }
  if (near === undefined && lines.length === 1) return lines[0]!
  return `${near === undefined ? 'what is this?' : `did you mean ${near}?`}\n  ${lines.join('\n  ')}`
}

/** The value that was just read is the second of its kind. */
export const duplicate = (words: Words, name: string): CommandError =>
  words.fail(`Error: duplicate "${name}": "${words.last}" is the second value.`, undefined, USAGE)

/** The word that was just read is no keyword, and what a bare word would mean was said before. */
export const garbage = (words: Words, name: string, list: readonly string[]): CommandError =>
  words.fail(
    `Error: either "${name}" is duplicate, or "${words.last}" is a garbage.`,
    expected(words.last, list),
    USAGE,
  )

// ── tables of keywords ─────────────────────────────────────────────────────

/** A keyword of a command. */
export interface Keyword<S> {
  /** Other spellings, in full. */
  readonly also?: readonly string[]
  /** It must be written in full (iproute2 compares it with strcmp and not with matches). */
  readonly whole?: true
  /** Reads what follows it. */
  read(words: Words, state: S): void
}

/** Keywords in iproute2's order, which decides what an abbreviation means. */
export type Keywords<S> = Readonly<Record<string, Keyword<S>>>

/** A keyword that may be abbreviated. */
export const short = <S>(read: Keyword<S>['read'], ...also: readonly string[]): Keyword<S> => ({ read, also })
/** A keyword that must be written in full. */
export const whole = <S>(read: Keyword<S>['read'], ...also: readonly string[]): Keyword<S> => ({
  read,
  also,
  whole: true,
})

/** Reads a value that may be said once, kept under `key`; `name` is the keyword's. */
export const once =
  <S, K extends keyof S>(key: K, name: string, read: (words: Words, state: S) => S[K]): Keyword<S>['read'] =>
  (words, state) => {
    const value = read(words, state)
    if (state[key] !== undefined) throw duplicate(words, name)
    state[key] = value
  }
/** `dev DEVICE`, once. */
export const oneDevice = <S extends { dev?: string }>(): Keyword<S> =>
  whole(once<S, 'dev'>('dev', 'dev', words => words.take('a device')))

/** The shortest abbreviation that iproute2's order is followed for; shorter ones must be clear. */
const CLEAR = 3

/**
 * The name of the keyword that `word` means: itself, else the first that it begins, in iproute2's order. One or two
 * letters that begin several keywords are an error: a guess could change what was not meant.
 */
export function keyword<S>(table: Keywords<S>, words: Words): string | undefined {
  const word = words.next
  if (word === undefined || word === '') return undefined
  const exact = Object.keys(table).find(name => name === word || table[name]!.also?.includes(word))
  if (exact !== undefined) return exact
  const candidates = Object.keys(table).filter(name => !table[name]!.whole && name.startsWith(word))
  if (candidates.length > 1 && word.length < CLEAR) {
    words.at++
    throw words.fail(`Error: "${word}" is ambiguous: it can be ${candidates.join(' or ')}.`, 'write more of it', USAGE)
  }
  return candidates[0]
}

/** Reads keywords with their values to the end; `other` gets the words that are none. */
export function readAll<S>(
  words: Words,
  table: Keywords<S>,
  state: S,
  other: (words: Words, state: S) => void,
  until: (words: Words) => boolean = () => false,
): void {
  while (!words.done && !until(words)) {
    const name = keyword(table, words)
    if (name === undefined) other(words, state)
    else {
      words.at++
      table[name]!.read(words, state)
    }
  }
}

/** The first of `names` that `word` begins (iproute2's `matches`, in its order), itself first. */
export const matching = <W extends string>(word: string, names: readonly W[]): W | undefined =>
  names.find(name => name === word) ?? (word === '' ? undefined : names.find(name => name.startsWith(word)))

// ── values ─────────────────────────────────────────────────────────────────

/** A whole number as C's strtol(…, 0) reads it: decimal, 0x…, or octal with a leading 0. */
export function parseInteger(text: string): number | undefined {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text.slice(2), 16)
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8)
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** Reads a whole number from 0 to `most`; `reason` is iproute2's, for the error. */
export function integer(words: Words, reason: string, most = 0xffffffff): number {
  const value = parseInteger(words.take('a number'))
  if (value === undefined || value > most) throw words.wrong(reason, `a whole number from 0 to ${most} is expected`)
  return value
}

/** Reads `on` or `off`. */
export function onOff(words: Words, name: string): boolean {
  const word = words.take('on or off')
  if (word !== 'on' && word !== 'off')
    throw words.fail(`Error: argument of "${name}" must be "on" or "off", not "${word}"`)
  return word === 'on'
}

/** Reads one of `list`. */
export function choice<W extends string>(words: Words, list: readonly W[], reason: string): W {
  const word = words.take(`one of: ${list.join(', ')}`)
  if (!(list as readonly string[]).includes(word)) throw words.wrong(reason, expected(word, list))
  return word as W
}
