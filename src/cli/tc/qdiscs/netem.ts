// netem: delay, loss, duplication and the like, as a bad network has them.
import { existsSync, readFileSync } from 'node:fs'
import { microsecondsOf, rate64, ticksOf } from '../../../ops/tc/psched.ts'
import { fraction, parsePercent } from '../../../ops/tc/units.ts'
import { Digits } from '../../json.ts'
import type { Sheet } from '../../sheet.ts'
import { type Keywords, matching, short, type Words } from '../../words.ts'
import type { QdiscKind, Reading, View } from '../kind.ts'
import { rateOrShare } from '../speed.ts'
import { general, percentText, rateText, time64Text, timeText } from '../text.ts'
import { type Found, illegal, is, readOptions, signed, size, time, time64, unsigned, value } from '../values.ts'

const MOST = 0xffffffff

/** A share of all packets, as a fraction of 2^32 - 1. */
function share(words: Words, name: string): number {
  const found = parsePercent(words.take('a percentage (1%)'))
  if (found === undefined) throw illegal(words, name, 'a percentage, like 1%, is expected')
  return fraction(found)
}
/** Whether the next word can be a value of the same keyword. */
const more = (words: Words): boolean => /^\d/.test(words.next ?? '')

/** A share, and how much one packet's lot depends on that of the one before. */
const correlated = (key: string, name = key) =>
  short<Found>((words, found) => {
    found[key] = share(words, name)
    if (more(words)) found[`${key}Correlation`] = share(words, name)
  })

const LOSSES = ['random', 'state', 'gemodel']

const loss = short<Found>((words, found) => {
  const model = more(words) ? 'random' : words.take(`a percentage, or one of: ${LOSSES.join(', ')}`)
  const next = (name: string, otherwise: number): number => (more(words) ? share(words, name) : otherwise)
  if (model === 'random') {
    found['loss'] = share(words, 'loss percent')
    if (more(words)) found['lossCorrelation'] = share(words, 'loss correllation')
  } else if (model === 'state') {
    const p13 = share(words, 'loss p13')
    const p31 = next('loss p31', MOST - p13)
    found['model'] = {
      markov: { p13, p31, p32: next('loss p32', 0), p23: next('loss p23', MOST), p14: next('loss p14', 0) },
    }
  } else if (model === 'gemodel') {
    const p = share(words, 'loss gemodel p')
    const r = next('loss gemodel r', MOST - p)
    const good = more(words) ? share(words, 'loss gemodel 1-h') : MOST
    found['model'] = { gilbert: { p, r, h: MOST - good, k1: next('loss gemodel k', 0) } }
  } else throw words.fail(`Unknown loss parameter: ${model}`, `a percentage, or one of: ${LOSSES.join(', ')}`)
}, 'drop')

const delay = short<Found>((words, found) => {
  found['delay'] = time(words, 'latency')
  if (!more(words)) return
  found['jitter'] = time(words, 'latency')
  if (more(words)) found['delayCorrelation'] = share(words, 'latency')
}, 'delay')

const slot = short<Found>((words, found) => {
  if (more(words)) {
    const minDelay = time64(words, 'slot min_delay') as number
    found['slot'] = { minDelay, maxDelay: more(words) ? time64(words, 'slot max_delay') : minDelay }
  } else {
    const word = words.take('a delay, or distribution')
    if (!matching(word, ['distribution']))
      throw words.fail(`Unknown slot parameter: ${word}`, 'a delay, or distribution')
    const data = distribution(words)
    const distributionDelay = time64(words, 'slot delay')
    found['slot'] = { distributionDelay, distributionJitter: time64(words, 'slot jitter') }
    found['slotDistribution'] = data
  }
  const keys: Readonly<Record<string, string>> = { packets: 'maxPackets', bytes: 'maxBytes' }
  for (
    let name = matching(words.next ?? '', Object.keys(keys));
    name;
    name = matching(words.next ?? '', Object.keys(keys))
  ) {
    words.take()
    found['slot'][keys[name]!] = unsigned()(words, `slot ${name}`)
  }
})

/** Where iproute2 keeps its tables. */
const FOLDERS = [
  process.env['TC_LIB_DIR'] ?? '',
  ...['/usr/lib/x86_64-linux-gnu/tc', '/usr/lib/aarch64-linux-gnu/tc', '/usr/lib64/tc', '/usr/lib/tc'],
]

/** The table of a distribution: numbers in NAME.dist. */
function distribution(words: Words): number[] {
  const name = words.take('the name of a distribution')
  const folder = FOLDERS.find(existsSync) ?? '/usr/lib/tc'
  const path = `${folder}//${name}.dist`
  if (!existsSync(path))
    throw words.fail(
      `No distribution data for ${name} (${path}: No such file or directory)`,
      'iproute2 brings normal, pareto, paretonormal and experimental',
    )
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter(line => !line.startsWith('#')).flatMap(line => line.match(/-?\d+/g)?.map(Number) ?? [])
}

const WORDS: Keywords<Found> = {
  limit: value('limit', size),
  latency: delay,
  loss,
  ecn: is('ecn', 1),
  reorder: correlated('reorder'),
  corrupt: correlated('corrupt'),
  gap: value('gap', unsigned()),
  duplicate: correlated('duplicate'),
  distribution: short((words, found) => void (found['distribution'] = distribution(words))),
  slot,
}

/** A rate, which may be a share of the device's speed, and what each packet takes beside itself. */
const rateOf = (reading: Reading): Keywords<Found> => ({
  rate: short((words, found) => {
    found['rate'] = rateOrShare(reading)(words, 'rate')
    const keys = ['packetOverhead', 'cellSize', 'cellOverhead']
    found['cells'] = {}
    for (const key of keys) if (/^-?\d/.test(words.next ?? '')) found['cells'][key] = signed(words, 'rate')
  }),
})

export const netem: QdiscKind = {
  help: `Usage: … netem [ limit PACKETS ] [ delay TIME [ JITTER [ CORRELATION ] ] ] [ distribution NAME ]
	[ loss [ random ] PERCENT [ CORRELATION ] | loss state P13 [ P31 [ P32 [ P23 P14 ] ] ]
	  | loss gemodel PERCENT [ R [ 1-H [ 1-K ] ] ] ] [ ecn ]
	[ corrupt PERCENT [ CORRELATION ] ] [ duplicate PERCENT [ CORRELATION ] ]
	[ reorder PERCENT [ CORRELATION ] [ gap DISTANCE ] ]
	[ rate RATE [ PACKETOVERHEAD [ CELLSIZE [ CELLOVERHEAD ] ] ] ]
	[ slot MIN_DELAY [ MAX_DELAY ] | slot distribution NAME DELAY JITTER ] [ packets N ] [ bytes N ]\n`,
  read(words, reading) {
    const found = readOptions(words, { ...WORDS, ...rateOf(reading) })
    const { delay: latency = 0, jitter = 0, reorder, gap } = found
    if (reorder && latency === 0)
      throw words.fail('reordering not possible without specifying some delay', 'delay 10ms')
    if (!reorder && gap) throw words.fail('gap specified without reorder probability', 'reorder 25%')
    if (found['distribution'] && (latency === 0 || jitter === 0))
      throw words.fail('distribution specified but no latency and jitter values', 'delay 100ms 20ms')
    return options(found)
  },
  print: printNetem,
}

function options(found: Found): unknown {
  const { delay: latency = 0, jitter = 0, reorder, corrupt, gap = 0, ecn, model, cells } = found
  const correlation = {
    delay: found['delayCorrelation'] ?? 0,
    loss: found['lossCorrelation'] ?? 0,
    duplicate: found['duplicateCorrelation'] ?? 0,
  }
  const pair = (key: string) =>
    found[key] ? { probability: found[key], correlation: found[`${key}Correlation`] ?? 0 } : undefined
  return {
    header: {
      latency: ticksOf(latency),
      limit: found['limit'] ?? 1000,
      loss: found['loss'] ?? 0,
      gap: reorder && gap === 0 ? 1 : gap,
      duplicate: found['duplicate'] ?? 0,
      jitter: ticksOf(jitter),
    },
    attributes: {
      correlation: Object.values(correlation).some(part => part > 0) ? correlation : undefined,
      reorder: pair('reorder'),
      ecn,
      corrupt: corrupt ? pair('corrupt') : undefined,
      slot: found['slot'],
      loss: model,
      rate64: found['rate'] === undefined ? undefined : rate64(found['rate']),
      rate: found['rate'] === undefined ? undefined : { rate: Math.min(found['rate'], MOST), ...cells },
      delayDistribution: found['distribution'],
      slotDistribution: found['slotDistribution'],
    },
  }
}

// ── text ───────────────────────────────────────────────────────────────────

/** A share as a JSON number. */
const part = (value: number): Digits => new Digits(general(value / MOST))
const seconds = (ticks: number): Digits => new Digits(general(microsecondsOf(ticks) / 1e6))

function printNetem(sheet: Sheet, { header, attributes }: any, { show }: View): void {
  const { limit, latency, jitter, loss: lost, duplicate, gap } = header
  const { correlation, loss: model, reorder, corrupt, rate: spec, rate64: wide, ecn, slot: slots } = attributes
  sheet.add('limit', limit, `limit ${limit}`)
  if (latency || jitter)
    sheet.inside('delay', () => {
      sheet.add('delay', seconds(latency), ` delay ${timeText(microsecondsOf(latency))}`)
      sheet.add('jitter', seconds(jitter), jitter ? `  ${timeText(microsecondsOf(jitter))}` : '')
      addCorrelation(sheet, jitter, correlation?.delay)
    })
  if (lost) addShare(sheet, 'loss-random', 'loss', lost, correlation?.loss)
  if (model?.markov) addModel(sheet, 'loss-state', ' loss state', model.markov, STATES)
  if (model?.gilbert) {
    const { p, r, h, k1 } = model.gilbert
    addModel(sheet, 'loss-gemodel', ' loss gemodel', { p, r, '1-h': MOST - h, '1-k': k1 }, GILBERT)
  }
  if (duplicate) addShare(sheet, 'duplicate', 'duplicate', duplicate, correlation?.duplicate)
  if (reorder?.probability) addShare(sheet, 'reorder', 'reorder', reorder.probability, reorder.correlation)
  if (corrupt?.probability) addShare(sheet, 'corrupt', 'corrupt', corrupt.probability, corrupt.correlation)
  if (spec?.rate) addRate(sheet, spec, wide ?? spec.rate, show.iec)
  if (slots) addSlot(sheet, slots)
  sheet.add('ecn', Boolean(ecn), ecn ? ' ecn ' : '')
  if (gap) sheet.add('gap', gap, ` gap ${gap}`)
}
const STATES = ['p13', 'p31', 'p32', 'p23', 'p14']
const GILBERT = ['p', 'r', '1-h', '1-k']

function addCorrelation(sheet: Sheet, meant: number, correlation = 0): void {
  sheet.add('correlation', part(correlation), meant && correlation ? ` ${percentText(correlation)}` : '')
}
function addShare(sheet: Sheet, json: string, word: string, value: number, correlation: number | undefined): void {
  sheet.inside(json, () => {
    sheet.add(word, part(value), ` ${word} ${percentText(value)}`)
    addCorrelation(sheet, value, correlation)
  })
}
function addModel(sheet: Sheet, json: string, title: string, model: any, keys: readonly string[]): void {
  sheet.say(title)
  sheet.inside(json, () => {
    for (const key of keys) sheet.add(key, part(model[key]), ` ${key} ${percentText(model[key])}`)
  })
}
function addRate(sheet: Sheet, spec: any, bytes: number | bigint, iec: boolean): void {
  sheet.inside('rate', () => {
    sheet.add('rate', bytes, ` rate ${rateText(bytes, iec)}`)
    for (const [json, key] of [
      ['packetoverhead', 'packetOverhead'],
      ['cellsize', 'cellSize'],
      ['celloverhead', 'cellOverhead'],
    ] as const)
      sheet.add(json, spec[key], spec[key] ? ` ${json} ${spec[key]}` : '')
  })
}
function addSlot(sheet: Sheet, slots: any): void {
  const { minDelay, maxDelay, maxPackets, maxBytes, distributionDelay, distributionJitter } = slots
  sheet.inside('slot', () => {
    if (distributionJitter) {
      sheet.add('distribution', 'custom', ' slot distribution')
      sheet.add('delay', distributionDelay, ` ${time64Text(distributionDelay)}`)
      sheet.add('jitter', distributionJitter, ` ${time64Text(distributionJitter)}`)
    } else {
      sheet.add('min-delay', minDelay, ` slot ${time64Text(minDelay)}`)
      sheet.add('max-delay', maxDelay, ` ${time64Text(maxDelay)}`)
    }
    if (maxPackets) sheet.add('packets', maxPackets, ` packets ${maxPackets}`)
    if (maxBytes) sheet.add('bytes', maxBytes, ` bytes ${maxBytes}`)
  })
}
