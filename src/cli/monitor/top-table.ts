// The table of `netloom top`: rates from two looks at the counters, sorted and filtered, as lines that fit a terminal.
// Pure: no terminal, no clock.

/** A link's counters at a moment. */
export interface Counted {
  /** The name of its namespace; undefined: this one. */
  readonly netns: string | undefined
  readonly index: number
  readonly name: string
  readonly state: string
  readonly rxBytes: bigint
  readonly txBytes: bigint
  readonly rxPackets: bigint
  readonly txPackets: bigint
  /** Dropped, both ways. */
  readonly drops: bigint
}

/** What happens on a link, a second. */
export interface Rates {
  readonly netns: string | undefined
  readonly name: string
  readonly state: string
  /** Bits. */
  readonly rx: number
  readonly tx: number
  /** Packets. */
  readonly rxPackets: number
  readonly txPackets: number
  readonly drops: number
}

const keyOf = ({ netns, index }: Counted): string => `${netns ?? ''} ${index}`

/** The rates between two looks, `seconds` apart. A link that is new, or whose counters began anew, has none yet. */
export function ratesOf(before: readonly Counted[], after: readonly Counted[], seconds: number): Rates[] {
  const earlier = new Map(before.map(counted => [keyOf(counted), counted]))
  return after.map(now => {
    const then = earlier.get(keyOf(now))
    const each = (key: 'rxBytes' | 'txBytes' | 'rxPackets' | 'txPackets' | 'drops'): number =>
      then && now[key] >= then[key] && seconds > 0 ? Number(now[key] - then[key]) / seconds : 0
    const { netns, name, state } = now
    return {
      netns,
      name,
      state,
      rx: each('rxBytes') * 8,
      tx: each('txBytes') * 8,
      rxPackets: each('rxPackets'),
      txPackets: each('txPackets'),
      drops: each('drops'),
    }
  })
}

/** What the table can be sorted by: the key that is pressed, and the column. */
export const SORTS = {
  b: { title: 'bits', of: ({ rx, tx }: Rates) => rx + tx },
  p: { title: 'packets', of: ({ rxPackets, txPackets }: Rates) => rxPackets + txPackets },
  d: { title: 'drops', of: ({ drops }: Rates) => drops },
  r: { title: 'received', of: ({ rx }: Rates) => rx },
  t: { title: 'sent', of: ({ tx }: Rates) => tx },
  n: { title: 'name', of: () => 0 },
} as const
export type Sort = keyof typeof SORTS

export interface View {
  readonly sort: Sort
  /** Turned round. */
  readonly reversed: boolean
  /** Only links whose name or namespace has this in it. */
  readonly filter: string
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The rows that a view shows, in its order; those that are even by namespace and name. */
export function arranged(rates: readonly Rates[], { sort, reversed, filter }: View): Rates[] {
  const wanted = rates.filter(({ netns = '', name }) => `${netns} ${name}`.includes(filter))
  const { of } = SORTS[sort]
  const sorted = wanted.sort(
    (a, b) => of(b) - of(a) || compare(a.netns ?? '', b.netns ?? '') || compare(a.name, b.name),
  )
  return reversed ? sorted.reverse() : sorted
}

const UNITS = ['', 'k', 'M', 'G', 'T']

/** A rate in at most five characters and its unit: `999`, `1.25k`, `12.5M`. */
export function rateText(value: number): string {
  if (value === 0) return '0'
  let unit = 0
  let number = value
  while (number >= 999.5 && unit < UNITS.length - 1) {
    number /= 1000
    unit++
  }
  const digits = unit === 0 || number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2
  // A rate below one is not none.
  return unit === 0 && number < 1 ? '<1' : `${number.toFixed(digits)}${UNITS[unit]}`
}

const COLUMNS = [
  ['NETNS', 14, ({ netns }: Rates) => netns ?? '-'],
  ['LINK', 16, ({ name }: Rates) => name],
  ['STATE', 10, ({ state }: Rates) => state],
  ['RX BIT/S', -9, ({ rx }: Rates) => rateText(rx)],
  ['TX BIT/S', -9, ({ tx }: Rates) => rateText(tx)],
  ['RX PKT/S', -9, ({ rxPackets }: Rates) => rateText(rxPackets)],
  ['TX PKT/S', -9, ({ txPackets }: Rates) => rateText(txPackets)],
  ['DROPS/S', -8, ({ drops }: Rates) => rateText(drops)],
] as const

/** A cell of a column: padded, and cut with a mark where it is too long; a negative width is to the right. */
function cell(text: string, width: number): string {
  const room = Math.abs(width)
  const fitting = text.length > room ? `${text.slice(0, room - 1)}…` : text
  return width < 0 ? fitting.padStart(room) : fitting.padEnd(room)
}

/** The heading and a line a row. */
export function lines(rows: readonly Rates[]): string[] {
  const line = (text: (column: (typeof COLUMNS)[number]) => string): string =>
    COLUMNS.map(column => cell(text(column), column[1]))
      .join(' ')
      .trimEnd()
  return [line(([title]) => title), ...rows.map(row => line(([, , of]) => of(row)))]
}

export interface Screen {
  readonly columns: number
  readonly rows: number
}

/** What a terminal shows: exactly `rows` lines, none longer than `columns`. `typing`: the filter is being written. */
export function screen(rates: readonly Rates[], view: View, { columns, rows }: Screen, typing: boolean): string[] {
  const shown = arranged(rates, view)
  const [heading = '', ...table] = lines(shown)
  const room = Math.max(0, rows - 3)
  const left = table.length - room
  const order = `by ${SORTS[view.sort].title}${view.reversed ? ', reversed' : ''}`
  const filter = view.filter === '' ? '' : `, with '${view.filter}'`
  const status = typing
    ? `/${view.filter}_   (Enter: keep it, Escape: all)`
    : `sort: ${Object.entries(SORTS)
        .map(([key, { title }]) => `${key} ${title}`)
        .join(', ')}   R turn   / filter   q quit`
  return [
    `netloom top: ${shown.length} of ${rates.length} links, ${order}${filter}`,
    heading,
    ...Array.from({ length: room }, (_, i) => (i === room - 1 && left > 0 ? `… ${left + 1} more` : (table[i] ?? ''))),
    status,
  ]
    .slice(0, rows)
    .map(text => (text.length > columns ? text.slice(0, columns) : text))
}

/** What a key does to a view. */
export interface Keyboard {
  readonly view: View
  readonly typing: boolean
  readonly quit: boolean
}

const ENTER = /^[\r\n]$/
const ESCAPE = '\x1b'
const BACKSPACE = /^[\x7f\b]$/
const INTERRUPT = '\x03'

/** A key was pressed (a character, or what an escape sequence begins with). */
export function pressed(key: string, { view, typing }: Omit<Keyboard, 'quit'>): Keyboard {
  const same = { view, typing, quit: false }
  if (key === INTERRUPT) return { ...same, quit: true }
  if (typing) {
    if (ENTER.test(key)) return { ...same, typing: false }
    if (key === ESCAPE) return { view: { ...view, filter: '' }, typing: false, quit: false }
    if (BACKSPACE.test(key)) return { ...same, view: { ...view, filter: view.filter.slice(0, -1) } }
    return key >= ' ' && key.length === 1 ? { ...same, view: { ...view, filter: view.filter + key } } : same
  }
  if (key === 'q') return { ...same, quit: true }
  if (key === '/') return { ...same, typing: true }
  if (key === ESCAPE) return { ...same, view: { ...view, filter: '' } }
  if (key === 'R') return { ...same, view: { ...view, reversed: !view.reversed } }
  if (Object.hasOwn(SORTS, key)) return { ...same, view: { ...view, sort: key as Sort, reversed: false } }
  return same
}
