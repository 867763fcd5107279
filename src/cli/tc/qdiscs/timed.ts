// etf (packets go at their time) and cbs (credit-based shaping), of time-sensitive networks; what taprio shares with them.
import { expected, type Keywords, type Words, whole } from '../../words.ts'
import type { QdiscKind } from '../kind.ts'
import { exact, type Found, isExactly, readOptions, signed, unsigned, voiceOf } from '../values.ts'

const CLOCKS = ['REALTIME', 'TAI', 'BOOTTIME', 'MONOTONIC']

/** `TAI`, `CLOCK_TAI`. */
export function clock(words: Words, kind: string): string {
  const word = words.take('a clock (CLOCK_TAI)')
  const name = word.toUpperCase().replace(/^CLOCK_/, '')
  if (CLOCKS.includes(name)) return name
  throw words.fail(`${kind}: illegal value for "clockid": "${word}".`, expected(word, CLOCKS))
}

const FLAGS: Readonly<Record<string, string>> = {
  offload: 'offload',
  deadline_mode: 'deadline_mode',
  skip_sock_check: 'skip_sock_check',
}
const ETF: Keywords<Found> = {
  offload: isExactly('offload', true),
  deadline_mode: isExactly('deadline_mode', true),
  delta: exact('delta', signed),
  clockid: whole((words, found) => {
    if (found['clock'] !== undefined) throw words.fail('etf: duplicate "clockid" specification')
    found['clock'] = clock(words, 'etf')
  }),
  skip_sock_check: isExactly('skip_sock_check', true),
}

export const etf: QdiscKind = {
  help: `Usage: … etf delta NANOSECONDS clockid CLOCKID [ offload ] [ deadline_mode ] [ skip_sock_check ]
CLOCKID := { ${CLOCKS.map(name => `CLOCK_${name}`).join(' | ')} }\n`,
  read(words) {
    const { delta = 0, clock: clockId = 'INVALID', ...rest } = readOptions(words, ETF, { voice: voiceOf('etf') })
    const flags = Object.keys(FLAGS).filter(name => rest[name])
    return { parameters: { delta, clock: clockId, flags } }
  },
  print(sheet, { parameters }) {
    if (!parameters) return
    const { clock: clockId, delta, flags } = parameters
    const name = clockId === 'INVALID' ? 'invalid' : clockId
    sheet.add('clockid', name)
    sheet.add('delta', delta)
    for (const word of Object.keys(FLAGS)) {
      const on = flags.includes(word) ? 'on' : 'off'
      sheet.add(word, on, `${word} ${on}${word === 'skip_sock_check' ? '' : ' '}`)
    }
  },
}

const CBS: Keywords<Found> = {
  offload: exact('offload', unsigned(0, 255)),
  hicredit: exact('hiCredit', signed),
  locredit: exact('loCredit', signed),
  sendslope: exact('sendSlope', signed),
  idleslope: exact('idleSlope', signed),
}
export const cbs: QdiscKind = {
  help: `Usage: … cbs hicredit BYTES locredit BYTES sendslope KBITS idleslope KBITS [ offload { 0 | 1 } ]\n`,
  read: words => ({ parameters: readOptions(words, CBS, { voice: voiceOf('cbs') }) }),
  print(sheet, { parameters }) {
    if (!parameters) return
    const { hiCredit, loCredit, sendSlope, idleSlope, offload } = parameters
    sheet.add('hicredit', hiCredit)
    sheet.add('locredit', loCredit)
    sheet.add('sendslope', sendSlope)
    sheet.add('idleslope', idleSlope)
    sheet.add('offload', offload)
  },
}
