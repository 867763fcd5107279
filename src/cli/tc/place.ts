// The words before the kind that qdiscs, classes, filters and chains have in common: device, handles, parents, estimator.
import { CommandError, USAGE, USER } from '../errors.ts'
import { usage } from '../help.ts'
import type { Session } from '../session.ts'
import {
  duplicate,
  expected,
  type Keyword,
  type Keywords,
  keyword,
  oneDevice,
  short,
  type Words,
  whole,
} from '../words.ts'
import { parseHandle, parseNumber, time } from './values.ts'

/** What the program is called: `tc`, or `netloom tc`. */
export const programOf = (words: Words): string => (words.all[0] === 'tc' ? 'tc' : `${words.all[0]} tc`)
/** An object's name where a command of it is read. */
export const objectOf = (words: Words, name: string): string => (words.all[0] === 'tc' ? name : `tc ${name}`)
/** Thrown for `help`: tc is content, but with `actions`. */
export const tcUsage = (words: Words, text: string, status = 0): CommandError =>
  usage(words, text.replaceAll('%', programOf(words)), undefined, status)

/** Thrown for `help` of a kind, after which tc exits with another status. */
export const kindUsage = (text: string): CommandError => new CommandError(USER, text.trimEnd())

/** What is said before the kind. */
export interface Place {
  dev?: string
  parent?: string
  handle?: string
  estimator?: { interval: number; timeConstant: number }
  readonly help: () => never
}

export const DEV: Keyword<Place> = oneDevice()

/** A class or a qdisc: `parent 1:10`. */
export const PARENT: Keyword<Place> = parentOf('invalid parent ID')
/** tc complains of a filter's in other letters. */
export const FILTER_PARENT: Keyword<Place> = parentOf('Invalid parent ID')
function parentOf(reason: string): Keyword<Place> {
  return whole((words, place) => {
    const text = words.take('a class or a qdisc (1:10, 1:, root)')
    if (place.parent !== undefined) throw duplicate(words, 'parent')
    place.parent = handleOf(words, text, reason)
  })
}

/** A word that is a parent by itself. */
export const parentWord = (
  name: string,
  parent = name,
  twice = `Error: "${name}" is duplicate parent ID`,
): Keyword<Place> =>
  whole((words, place) => {
    if (place.parent !== undefined) throw words.fail(twice, `the parent is ${place.parent} already`, USAGE)
    place.parent = parent
  })

export const HELP: Keyword<Place> = short((_, place) => place.help())

export const ESTIMATOR: Keyword<Place> = short((words, place) => {
  if (place.estimator) throw duplicate(words, 'estimator')
  place.estimator = {
    interval: time(words, 'estimator interval') as number,
    timeConstant: time(words, 'estimator time constant') as number,
  }
})

export function handleOf(words: Words, text: string, reason: string): string {
  const found = parseHandle(text)
  if (found === undefined) throw words.wrong(reason, 'handles look like 1: and 1:10, in hexadecimal digits')
  return found
}

/** A qdisc's own: `1:`, and `1` too. */
export function qdiscHandle(words: Words): string {
  const text = words.take('a qdisc (1:)')
  if (text === 'none') return text
  const major = parseNumber(text.replace(/:.*$/, ''), 16)
  if (major === undefined || major > 0xffff)
    throw words.wrong('invalid qdisc ID', 'the handle of a qdisc looks like 1:, in hexadecimal digits')
  return `${major.toString(16)}:`
}

/** Reads the words of `table`; answers the first that is none of them, or that is in `kinds` too, read: a kind. */
export function readPlace<P>(
  words: Words,
  table: Keywords<P>,
  place: P,
  kinds: ReadonlySet<string> = new Set(),
): string | undefined {
  while (!words.done) {
    const name = keyword(table, words)
    const word = words.take()
    if (name === undefined) return word
    table[name]!.read(words, place)
    if (kinds.has(name)) return name
  }
  return undefined
}

/** Reads what a list is chosen by: words of `table` alone. */
export function readChoice<P>(words: Words, object: string, table: Keywords<P>, choice: P): P {
  const word = readPlace(words, table, choice)
  if (word === undefined) return choice
  const [before, behind] = object === 'filter' ? [' ', ''] : ['', '.']
  throw words.fail(
    `${before}What is "${word}"? Try "${programOf(words)} ${object} help"${behind}`,
    expected(word, Object.keys(table)),
    USAGE,
  )
}

/** The index of the device; where none was said, what the kernel would answer. */
export function deviceIndex(words: Words, session: Session, dev: string | undefined): number {
  if (dev !== undefined) return session.device(dev).index
  throw words.fail('RTNETLINK answers: No such device', 'say which device: dev NAME', 2)
}
