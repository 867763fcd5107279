// `ip token`: the lower halves of the IPv6 addresses that links make of router advertisements, in iproute2's grammar.
import * as tokenOps from '../../ops/token.ts'
import { CommandError, USAGE, USER } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { readPrefix } from '../prefix.ts'
import type { Session } from '../session.ts'
import { finish, linkName, type Names, Sheet, type Show } from '../sheet.ts'
import { expected, type Keywords, readAll, short, type Words, whole } from '../words.ts'

export const HELP = `Usage: % token set TOKEN dev DEV
       % token delete dev DEV
       % token [ list | get ] [ dev DEV ]
`

/** In iproute2's order. */
const COMMANDS = ['list', 'lst', 'show', 'set', 'add', 'delete', 'get', 'help']

/** Runs `ip token …`; answers the exit status. */
export function tokenCommand(words: Words, session: Session): number {
  const command = words.done ? 'list' : readCommand(words, 'token', COMMANDS)
  const run: Readonly<Record<string, () => void>> = {
    set: () => set(words, session),
    add: () => set(words, session),
    delete: () => remove(words, session),
    help: () => help(words)(),
  }
  ;(run[command] ?? (() => list(words, session)))()
  return 0
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP)
}

interface TokenWords {
  readonly session: Session
  readonly help: () => never
  dev?: string
  index?: number
  token?: string
}

const WORDS: Keywords<TokenWords> = {
  dev: whole((words, state) => {
    const name = words.take('a device')
    const found = state.session.find(name)
    if (!found) throw words.wrong('dev is invalid', state.session.absent(name))
    state.dev ??= name
    state.index ??= found.index
  }),
  help: short((_, state) => state.help()),
}

function read(words: Words, session: Session, other: (state: TokenWords) => void): TokenWords {
  const state: TokenWords = { session, help: help(words) }
  readAll(words, WORDS, state, () => other(state))
  return state
}

const unknown = (words: Words): CommandError => {
  const word = words.take()
  return words.fail(`Error: "${word}" is unknown.`, expected(word, Object.keys(WORDS)), USAGE)
}

function list(words: Words, session: Session): void {
  const { index } = read(words, session, () => {
    throw unknown(words)
  })
  const tokens = session.run(tokenOps.list()).filter(token => index === undefined || token.index === index)
  session.print(
    finish(
      tokens.map(token => tokenSheet(token, session.show, session)),
      session.show,
    ),
  )
}

const noDevice = (): CommandError => new CommandError(USER, 'Not enough information: "dev" argument is required.')

function set(words: Words, session: Session): void {
  const { dev, token } = read(words, session, state => {
    if (state.token !== undefined) throw unknown(words)
    state.token = readPrefix(words, 'inet6').address
  })
  if (token === undefined) throw new CommandError(USER, 'Not enough information: token is required.')
  if (dev === undefined) throw noDevice()
  session.apply(tokenOps.set({ dev, token }))
}

function remove(words: Words, session: Session): void {
  const { dev } = read(words, session, () => {
    throw unknown(words)
  })
  if (dev === undefined) throw noDevice()
  session.apply(tokenOps.delete(dev))
}

/** One link's token, with its newline. */
export function tokenSheet({ index, token }: tokenOps.Token, show: Show, names: Names): Sheet {
  const sheet = new Sheet(show)
  const name = linkName(names, index)
  sheet.add('token', token, `token ${sheet.paint('inet6', token)} dev `)
  sheet.add('ifname', name, sheet.paint('link', `${name}\n`))
  return sheet
}
