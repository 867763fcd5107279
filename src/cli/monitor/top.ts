// `netloom top`: the links of all named namespaces and what goes through them, redrawn in place in a terminal; where there
// is none, plain lines, or a JSON object a link and a look.
import { setTimeout as delay } from 'node:timers/promises'
import { Netlink } from '../../client.ts'
import type { Connection } from '../../netlink/connection.ts'
import { NetlinkError } from '../../netlink/error.ts'
import { listNamed } from '../../netns/named.ts'
import * as linkOps from '../../ops/link.ts'
import { NetnsError } from '../../sys/netns-path.ts'
import { USAGE } from '../errors.ts'
import { usage } from '../help.ts'
import { writeJson } from '../json.ts'
import type { Session } from '../session.ts'
import { expected, type Words } from '../words.ts'
import {
  arranged,
  type Counted,
  lines,
  pressed,
  type Rates,
  ratesOf,
  SORTS,
  type Sort,
  screen,
  type View,
} from './top-table.ts'

export const HELP = `Usage: % top [ -d SECONDS ] [ -n COUNT | --once ] [ sort { bits | packets | drops | received | sent | name } ]
	[ filter TEXT ]
In a terminal: b p d r t n sort, R turns the order round, / filters, q quits. Elsewhere it prints a table every
SECONDS; with -j an object a link.
`

interface Choice {
  seconds: number
  /** How many looks; left out: until it is ended. */
  count: number | undefined
  view: View
}

/** Runs `netloom top …`; answers the exit status. */
export async function topCommand(words: Words, session: Session): Promise<number> {
  const choice = readChoice(words)
  const interactive = process.stdout.isTTY === true && process.stdin.isTTY === true && !session.show.json
  using looks = new Looks(session.connection)
  if (interactive && choice.count === undefined) await redraw(choice, looks, session)
  else await print(choice, looks, session)
  return 0
}

function readChoice(words: Words): Choice {
  const choice: Choice = { seconds: 1, count: undefined, view: { sort: 'b', reversed: false, filter: '' } }
  while (!words.done) {
    const word = words.take()
    if (word === '-d') choice.seconds = number(words, 0.1)
    else if (word === '-n') choice.count = Math.floor(number(words, 1))
    else if (word === '--once') choice.count = 1
    else if (word === 'sort') choice.view = { ...choice.view, sort: sortOf(words) }
    else if (word === 'filter') choice.view = { ...choice.view, filter: words.take('a text') }
    else if (word === 'help') throw usage(words, HELP)
    else
      throw words.fail(`Argument "${word}" is unknown, try "${words.all[0]} top help".`, expected(word, TAKEN), USAGE)
  }
  return choice
}
const TAKEN = ['-d', '-n', '--once', 'sort', 'filter', 'help']

function number(words: Words, least: number): number {
  const value = Number(words.take('a number'))
  if (!(value >= least && value <= 86_400)) throw words.wrong('not a number', `a number from ${least} to 86400`)
  return value
}

function sortOf(words: Words): Sort {
  const word = words.take('a column')
  const found = (Object.keys(SORTS) as Sort[]).find(key => SORTS[key].title === word)
  if (found) return found
  const titles = Object.values(SORTS).map(({ title }) => title)
  throw words.wrong('no such column', expected(word, titles))
}

// ── looking ────────────────────────────────────────────────────────────────

/** Connections into all named namespaces, opened at the first look and closed when their names are gone. */
class Looks implements Disposable {
  readonly #home: Connection
  readonly #inside = new Map<string, { readonly inode: number | undefined; readonly connection: Netlink }>()

  constructor(home: Connection) {
    this.#home = home
  }

  look(): Counted[] {
    const named = listNamed().filter(({ stale }) => !stale)
    const there = new Map(named.map(({ name, inode }) => [name, inode]))
    for (const [name, { inode, connection }] of this.#inside) {
      if (there.has(name) && there.get(name) === inode) continue
      connection.close()
      this.#inside.delete(name)
    }
    return [
      ...countersOf(this.#home, undefined),
      ...named.flatMap(({ name, inode }) => {
        const connection = this.#open(name, inode)
        return connection ? countersOf(connection, name) : []
      }),
    ]
  }

  #open(name: string, inode: number | undefined): Netlink | undefined {
    const known = this.#inside.get(name)
    if (known) return known.connection
    try {
      const connection = Netlink.open({ netns: { name } })
      this.#inside.set(name, { inode, connection })
      return connection
    } catch (error) {
      // Its name has gone between the list and now.
      if (error instanceof NetnsError && (error.code === 'ENOENT' || error.code === 'ERR_NETNS_STALE')) return undefined
      throw error
    }
  }

  [Symbol.dispose](): void {
    for (const { connection } of this.#inside.values()) connection.close()
  }
}

function countersOf(connection: Connection, netns: string | undefined): Counted[] {
  try {
    return connection.runSync(linkOps.list()).map(({ index, name = `if${index}`, operState = 'unknown', stats64 }) => ({
      netns,
      index,
      name,
      state: String(operState),
      rxBytes: stats64?.rxBytes ?? 0n,
      txBytes: stats64?.txBytes ?? 0n,
      rxPackets: stats64?.rxPackets ?? 0n,
      txPackets: stats64?.txPackets ?? 0n,
      drops: (stats64?.rxDropped ?? 0n) + (stats64?.txDropped ?? 0n),
    }))
  } catch (error) {
    if (error instanceof NetlinkError && netns !== undefined) return []
    throw error
  }
}

/** Two looks and the time between them, again and again. */
class Rating {
  readonly #looks: Looks
  #before: Counted[]
  #at = performance.now()

  constructor(looks: Looks) {
    this.#looks = looks
    this.#before = looks.look()
  }

  next(): Rates[] {
    const now = performance.now()
    const after = this.#looks.look()
    const rates = ratesOf(this.#before, after, (now - this.#at) / 1000)
    this.#before = after
    this.#at = now
    return rates
  }
}

// ── plain ──────────────────────────────────────────────────────────────────

async function print({ seconds, count, view }: Choice, looks: Looks, session: Session): Promise<void> {
  const rating = new Rating(looks)
  for (let i = 0; count === undefined || i < count; i++) {
    await delay(seconds * 1000)
    const rows = arranged(rating.next(), view)
    session.print(session.show.json ? rows.map(row => `${json(row)}\n`).join('') : `${lines(rows).join('\n')}\n`)
    if (!session.show.json && (count === undefined || i + 1 < count)) session.print('\n')
  }
}

const json = ({ netns, name, state, rx, tx, rxPackets, txPackets, drops }: Rates): string =>
  writeJson({
    ...(netns !== undefined && { netns }),
    ifname: name,
    operstate: state.toUpperCase(),
    rx_bits: Math.round(rx),
    tx_bits: Math.round(tx),
    rx_packets: Math.round(rxPackets),
    tx_packets: Math.round(txPackets),
    drops: Math.round(drops),
  })

// ── a terminal ─────────────────────────────────────────────────────────────

/** The other screen, without a cursor; and back. */
const ENTER_SCREEN = '\x1b[?1049h\x1b[?25l'
const LEAVE_SCREEN = '\x1b[?25h\x1b[?1049l'
const HOME = '\x1b[H'
const CLEAR_LINE = '\x1b[K'

async function redraw({ seconds, view }: Choice, looks: Looks, session: Session): Promise<void> {
  const { stdin, stdout } = process
  const rating = new Rating(looks)
  const ending = new AbortController()
  let state = { view, typing: false, quit: false }
  let rates = rating.next()
  const draw = (): void => {
    const size = { columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 }
    const text = screen(rates, state.view, size, state.typing)
    session.print(HOME + text.map(line => line + CLEAR_LINE).join('\r\n'))
  }
  const onKeys = (keys: string): void => {
    // An arrow or a function key is one escape sequence: it means nothing here.
    const single = keys.startsWith('\x1b') && keys.length > 1 ? [] : [...keys]
    for (const key of single) state = pressed(key, state)
    if (state.quit) ending.abort()
    else draw()
  }
  const onEnd = (): void => ending.abort()
  session.print(ENTER_SCREEN)
  stdin.setRawMode(true).setEncoding('utf8').on('data', onKeys).resume()
  stdout.on('resize', draw)
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, onEnd)
  try {
    while (!ending.signal.aborted) {
      draw()
      await delay(seconds * 1000, undefined, { signal: ending.signal }).catch(() => {})
      if (!ending.signal.aborted) rates = rating.next()
    }
  } finally {
    stdin.off('data', onKeys).setRawMode(false).pause()
    stdout.off('resize', draw)
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, onEnd)
    session.print(LEAVE_SCREEN)
  }
}
