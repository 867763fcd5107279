// Bands: prio, rr, pfifo_fast (prio's first, and the default), multiq, ets; skbprio and plug.
import { type Keyword, type Keywords, type Words, whole } from '../../words.ts'
import type { QdiscKind } from '../kind.ts'
import { exact, type Found, isExactly, parseNumber, readOptions, unsigned, value, voiceOf } from '../values.ts'

/** Numbers, as many as there are. */
function numbers(words: Words, most: number): number[] {
  const found: number[] = []
  while (found.length < most) {
    const next = words.next === undefined ? undefined : parseNumber(words.next)
    if (next === undefined) break
    words.take()
    found.push(next)
  }
  return found
}

// ── prio ───────────────────────────────────────────────────────────────────

const BANDS = 3
const PRIORITIES = 16
const PRIOMAP = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]

/** prio and rr: `past` is by how much a band may be beyond the last, `name` what tc calls the last priority. */
function banded(past: number, name: string): Required<Pick<QdiscKind, 'read'>> {
  const priomap: Keyword<Found> = whole((words, found) => {
    const { bands = BANDS } = found
    const map: number[] = []
    while (!words.done && !Object.hasOwn(table, words.next!)) {
      const band = parseNumber(words.take(), 10)
      if (band === undefined) throw words.fail('Illegal "priomap" element', 'the number of a band is expected')
      if (map.length === PRIORITIES) throw words.fail(`"priomap" index > ${name}=15`, 'there are 16 priorities')
      if (band > bands - 1 + past) throw words.fail('"priomap" element is out of bands', `there are ${bands} bands`)
      map.push(band)
    }
    found['priomap'] = [...map, ...PRIOMAP.slice(map.length)]
  })
  const table: Keywords<Found> = {
    bands: exact('bands', unsigned(10)),
    priomap,
    multiqueue: isExactly('multiqueue', true),
  }
  return {
    read(words) {
      const { bands = BANDS, priomap: map = PRIOMAP, multiqueue } = readOptions(words, table)
      // The nest that tc appends for a flag that kernels before 2.6.27 had.
      return { bands, priomap: map, tail: multiqueue ? MULTIQUEUE : NOTHING }
    },
  }
}
const NOTHING = Uint8Array.of(4, 0, 2, 0)
const MULTIQUEUE = Uint8Array.of(8, 0, 2, 0, 4, 0, 1, 0)
/** tc looks for the flag's value, which there is none of. */
const multiqueueText = (tail: Uint8Array = NOTHING): string => (tail.length > NOTHING.length ? ' multiqueue: off ' : '')
const PRIOMAP_HELP = '	priomap   the band of each of the 16 priorities {1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1}\n'

export const prio: QdiscKind = {
  help: `Usage: … prio [ bands NUMBER ] [ priomap P1 P2 … ] [ multiqueue ]\n${PRIOMAP_HELP}`,
  ...banded(0, 'TC_PRIO_MAX'),
  print(sheet, { bands, priomap: map, tail }) {
    sheet.add('bands', bands)
    sheet.add('priomap', map, `priomap ${map.join(' ')}`)
    sheet.add('multiqueue', false, multiqueueText(tail))
  },
}
export const rr: QdiscKind = {
  help: `Usage: … rr [ bands NUMBER ] [ priomap P1 P2 … ] [ multiqueue ]\n${PRIOMAP_HELP}	(Linux has it until 2.6.27)\n`,
  ...banded(1, 'TC_RR_MAX'),
  print(sheet, { bands, priomap: map, tail }) {
    sheet.add('bands', bands)
    sheet.add('priomap', map, `priomap  ${map.join(' ')}`)
    sheet.add('multiqueue', false, multiqueueText(tail))
  },
}
export const pfifoFast: QdiscKind = {
  help: `Usage: … pfifo_fast\n`,
  unread: `qdisc 'pfifo_fast' does not support option parsing`,
  print: prio.print!,
}

// ── multiq, skbprio, plug ──────────────────────────────────────────────────

export const multiq: QdiscKind = {
  help: `Usage: … multiq    a band a queue of the device\n`,
  read: words => readOptions(words, {}),
  print(sheet, { bands, maxBands }) {
    sheet.add('bands', bands, `bands ${bands}`)
    sheet.add('max_bands', maxBands, `/${maxBands} `)
  },
}

export const skbprio: QdiscKind = {
  help: `Usage: … skbprio [ limit PACKETS ]\n`,
  read(words) {
    if (words.done) return undefined
    return readOptions(
      words,
      { limit: exact('limit', unsigned()) },
      {
        voice: {
          illegal: (name, word) => `skbprio: Illegal "${name}" value:"${word}"`,
          unknown: word => `skbprio: unknown parameter "${word}"`,
        },
      },
    )
  },
  print: (sheet, { limit }) => sheet.add('limit', limit),
}

const PLUG: Keywords<Found> = {
  block: isExactly('action', 'buffer'),
  release: isExactly('action', 'release_one'),
  release_indefinite: isExactly('action', 'release_indefinite'),
  limit: whole((words, found) => {
    found['action'] = 'limit'
    found['limit'] = unsigned()(words, 'limit')
  }),
}
export const plug: QdiscKind = {
  help: `Usage: … plug { block | release | release_indefinite | limit BYTES }\n`,
  read: words =>
    words.done
      ? undefined
      : readOptions(words, PLUG, {
          voice: { ...voiceOf('plug'), illegal: (name, word) => `Illegal value for "${name}": "${word}"` },
        }),
}

// ── ets ────────────────────────────────────────────────────────────────────

const list = (key: string, most: number): Keyword<Found> => value(key, words => ({ bands: numbers(words, most) }))
const ETS: Keywords<Found> = {
  bands: exact('bands', unsigned(10, 16)),
  strict: exact('strict', unsigned(10, 16)),
  quanta: list('quanta', 16),
  priomap: list('priomap', 16),
}

export const ets: QdiscKind = {
  help: `Usage: … qdisc add … ets [ bands NUMBER ] [ strict NUMBER ] [ quanta Q1 Q2 … ] [ priomap P1 P2 … ]
       … class change … ets [ quantum Q ]\n`,
  read(words) {
    const { strict, quanta, priomap: map, ...found } = readOptions(words, ETS)
    const bands = found['bands'] ?? (strict ?? 0) + (quanta?.bands.length ?? 0)
    if (!bands) throw words.fail('One of "bands", "strict" or "quanta" needs to be specified', 'bands 4')
    if ((strict ?? 0) + (quanta?.bands.length ?? 0) > bands)
      throw words.fail('Not enough total bands to cover all the strict bands and quanta', `there are ${bands}`)
    return { bands, strict: strict || undefined, quanta, priomap: map }
  },
  readClass(words) {
    return readOptions(words, { quantum: exact('quantum', quantum) })
  },
  print(sheet, { bands, strict, quanta, priomap: map }) {
    sheet.add('bands', bands)
    if (strict) sheet.add('strict', strict)
    if (quanta) sheet.add('quanta', quanta.bands, `quanta ${quanta.bands.map((q: number) => `${q} `).join('')}`)
    if (map) sheet.add('priomap', map.bands, `priomap ${map.bands.map((band: number) => `${band} `).join('')}`)
  },
  printClass(sheet, { quantum: bytes }) {
    if (bytes !== undefined) sheet.add('quantum', bytes)
  },
}
function quantum(words: Words): unknown {
  const found = parseNumber(words.take('bytes'), 10)
  if (!found) throw words.fail('Illegal "quanta" element', 'bytes are expected')
  return found
}
