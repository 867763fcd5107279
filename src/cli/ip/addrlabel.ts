// `ip addrlabel`: the labels that choose IPv6 source addresses, in iproute2's grammar.
import * as addressLabelOps from '../../ops/address-label.ts'
import type { AddressLabel } from '../../route/address-label.ts'
import { CommandError, USAGE, USER } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { type Prefix, readPrefix } from '../prefix.ts'
import type { Session } from '../session.ts'
import { finish, linkName, type Names, Sheet, type Show } from '../sheet.ts'
import { expected, integer, type Keywords, readAll, type Words, whole } from '../words.ts'

export const HELP = `Usage: % addrlabel add prefix PREFIX [ dev DEV ] label LABEL
       % addrlabel delete prefix PREFIX [ dev DEV ] label LABEL
       % addrlabel [ list | flush | help ]
`

/** In iproute2's order. */
const COMMANDS = ['list', 'show', 'add', 'delete', 'flush', 'help']

/** Runs `ip addrlabel …`; answers the exit status. */
export function addrlabelCommand(words: Words, session: Session): number {
  const command = words.done ? 'list' : readCommand(words, 'addrlabel', COMMANDS)
  const run: Readonly<Record<string, () => void>> = {
    add: () => modify(words, session, false),
    delete: () => modify(words, session, true),
    flush: () => flush(words, session),
    help: () => {
      throw usage(words, HELP)
    },
  }
  ;(run[command] ?? (() => list(words, session)))()
  return 0
}

function noMore(words: Words, message: string): void {
  if (words.done) return
  words.take()
  throw words.fail(message, 'nothing is expected here')
}

/** The labels of the family that is asked for: only IPv6 has them. */
function listed(session: Session): AddressLabel[] {
  if (session.show.family === 'inet')
    throw new CommandError(USAGE, 'RTNETLINK answers: Operation not supported', 'netloom: IPv4 has no address labels')
  return session.run(addressLabelOps.list())
}

function list(words: Words, session: Session): void {
  noMore(words, '"ip addrlabel show" does not take any arguments.')
  const sheets = listed(session).map(label => addressLabelSheet(label, session.show, session))
  session.print(finish(sheets, session.show))
}

function flush(words: Words, session: Session): void {
  noMore(words, '"ip addrlabel flush" does not allow extra arguments')
  for (const request of addressLabelOps.flush(listed(session))) session.run(request)
}

// ── add, delete ────────────────────────────────────────────────────────────

const NO_LABEL = 0xffffffff

interface LabelWords {
  readonly session: Session
  prefix?: Prefix
  dev?: string
  label?: number
}

const WORDS: Keywords<LabelWords> = {
  prefix: whole((words, state) => void (state.prefix = readPrefix(words, state.session.show.family))),
  dev: whole((words, state) => {
    const name = words.take('a device')
    if (!state.session.find(name)) throw words.wrong('dev is invalid', state.session.absent(name))
    state.dev = name
  }),
  label: whole((words, state) => void (state.label = integer(words, 'label is invalid', NO_LABEL - 1))),
}

function modify(words: Words, session: Session, gone: boolean): void {
  const state: LabelWords = { session }
  readAll(words, WORDS, state, () => {
    const word = words.take()
    throw words.fail(`Error: "${word}" is unknown.`, expected(word, Object.keys(WORDS)), USAGE)
  })
  const { prefix, dev, label } = state
  const missing = (what: string): CommandError =>
    new CommandError(USER, `Not enough information: "${what}" argument is required.`)
  if (prefix === undefined) throw missing('prefix')
  if (label === undefined) throw missing('label')
  const of = { prefix: `${prefix.address}/${prefix.length}`, dev }
  session.apply(gone ? addressLabelOps.delete(of) : addressLabelOps.add({ ...of, label }))
}

/** One label, with its newline. `deleted`: a monitor heard that it is gone. */
export function addressLabelSheet(found: AddressLabel, show: Show, names: Names, { deleted = false } = {}): Sheet {
  const sheet = new Sheet(show)
  const { address, prefixLength, index, label } = found
  if (deleted) sheet.add('deleted', true, 'Deleted ')
  if (address !== undefined) {
    sheet.add('address', address, `prefix ${sheet.paint('inet6', address)}`)
    sheet.add('prefixlen', prefixLength, `/${prefixLength} `)
  }
  if (index !== 0) {
    const name = linkName(names, index)
    sheet.add('ifname', name, `dev ${sheet.paint('link', `${name} `)}`)
  }
  if (label !== undefined) sheet.add('label', label)
  sheet.say('\n')
  return sheet
}
