// A link's counters as `ip -s` prints them: columns that grow with their numbers, and JSON.
import type { Link } from '../../route/link.ts'
import type { JsonObject } from '../json.ts'
import type { Sheet } from '../sheet.ts'

type Counter = Exclude<keyof NonNullable<Link['stats64']> & keyof NonNullable<Link['stats']>, 'tail'>
type Counters = Readonly<Record<Counter, bigint | number>>

interface Column {
  readonly title: string
  readonly counter?: Counter | 'carrierChanges' | undefined
  /** Shown only where it is not 0. */
  readonly rare?: true
}
/** What stands in a block: `RX:`, `RX errors:`… Its first column is bytes, or empty. */
interface Block {
  readonly title: string
  readonly columns: readonly Column[]
}

const column = (title: string, counter?: Column['counter'], rare?: true): Column => ({
  title,
  counter,
  ...(rare && { rare }),
})

const BLOCKS: readonly { readonly main: Block; readonly errors: Block }[] = [
  {
    main: {
      title: 'RX:',
      columns: [
        column('bytes', 'rxBytes'),
        column('packets', 'rxPackets'),
        column('errors', 'rxErrors'),
        column('dropped', 'rxDropped'),
        column('missed', 'rxMissedErrors'),
        column('mcast', 'multicast'),
        column('compressed', 'rxCompressed', true),
      ],
    },
    errors: {
      title: 'RX errors:',
      columns: [
        column(''),
        column('length', 'rxLengthErrors'),
        column('crc', 'rxCrcErrors'),
        column('frame', 'rxFrameErrors'),
        column('fifo', 'rxFifoErrors'),
        column('overrun', 'rxOverErrors'),
        column('nohandler', 'rxNohandler', true),
      ],
    },
  },
  {
    main: {
      title: 'TX:',
      columns: [
        column('bytes', 'txBytes'),
        column('packets', 'txPackets'),
        column('errors', 'txErrors'),
        column('dropped', 'txDropped'),
        column('carrier', 'txCarrierErrors'),
        column('collsns', 'collisions'),
        column('compressed', 'txCompressed', true),
      ],
    },
    errors: {
      title: 'TX errors:',
      columns: [
        column(''),
        column('aborted', 'txAbortedErrors'),
        column('fifo', 'txFifoErrors'),
        column('window', 'txWindowErrors'),
        column('heartbt', 'txHeartbeatErrors'),
        column('transns', 'carrierChanges'),
      ],
    },
  },
]

/** The narrowest that iproute2 makes its columns. */
const WIDTHS = [10, 7, 6, 7, 7, 7, 10]
const PREFIXES = 'kMGTPE'

type Value = bigint | number | undefined

/** Writes the counters of `link` (its 64-bit ones, or the older 32-bit ones) to the sheet. */
export function addStatistics(sheet: Sheet, link: Link): void {
  const counters: Counters | undefined = link.stats64 ?? link.stats
  if (!counters) return
  const read = (counter: Column['counter']): Value =>
    counter === 'carrierChanges' ? link.carrierChanges : counter && counters[counter]
  const all = sheet.show.statistics > 1
  sheet.note(link.stats64 ? 'stats64' : 'stats', statisticsJson(read, all))
  sheet.say(statisticsText(sheet, read, all))
}

function statisticsText(sheet: Sheet, read: (counter: Column['counter']) => Value, all: boolean): string {
  const blocks = BLOCKS.flatMap(({ main, errors }) => (all ? [main, errors] : [main]))
  const widths = WIDTHS.map((least, i) =>
    Math.max(least, ...blocks.map(block => String(read(block.columns[i]?.counter) ?? '').length)),
  )
  const shown = (item: Column): boolean =>
    item.counter !== undefined &&
    !(item.rare && Number(read(item.counter) ?? 0) === 0) &&
    read(item.counter) !== undefined
  const lines = blocks.flatMap(block => {
    const columns = block.columns.map((item, i) => ({ item, width: widths[i]! }))
    const [first, ...rest] = columns
    // iproute2 leaves room for a rare column behind the counters, none behind the errors.
    const titles = rest
      .filter(({ item }) => shown(item) || item.title !== 'nohandler')
      .map(({ item, width }) => ` ${(shown(item) ? item.title : '').padStart(width)}`)
    const lead = first!.item.counter
      ? ` ${first!.item.title.padStart(first!.width - block.title.length - 1)}`
      : ''.padStart(first!.width - block.title.length)
    const numbers = columns
      .filter(({ item }) => shown(item))
      .map(({ item, width }) => `${number(sheet, read(item.counter)!).padStart(width)} `)
    const indent = first!.item.counter ? '    ' : ''.padStart(first!.width + 5)
    return [`    ${block.title}${lead}${titles.join('')}`, `${indent}${numbers.join('')}`]
  })
  return lines.join(sheet.newline)
}

/** 1252, or with `-h` 1.25k. */
export function number({ show }: Sheet, value: bigint | number): string {
  const base = show.iec ? 1024n : 1000n
  const count = BigInt(value)
  if (!show.human || count < base) return String(count)
  let unit = base
  let prefix = 0
  while (count / base >= unit && prefix < PREFIXES.length - 1) {
    unit *= base
    prefix++
  }
  const whole = count / unit
  const precision = whole < 10n ? 2 : whole < 100n ? 1 : 0
  return `${(Number(count) / Number(unit)).toFixed(precision)}${PREFIXES[prefix]}${show.iec ? 'i' : ''}`
}

/** `[key, counter, only where not 0]` */
type Member = readonly [key: string, counter: Column['counter'], rare?: true]

const RX: readonly Member[] = [
  ['bytes', 'rxBytes'],
  ['packets', 'rxPackets'],
  ['errors', 'rxErrors'],
  ['dropped', 'rxDropped'],
  ['over_errors', 'rxOverErrors'],
  ['multicast', 'multicast'],
  ['compressed', 'rxCompressed', true],
]
const RX_ERRORS: readonly Member[] = [
  ['length_errors', 'rxLengthErrors'],
  ['crc_errors', 'rxCrcErrors'],
  ['frame_errors', 'rxFrameErrors'],
  ['fifo_errors', 'rxFifoErrors'],
  ['missed_errors', 'rxMissedErrors'],
  ['nohandler', 'rxNohandler', true],
]
const TX: readonly Member[] = [
  ['bytes', 'txBytes'],
  ['packets', 'txPackets'],
  ['errors', 'txErrors'],
  ['dropped', 'txDropped'],
  ['carrier_errors', 'txCarrierErrors'],
  ['collisions', 'collisions'],
  ['compressed', 'txCompressed', true],
]
const TX_ERRORS: readonly Member[] = [
  ['aborted_errors', 'txAbortedErrors'],
  ['fifo_errors', 'txFifoErrors'],
  ['window_errors', 'txWindowErrors'],
  ['heartbeat_errors', 'txHeartbeatErrors'],
  ['carrier_changes', 'carrierChanges'],
]

function statisticsJson(read: (counter: Column['counter']) => Value, all: boolean): JsonObject {
  const side = (members: readonly Member[]): JsonObject =>
    Object.fromEntries(
      members.flatMap(([key, counter, rare]) => {
        const value = read(counter)
        return value === undefined || (rare && Number(value) === 0) ? [] : [[key, value]]
      }),
    )
  return { rx: side(all ? [...RX, ...RX_ERRORS] : RX), tx: side(all ? [...TX, ...TX_ERRORS] : TX) }
}
