// Words that filters of many kinds have: the class, actions, police, hardware or not; and how those are shown.

import { police } from '../../../ops/tc/shaping.ts'
import type { Sheet } from '../../sheet.ts'
import { type Keyword, type Keywords, short, type Words, whole } from '../../words.ts'
import { printPolice, readPolice } from '../actions/police.ts'
import { addActions, readActions } from '../actions.ts'
import type { Reading, View } from '../kind.ts'
import { classText } from '../text.ts'
import { type Found, illegal, parseHandle, parseNumber } from '../values.ts'

export const classId: Keyword<Found> = short((words, found) => {
  const text = words.take('a class (1:10)')
  const id = parseHandle(text)
  if (id === undefined) throw illegal(words, 'classid', 'a class, like 1:10')
  found['classId'] = id
}, 'flowid')

/** `action …`, and `police …` as the older kinds take it. */
export const actionWords = (reading: Reading): Keywords<Found> => ({
  action: short((words, found) => void (found['actions'] = readActions(words, reading))),
  police: whole((words, found) => void (found['police'] = police(readPolice(words)))),
})

const flag = (name: string): Keyword<Found> =>
  whole((_, found) => void (found['flags'] = [...(found['flags'] ?? []), name]))
/** In hardware alone, or in software alone. */
export const HARDWARE: Keywords<Found> = { skip_hw: flag('skip_hw'), skip_sw: flag('skip_sw') }

/** A handle that is a number. */
export function numberHandle(words: Words, handle: string | undefined): number | undefined {
  if (handle === undefined) return undefined
  const value = parseNumber(handle)
  if (value === undefined || value > 0xffffffff) throw words.fail('Illegal "handle"', `'${handle}' is no number`)
  return value
}

// ── show ───────────────────────────────────────────────────────────────────

export function addHandle(sheet: Sheet, handle: number): void {
  if (handle) sheet.add('handle', `0x${handle.toString(16)}`, `handle 0x${handle.toString(16)} `)
}
export function addFlow(sheet: Sheet, id: string | undefined, word = 'flowid'): void {
  if (id !== undefined) sheet.add(word, classText(id, sheet.show), `${word} ${classText(id, sheet.show)} `)
}
const FLAGS = ['skip_hw', 'skip_sw', 'in_hw', 'not_in_hw'] as const

/** Each word between `before` and `behind`. */
export function addHardware(sheet: Sheet, flags: readonly unknown[] | undefined, before: string, behind: string): void {
  const told = FLAGS.filter(name => flags?.includes(name) && !(name === 'not_in_hw' && flags.includes('in_hw')))
  for (const name of told) sheet.add(name, true, `${before}${name}${behind}`)
}

/** Police and actions below a filter; what stands before each is not the same for all kinds. */
export function addOutcome(
  sheet: Sheet,
  { police: policed, actions }: any,
  view: View,
  before: { readonly police?: string; readonly actions?: string } = {},
): void {
  if (policed) {
    sheet.say(before.police ?? sheet.newline)
    sheet.inside('police', () => printPolice(sheet, policed, view))
  }
  if (actions) sheet.say(before.actions ?? '')
  addActions(sheet, actions, view)
}
