// Verdicts: what becomes of a packet behind an action, and the index and times that all actions have.
import { USAGE } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import type { Sheet } from '../../sheet.ts'
import { expected, matching, type Words } from '../../words.ts'
import { illegal, parseNumber } from '../values.ts'

/** In tc's order: `p` is `pass`, `r` is `reclassify`. */
const VERDICTS = ['continue', 'drop', 'shot', 'pass', 'ok', 'reclassify', 'pipe', 'goto', 'jump', 'trap']
const GOTO_CHAIN = 0x20000000
const JUMP = 0x10000000
const MOST = 0x0fffffff

/** Whether a word can be one. */
export const isVerdict = (word: string | undefined): boolean =>
  word !== undefined && matching(word, VERDICTS) !== undefined

export type Verdict = string | number

/** Reads one; it must be there. */
export function verdict(words: Words): Verdict {
  const word = words.take(`one of: ${VERDICTS.join(', ')}`)
  const name = matching(word, VERDICTS)
  if (name === undefined) throw words.fail(`Bad action type ${word}`, expected(word, VERDICTS), USAGE)
  if (name === 'goto') {
    if (!matching(words.take('chain'), ['chain'])) throw words.fail('"chain index" expected', 'goto chain 7')
    return GOTO_CHAIN + number(words, 'chain index')
  }
  if (name === 'jump') return JUMP + number(words, 'jump count')
  return name
}
function number(words: Words, name: string): number {
  const value = parseNumber(words.take('a number'), 10)
  if (value === undefined || value > MOST) throw illegal(words, name, `a number to ${MOST}`)
  return value
}

/** Reads one if there is one. */
export const verdictOr = (words: Words, otherwise: Verdict): Verdict =>
  isVerdict(words.next) ? verdict(words) : otherwise

/** `index N`, if it is there. */
export function indexOf(words: Words, kind: string): number | undefined {
  if (words.next === undefined || !matching(words.next, ['index'])) return undefined
  words.take()
  const value = parseNumber(words.take('a number'), 10)
  if (value === undefined || value > 0xffffffff)
    throw words.fail(kind === 'gact' ? 'Illegal "index"' : `${kind}: Illegal "index"`, 'a number')
  return value
}

/** A verdict and an index behind a kind's own words: what most actions end with. */
export function ending(words: Words, kind: string, otherwise: Verdict): { action: Verdict; index: number | undefined } {
  const action = verdictOr(words, otherwise)
  return { action, index: indexOf(words, kind) }
}

// ── show ───────────────────────────────────────────────────────────────────

const NUMBERED: Readonly<Record<string, string>> = { queued: '5', repeat: '6', redirect: '7', stolen: 'stolen' }

/** `pass`, `goto chain 7`. */
export function addVerdict(sheet: Sheet, value: Verdict, before = '', behind = '', key = 'control_action'): void {
  const found: Record<string, string | number> = { type: '' }
  let text: string
  if (typeof value === 'number' && (value & 0x70000000) === GOTO_CHAIN) {
    Object.assign(found, { type: 'goto', chain: value & MOST })
    text = `goto chain ${value & MOST}`
  } else if (typeof value === 'number' && (value & 0x70000000) === JUMP) {
    Object.assign(found, { type: 'jump', jump: value & MOST })
    text = `jump ${value & MOST}`
  } else {
    text = NUMBERED[value] ?? String(value)
    found['type'] = text
  }
  sheet.add(key, found as JsonObject, `${before}${text}${behind}`)
}

interface Parameters {
  readonly index: number
  readonly references: number
  readonly bindings: number
}
interface Times {
  readonly installed: bigint
  readonly lastUsed: bigint
  readonly firstUsed?: bigint
  readonly expires: bigint
}
/** Ticks of times a second, as the kernel tells them to programs. */
const USER_HZ = 100n

/** `index 1 ref 1 bind 1` */
export function addPlace(sheet: Sheet, { index, references, bindings }: Parameters, before: string): void {
  sheet.add('index', index, `${before}index ${index}`)
  sheet.add('ref', references, ` ref ${references}`)
  sheet.add('bind', bindings, ` bind ${bindings}`)
}
/** ` installed 3 sec used 1 sec`, under `-s`. */
export function addTimes(sheet: Sheet, times: Times | undefined): void {
  if (sheet.show.statistics === 0 || !times) return
  const add = (key: string, word: string, value: bigint | undefined): void => {
    if (value !== undefined) sheet.add(key, value / USER_HZ, ` ${word} ${value / USER_HZ} sec`)
  }
  add('installed', 'installed', times.installed)
  add('last_used', 'used', times.lastUsed)
  if (times.firstUsed) add('first_used', 'firstused', times.firstUsed)
  if (times.expires) add('expires', 'expires', times.expires)
}
/** The line that most actions end with. */
export function addEnd(
  sheet: Sheet,
  parameters: Parameters,
  times: Times | undefined,
  before = '\t ',
  newline = sheet.newline,
): void {
  addPlace(sheet, parameters, `${newline}${before}`)
  addTimes(sheet, times)
  sheet.say(newline)
}
