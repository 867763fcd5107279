// Actions, of filters and alone: `action KIND … [ cookie HEX ] [ hw_stats … ] [ no_percpu ]`, and how they are shown.

import type { AttributesInput } from '../../netlink/table.ts'
import { hexText } from '../../netlink/text.ts'
import type { ActionSettings } from '../../ops/tc/action.ts'
import type { ACTION } from '../../route/tc/action.ts'
import { USAGE } from '../errors.ts'
import type { Json } from '../json.ts'
import { Sheet } from '../sheet.ts'
import { expected, matching, type Words } from '../words.ts'
import { ACTIONS } from './actions/index.ts'
import { isVerdict } from './actions/verdict.ts'
import type { Reading, View } from './kind.ts'
import { kindUsage } from './place.ts'
import { addStats2 } from './print-stats.ts'

/** Words with which something else begins. */
const ENDS = ['flowid', 'classid']
/** Commands of `tc actions`: in one line there may be several. */
const COMMANDS = ['change', 'replace', 'delete', 'get', 'add']

/** Reads `action … action …` as far as they go. */
export function readActions(words: Words, reading: Reading): ActionSettings[] {
  const found: ActionSettings[] = []
  if (words.done) words.take('an action: drop, mirred …')
  let announced = true
  while (!words.done) {
    const word = words.next!
    if (word === 'action') {
      words.take()
      announced = true
      continue
    }
    if (ENDS.includes(word) || matching(word, COMMANDS) !== undefined) break
    found.push(readAction(words, reading))
    announced = false
  }
  if (announced && found.length === 0) throw words.fail('bad action empty 1', 'here belongs an action: drop, mirred …')
  return found
}

const OF_IPTABLES = ['xt', 'ipt']

function readAction(words: Words, reading: Reading): ActionSettings {
  const word = words.next!
  const kind = isVerdict(word) ? 'gact' : word
  const known = Object.hasOwn(ACTIONS, kind) ? ACTIONS[kind] : undefined
  if (!known) {
    words.take()
    const hint = OF_IPTABLES.includes(word)
      ? "its targets are iptables' extensions, which iproute2's own tc loads"
      : expected(word, Object.keys(ACTIONS))
    throw words.fail(`Bad action type ${word}`, hint, USAGE)
  }
  if (kind === word) words.take()
  if (words.next === 'help') throw kindUsage(known.help)
  const options = known.read(words, reading)
  return { kind, options, ...readRest(words) }
}

type Rest = Pick<AttributesInput<(typeof ACTION)['rows']>, 'cookie' | 'hwStats' | 'flags'>
const FLAGS = ['no_percpu', 'skip_hw', 'skip_sw'] as const
const STATISTICS = ['immediate', 'delayed', 'disabled'] as const

/** What stands behind an action of any kind. */
function readRest(words: Words): Rest {
  const rest: { -readonly [K in keyof Rest]: Rest[K] } = {}
  if (words.next === 'cookie') {
    words.take()
    const text = words.take('up to 16 bytes in hexadecimal digits')
    if (!/^([\da-f]{2}){1,16}$/i.test(text)) throw words.wrong('cookie must be a hex string\n', 'up to 16 bytes')
    rest.cookie = Uint8Array.from(Buffer.from(text, 'hex'))
  }
  if (words.next !== undefined && words.next.length > 1 && matching(words.next, ['hw_stats'])) {
    words.take()
    const word = words.take(`one of: ${STATISTICS.join(', ')}`)
    const name = matching(word, STATISTICS) as (typeof STATISTICS)[number] | undefined
    if (name === undefined) throw words.wrong('value is invalid\n', expected(word, STATISTICS))
    const bits = name === 'disabled' ? [] : [name]
    rest.hwStats = { value: bits, selector: bits }
  }
  const flag = FLAGS.find(name => name === words.next)
  if (flag) {
    words.take()
    rest.flags = { value: [flag], selector: [flag] }
  }
  return rest
}

// ── show ───────────────────────────────────────────────────────────────────

/** An action as it is decoded: what all kinds have. */
interface Shown {
  readonly kind?: string | undefined
  readonly options?: unknown
  readonly index?: number | undefined
  readonly stats?: object | undefined
  readonly cookie?: Uint8Array | undefined
  readonly flags?: { readonly value: readonly unknown[]; readonly selector: readonly unknown[] } | undefined
  readonly hwStats?: { readonly value: readonly unknown[]; readonly selector: readonly unknown[] } | undefined
  readonly usedHwStats?: { readonly value: readonly unknown[] } | undefined
  readonly inHwCount?: number | undefined
}

/** The sheet of one action; `order` is its place. What hardware does with it is told of one that stands alone. */
export function printAction(action: Shown, order: number, view: View, where: 'alone' | 'filter'): Sheet {
  const { show } = view
  const sheet = new Sheet(show)
  const { kind = '', options, index, stats, cookie, flags, hwStats, usedHwStats, inHwCount } = action
  sheet.add('order', order, `${sheet.newline}\taction order ${order}: `)
  const known = Object.hasOwn(ACTIONS, kind) ? ACTIONS[kind] : undefined
  if (options === undefined) {
    // A terse dump has its number alone.
    sheet.add('kind', kind, `${kind} `)
    if (show.brief && index !== undefined) sheet.add('index', index, `\t index ${index}${sheet.newline}`)
  } else if (!known) sheet.add('kind', kind, `${kind} `)
  else if (!(options instanceof Uint8Array)) known.print(sheet, options, view)
  if (show.statistics > 0 && stats) {
    sheet.say(`\tAction statistics:${sheet.newline}`)
    sheet.inside('stats', () => addStats2(sheet, stats, '\t'))
    sheet.say(sheet.newline)
  }
  if (cookie) sheet.add('cookie', hexText(cookie), `\tcookie ${hexText(cookie)}${sheet.newline}`)
  if (flags) {
    const names = FLAGS.filter(name => flags.selector.includes(name))
    for (const name of names) {
      const on = flags.value.includes(name)
      sheet.add(name, on, on || name === 'no_percpu' ? `\t${name}` : '')
    }
    sheet.say(sheet.newline)
  }
  if (where === 'alone' && inHwCount !== undefined) addHardware(sheet, inHwCount)
  if (hwStats) addHwStats(sheet, 'hw_stats', hwStats.value)
  if (usedHwStats) addHwStats(sheet, 'used_hw_stats', usedHwStats.value)
  return sheet
}

function addHardware(sheet: Sheet, count: number): void {
  if (count === 0) sheet.add('not_in_hw', true, `\tnot_in_hw${sheet.newline}`)
  else {
    sheet.add('in_hw', true, '\tin_hw')
    sheet.add('in_hw_count', count, ` in_hw_count ${count}${sheet.newline}`)
  }
}

function addHwStats(sheet: Sheet, key: string, value: readonly unknown[]): void {
  const words = STATISTICS.filter(name => (name === 'disabled' ? value.length === 0 : value.includes(name)))
  sheet.add(key, words, `\t${key}${words.map(word => ` ${word}`).join('')}${sheet.newline}`)
}

/** Writes the actions of a filter below it. */
export function addActions(sheet: Sheet, actions: readonly Shown[] | undefined, view: View): void {
  if (!actions) return
  const sheets = actions.map((action, i) => printAction(action, i + 1, view, 'filter'))
  sheet.say(sheets.map(({ text }) => text).join(''))
  sheet.note('actions', sheets.map(({ json }) => json) as Json)
}
