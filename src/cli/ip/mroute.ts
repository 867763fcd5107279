// `ip mroute show`: multicast routes, in iproute2's grammar.
import { NetlinkError } from '../../netlink/error.ts'
import * as routeOps from '../../ops/route.ts'
import type { Route } from '../../route/route.ts'
import { CommandError, kernelLine, USER } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { TABLES } from '../names.ts'
import { listPen } from '../pen.ts'
import { type Prefix, within } from '../prefix.ts'
import type { Session } from '../session.ts'
import { type Keywords, readAll, short, type Words, whole } from '../words.ts'
import { Lookups } from './lookups.ts'
import { putMulticastRoute } from './print-mroute.ts'
import { type RoutePrefix, readRoutePrefix, readTable } from './routing-values.ts'

export const HELP = `Usage: % mroute show [ [ to ] PREFIX ] [ from PREFIX ] [ iif DEVICE ]
                      [ table TABLE_ID ]
TABLE_ID := [ local | main | default | all | NUMBER ]
`

const COMMANDS = ['list', 'show', 'lst', 'help']

/** Runs `ip mroute …`; answers the exit status. */
export function multicastRouteCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'mroute', COMMANDS)
  if (command === 'help') help(words)()
  show(words, session)
  return 0
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP)
}

interface Choice {
  readonly session: Session
  readonly help: () => never
  readonly family: 'inet' | 'inet6'
  /** The number of a table; 0: all. */
  table: number
  iif?: string
  to?: RoutePrefix
  from?: RoutePrefix
}

const DEFAULT_TABLE = 253

const WORDS: Keywords<Choice> = {
  table: short((words, choice) => {
    const word = words.next
    if (word === 'help') choice.help()
    if (word === 'all' && TABLES.value(word) === undefined) {
      words.take()
      choice.table = 0
    } else choice.table = readTable(words, 'table id value is invalid')
  }),
  iif: whole((words, choice) => void (choice.iif = words.take('a device'))),
  from: short((words, choice) => void (choice.from = readRoutePrefix(words, choice.family))),
  to: whole((words, choice) => void (choice.to = readRoutePrefix(words, choice.family))),
  help: short((_, choice) => choice.help()),
}

function show(words: Words, session: Session): void {
  const { family: said } = session.show
  if (said !== 'unspec' && said !== 'inet' && said !== 'inet6') return
  const family = said === 'inet6' ? 'inet6' : 'inet'
  // IPv4's table is the default one for old scripts' sake.
  const choice: Choice = { session, help: help(words), family, table: family === 'inet' ? DEFAULT_TABLE : 0 }
  readAll(words, WORDS, choice, () => void (choice.to = readRoutePrefix(words, family)))
  const iif = choice.iif === undefined ? undefined : session.device(choice.iif).index
  const { table } = choice
  const request = routeOps.list({ family: family === 'inet' ? 'ipmr' : 'ip6mr', ...(table !== 0 && { table }) })
  using names = new Lookups(session)
  const pen = listPen(session.show, text => session.print(text))
  try {
    session.connection.forEachSync(request, route => {
      if (isChosen(route, choice, iif)) pen.each(route, one => putMulticastRoute(pen, one, names, table !== 0))
    })
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    // Unlike other lists, this one ends with 1.
    throw new CommandError(USER, kernelLine(error), `Dump terminated\nnetloom: ${error.message}`)
  }
  pen.close()
}

const isChosen = (route: Route, { to, from }: Choice, iif: number | undefined): boolean =>
  (iif === undefined || route.iif === iif) && isIn(route.dst, to) && isIn(route.src, from)

const isIn = (address: string | undefined, prefix: RoutePrefix | undefined): boolean =>
  prefix?.address === undefined || (address !== undefined && within(address, prefix as Prefix))
