// can: real controllers. (vcan has no options, vxcan is a pair.) Times are in the units of the words.
import type { LinkData } from '../../../route/link.ts'
import type { Json } from '../../json.ts'
import type { Sheet } from '../../sheet.ts'
import { expected, integer, onOff, short, type Words } from '../../words.ts'
import { type Kinds, type Option, type Options, option, type Printer, type State, U16 } from './kind.ts'

// ── words ──────────────────────────────────────────────────────────────────

const NO_TIMING = { bitrate: 0, samplePoint: 0, tq: 0, propSeg: 0, phaseSeg1: 0, phaseSeg2: 0, sjw: 0, brp: 0 }

const invalid = (words: Words): string => `invalid "${words.last}" value`

const timing = (part: 'bittiming' | 'dataBittiming', key: string): Option =>
  option('NUMBER', (words, { data }) => {
    data[part] = { ...NO_TIMING, ...data[part], [key]: integer(words, invalid(words)) }
  })
/** Thousandths, from a fraction; the arithmetic is that of C's float. */
const samplePoint = (part: 'bittiming' | 'dataBittiming'): Option =>
  option('FRACTION', (words, { data }) => {
    const reason = invalid(words)
    const text = words.take('a fraction')
    if (!/^\d*\.?\d+$/.test(text)) throw words.wrong(reason, 'a fraction like 0.875')
    const thousandths = Math.trunc(Math.fround(Math.fround(Number(text)) * 1000))
    data[part] = { ...NO_TIMING, ...data[part], samplePoint: thousandths }
  })
const tdc = (key: string): Option =>
  option('NUMBER', (words, { data }) => {
    data['tdc'] = { ...data['tdc'], [key]: integer(words, invalid(words)) }
  })

function setMode(data: State['data'], modes: readonly string[], on: readonly string[]): void {
  const { mask = [], flags = [] } = data['ctrlmode'] ?? {}
  data['ctrlmode'] = { mask: [...mask, ...modes], flags: [...flags, ...on] }
}
const mode = (name: string): Option =>
  option('{ on | off }', (words, { data }) => setMode(data, [name], onOff(words, name) ? [name] : []))

const TDC_MODES: Readonly<Record<string, readonly [mask: readonly string[], on: readonly string[]]>> = {
  auto: [['tdc-auto'], ['tdc-auto']],
  manual: [['tdc-manual'], ['tdc-manual']],
  off: [['tdc-auto', 'tdc-manual'], []],
}

const WORDS: Options = {
  bitrate: timing('bittiming', 'bitrate'),
  'sample-point': samplePoint('bittiming'),
  tq: timing('bittiming', 'tq'),
  'prop-seg': timing('bittiming', 'propSeg'),
  'phase-seg1': timing('bittiming', 'phaseSeg1'),
  'phase-seg2': timing('bittiming', 'phaseSeg2'),
  sjw: timing('bittiming', 'sjw'),
  dbitrate: timing('dataBittiming', 'bitrate'),
  'dsample-point': samplePoint('dataBittiming'),
  dtq: timing('dataBittiming', 'tq'),
  'dprop-seg': timing('dataBittiming', 'propSeg'),
  'dphase-seg1': timing('dataBittiming', 'phaseSeg1'),
  'dphase-seg2': timing('dataBittiming', 'phaseSeg2'),
  dsjw: timing('dataBittiming', 'sjw'),
  tdcv: tdc('tdcv'),
  tdco: tdc('tdco'),
  tdcf: tdc('tdcf'),
  loopback: mode('loopback'),
  'listen-only': mode('listen-only'),
  'triple-sampling': mode('triple-sampling'),
  'one-shot': mode('one-shot'),
  'berr-reporting': mode('berr-reporting'),
  fd: mode('fd'),
  'fd-non-iso': mode('fd-non-iso'),
  'presume-ack': mode('presume-ack'),
  'cc-len8-dlc': mode('cc-len8-dlc'),
  'tdc-mode': option('{ auto | manual | off }', (words, { data }) => {
    const text = words.take('auto, manual or off')
    const found = TDC_MODES[text]
    if (!found)
      throw words.fail(
        `Error: argument of "tdc-mode" must be "auto", "manual" or "off", not "${text}"`,
        expected(text, Object.keys(TDC_MODES)),
        255,
      )
    setMode(data, ...found)
  }),
  restart: short((_, { data }) => void (data['restart'] = 1)),
  'restart-ms': option('MS', (words, { data }) => void (data['restartMs'] = integer(words, invalid(words)))),
  termination: option('OHMS', (words, { data }) => void (data['termination'] = integer(words, invalid(words), U16))),
}

/** A timing without a rate and without a quantum says nothing. */
function finish({ data }: State): void {
  for (const part of ['bittiming', 'dataBittiming'])
    if (data[part] && !data[part].bitrate && !data[part].tq) delete data[part]
}

// ── printing (iproute2 6.1's iplink_can.c) ─────────────────────────────────

type Can = Exclude<LinkData<'can'>, Uint8Array>
type Timing = NonNullable<Can['bittiming']>
type Limits = NonNullable<Can['bittimingConst']>

const print: Printer<Can> = (sheet, data) => {
  addModes(sheet, data)
  if (data.state !== undefined)
    sheet.add('state', typeof data.state === 'number' ? 'UNKNOWN' : data.state.toUpperCase())
  const { berrCounter } = data
  if (berrCounter)
    sheet.inside('berr_counter', () => {
      sheet.add('tx', berrCounter.txErrors, `(berr-counter tx ${berrCounter.txErrors} `)
      sheet.add('rx', berrCounter.rxErrors, `rx ${berrCounter.rxErrors}) `)
    })
  if (data.restartMs !== undefined) sheet.add('restart_ms', data.restartMs, `restart-ms ${data.restartMs} `)
  addBus(sheet, '', data, data.bittiming, data.bittimingConst, data.bitrateConst)
  addBus(sheet, 'd', data, data.dataBittiming, data.dataBittimingConst, data.dataBitrateConst)
  const { termination, terminationConst } = data
  if (termination !== undefined && terminationConst) {
    sheet.add('termination', termination, `${sheet.newline}\t  termination ${termination} [ `)
    sheet.add('termination_const', [...terminationConst], `${terminationConst.join(', ')} ]`)
  }
  if (data.clock) sheet.add('clock', data.clock.freq, `${sheet.newline}\t  clock ${data.clock.freq} `)
}

function addModes(sheet: Sheet, { ctrlmode }: Can): void {
  const flags = ctrlmode?.flags ?? []
  if (flags.length === 0) return
  const modes = flags.map(flag => (typeof flag === 'number' ? flag.toString(16) : flag.toUpperCase()))
  sheet.add('ctrlmode', modes, `<${modes.join(',')}> `)
}

/** One of the two buses: `d` is the one for data. Where the rates are fixed, the timing says nothing. */
function addBus(
  sheet: Sheet,
  d: '' | 'd',
  { tdc: delays }: Can,
  bits: Timing | undefined,
  limits: Limits | undefined,
  rates: readonly number[] | undefined,
): void {
  const prefix = d && 'data_'
  if (bits && !rates) sheet.inside(`${prefix}bittiming`, () => addTiming(sheet, d, bits))
  if (bits && !rates && d && delays) addDelays(sheet, delays)
  if (limits && !rates) sheet.inside(`${prefix}bittiming_const`, () => addLimits(sheet, d, limits))
  if (!rates) return
  const rate = bits?.bitrate ?? 0
  sheet.add(`${prefix}bittiming_bitrate`, rate, `${sheet.newline}\t  ${d}bitrate ${rate}`)
  const lines = rates.map(
    (value, i) => `${i % 6 === 0 && i > 0 ? `${sheet.newline}\t     ` : ''}${String(value).padStart(8)}`,
  )
  sheet.add(`${prefix}bitrate_const`, [...rates] as Json, `${sheet.newline}\t    [${lines.join(', ')} ]`)
}

function addTiming(sheet: Sheet, d: string, bits: Timing): void {
  const point = (bits.samplePoint / 1000).toFixed(3)
  sheet.add('bitrate', bits.bitrate, `${sheet.newline}\t  ${d}bitrate ${bits.bitrate}`)
  sheet.add('sample_point', point, ` ${d}sample-point ${point}`)
  sheet.add('tq', bits.tq, `${sheet.newline}\t  ${d}tq ${bits.tq}`)
  sheet.add('prop_seg', bits.propSeg, ` ${d}prop-seg ${bits.propSeg}`)
  sheet.add('phase_seg1', bits.phaseSeg1, ` ${d}phase-seg1 ${bits.phaseSeg1}`)
  sheet.add('phase_seg2', bits.phaseSeg2, ` ${d}phase-seg2 ${bits.phaseSeg2}`)
  sheet.add('sjw', bits.sjw, ` ${d}sjw ${bits.sjw}`)
  sheet.add('brp', bits.brp, ` ${d}brp ${bits.brp}`)
}

function addDelays(sheet: Sheet, { tdcv, tdco, tdcf }: NonNullable<Can['tdc']>): void {
  sheet.inside('tdc', () => {
    sheet.say(sheet.newline)
    if (tdcv !== undefined) sheet.add('tdcv', tdcv, `\t  tdcv ${tdcv}`)
    if (tdco !== undefined) sheet.add('tdco', tdco, ` tdco ${tdco}`)
    if (tdcf !== undefined) sheet.add('tdcf', tdcf, ` tdcf ${tdcf}`)
  })
}

function addLimits(sheet: Sheet, d: string, limits: Limits): void {
  const range = (key: string, min: number, max: number): void =>
    sheet.add(key, { min, max }, ` ${d}${key} ${min}..${max}`)
  sheet.add('name', limits.name, `${sheet.newline}\t  ${limits.name}:`)
  range('tseg1', limits.tseg1Min, limits.tseg1Max)
  range('tseg2', limits.tseg2Min, limits.tseg2Max)
  range('sjw', 1, limits.sjwMax)
  range('brp', limits.brpMin, limits.brpMax)
  sheet.add('brp_inc', limits.brpInc, ` ${d}brp_inc ${limits.brpInc}`)
}

export const can: Kinds = { can: { words: WORDS, finish, print } }
