// `tc actions`: add, change, replace, delete, get, list, flush, in tc's grammar.

import { viewOf } from '../../netlink/codec.ts'
import { NetlinkError } from '../../netlink/error.ts'
import { NLM_F_ROOT } from '../../netlink/message.ts'
import type { Event } from '../../ops/events.ts'
import * as actionOps from '../../ops/tc/action.ts'
import type { Actions } from '../../route/tc/action.ts'
import { CommandError, kernelLine, USAGE, USER } from '../errors.ts'
import type { Session } from '../session.ts'
import { finish, Sheet } from '../sheet.ts'
import { expected, matching, type Words } from '../words.ts'
import { ACTIONS } from './actions/index.ts'
import { printAction, readActions } from './actions.ts'
import type { View } from './kind.ts'
import { programOf, tcUsage } from './place.ts'
import { parseNumber } from './values.ts'

export const ACTION_HELP = `Usage: % actions { add | change | replace } action ACTION [ action ACTION … ]
       % actions { get | delete } action KIND index INDEX [ action KIND index INDEX … ]
       % actions { list | flush } action KIND [ since MILLISECONDS ]
ACTION := KIND OPTIONS [ VERDICT ] [ index INDEX ] [ cookie HEX ] [ hw_stats { immediate | delayed | disabled } ]
	[ no_percpu | skip_hw | skip_sw ]
KIND := { ${Object.keys(ACTIONS).join(' | ')} }
OPTIONS := … % actions add action KIND help
`
const CHANGES = ['add', 'change', 'replace']
const COMMANDS = ['add', 'change', 'replace', 'delete', 'get', 'list', 'show', 'lst', 'ls', 'flush', 'help']

/** Runs `tc actions …`; several commands may stand in a line. */
export function actionCommand(words: Words, session: Session): void {
  while (!words.done) runOne(words, session)
}

const help = (words: Words): CommandError => tcUsage(words, ACTION_HELP, USAGE)

function runOne(words: Words, session: Session): void {
  const word = words.take('a command')
  const command = matching(word, COMMANDS)
  if (command !== undefined && words.done && CHANGES.includes(command))
    throw words.fail('Illegal "action"', 'action ACTION', USAGE)
  const run: Readonly<Record<string, () => void>> = {
    add: () => modify(words, session, actionOps.add),
    change: () => modify(words, session, actionOps.change),
    replace: () => modify(words, session, actionOps.replace),
    delete: () => session.apply(actionOps.delete(readPlaces(words))),
    get: () => get(words, session),
    flush: () => flush(words, session),
  }
  if (command === 'help') throw help(words)
  if (command === undefined)
    throw words.fail(
      `Command "${word}" is unknown, try "${programOf(words)} actions help".`,
      expected(word, COMMANDS),
      USAGE,
    )
  try {
    ;(run[command] ?? (() => list(words, session)))()
  } catch (error) {
    throw command === 'flush' || command === 'list' ? asStatus(error, USER) : asStatus(error, USAGE)
  }
}

/** tc's status for whatever is wrong with an action, of the words or of the kernel's. */
function asStatus(error: unknown, status: number): unknown {
  if (error instanceof NetlinkError) return new CommandError(status, kernelLine(error), `netloom: ${error.message}`)
  return error instanceof CommandError && error.status === USER
    ? new CommandError(status, error.message, error.explanation)
    : error
}

function modify(words: Words, session: Session, op: typeof actionOps.add): void {
  if (words.next === 'help') throw help(words)
  session.apply(op(readActions(words, { session, dev: undefined })))
}

/** `action KIND index N action KIND index N …` */
function readPlaces(words: Words): actionOps.ActionPlace[] {
  const places: actionOps.ActionPlace[] = []
  while (!words.done) {
    const kind = words.take('action')
    if (kind === 'action') continue
    if (kind === 'help') throw help(words)
    if (!Object.hasOwn(ACTIONS, kind))
      throw words.fail(`Error: non existent action: ${kind}`, expected(kind, Object.keys(ACTIONS)), USAGE)
    if (words.next === undefined || !matching(words.next, ['index']))
      throw words.fail(`Error: no index specified action: ${kind}`, 'index N', USAGE)
    words.take()
    const index = parseNumber(words.take('a number'), 10)
    if (index === undefined) throw words.fail('Illegal "index"', 'a number', USAGE)
    places.push({ kind, index })
  }
  return places
}

/** `action KIND` */
function readKind(words: Words): string {
  const word = words.take('action')
  if (word === 'help') throw help(words)
  const kind = matching(word, ['action']) ? words.take('the kind of an action') : word
  if (Object.hasOwn(ACTIONS, kind)) return kind
  throw words.fail(`bad action ${kind}`, expected(kind, Object.keys(ACTIONS)), USER)
}

// ── show ───────────────────────────────────────────────────────────────────

function get(words: Words, session: Session): void {
  const places = readPlaces(words)
  const found = session.run(actionOps.get(places))
  session.print(finish(printActions(found, view(session), 1), session.show))
}

function list(words: Words, session: Session): void {
  const kind = readKind(words)
  let since: number | undefined
  if (words.next === 'since') {
    words.take()
    since = parseNumber(words.take('milliseconds'))
    if (since === undefined) throw words.wrong('dump time "since" is invalid', 'milliseconds')
  }
  const found = session.run(actionOps.list({ kind, since, terse: session.show.brief }))
  session.print(
    finish(
      found.flatMap(message => printActions(message, view(session), 0)),
      session.show,
    ),
  )
}

function flush(words: Words, session: Session): void {
  const kind = readKind(words)
  session.apply(actionOps.flush(kind))
}

const view = (session: Session): View => ({ show: session.show, names: session })

/** The sheets of a message of actions: how many they are, and they. The first is number `first`. */
function printActions(message: Actions, view: View, first: number): Sheet[] {
  const head = new Sheet(view.show)
  addCount(head, message)
  const body = new Sheet(view.show)
  addAll(body, message, view, first)
  return [head, body]
}

function addCount(sheet: Sheet, { count = 0 }: Actions): void {
  sheet.add('total acts', count, `total acts ${count}${sheet.newline}`)
}
function addAll(sheet: Sheet, { actions = [] }: Actions, view: View, first: number): void {
  const sheets = actions.map((action, i) => printAction(action, first + i, view, 'alone'))
  sheet.say(sheets.map(({ text }) => text).join(''))
  sheet.note(
    'actions',
    sheets.map(({ json }) => json),
  )
}

const DONE = { added: 'Added', changed: 'Replaced', removed: 'Deleted' } as const

/** What a monitor says of actions. */
export function printActionEvent({ action, value, flags }: Event<'action'>, view: View): Sheet {
  const sheet = new Sheet(view.show)
  addCount(sheet, value)
  const [first] = value.actions ?? []
  if (action === 'removed' && flags & NLM_F_ROOT && first) {
    // TCA_FCNT has the number of what is an action's cookie elsewhere.
    const entries = first.cookie?.length === 4 ? viewOf(first.cookie).getUint32(0, true) : 0
    sheet.add('flushed', first.kind ?? '', `Flushed table  ${first.kind} `)
    sheet.add('entries', entries, `(${entries} entries)${sheet.newline}`)
    return sheet
  }
  sheet.say(`${DONE[action]} action `)
  addAll(sheet, value, view, 1)
  return sheet
}
