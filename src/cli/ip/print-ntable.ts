// The tables of the neighbour code as `ip ntable` prints them: text and JSON, character for character iproute2 6.1's. Pure.
import type { NeighbourTable } from '../../route/neighbour.ts'
import { linkName, type Names, Sheet, type Show } from '../sheet.ts'

type Value = number | bigint | undefined
/** `[JSON's key, the text's word where it is another, value]`, the lines of a table. */
type Line = readonly (readonly [key: string, value: Value, word?: string])[]

/** One table, or what it has of one device, with the empty line behind it. */
export function neighbourTableSheet(table: NeighbourTable, show: Show, names: Names): Sheet {
  const sheet = new Sheet(show)
  const { family, name, threshold1, threshold2, threshold3, gcInterval, config, parameters: p, stats } = table
  sheet.add('family', String(family), `${family} `)
  if (name !== undefined) sheet.add('name', name, `${name} `)
  sheet.say(sheet.newline)
  addLine(sheet, [
    ['thresh1', threshold1],
    ['thresh2', threshold2],
    ['thresh3', threshold3],
    ['gc_interval', gcInterval, 'gc_int'],
  ])
  if (config && show.statistics > 0) addConfig(sheet, config)
  if (p) addParameters(sheet, p, names)
  if (stats && show.statistics > 0) addStatistics(sheet, stats)
  sheet.say('\n')
  return sheet
}

/** A line of what is there; none where nothing is. */
function addLine(sheet: Sheet, line: Line, lead = '    '): void {
  const there = line.filter(([, value]) => value !== undefined)
  if (there.length === 0) return
  sheet.say(lead)
  for (const [key, value, word = key] of there) sheet.add(key, value!, `${word} ${value} `)
  sheet.say(sheet.newline)
}

function addConfig(sheet: Sheet, config: NonNullable<NeighbourTable['config']>): void {
  addLine(
    sheet,
    [
      ['key_length', config.keyLength, 'key_len'],
      ['entry_size', config.entrySize],
      ['entries', config.entries],
    ],
    '    config ',
  )
  const [flushed, random] = [moment(config.lastFlush), moment(config.lastRandom)]
  sheet.add('last_flush', flushed, `        last_flush ${flushed} `)
  sheet.add('last_rand', random, `last_rand ${random} ${sheet.newline}        `)
  sheet.add('hash_rnd', config.hashRandom)
  const mask = config.hashMask.toString(16)
  sheet.add('hash_mask', `0x${mask}`, `hash_mask ${mask.padStart(8, '0')} `)
  sheet.add('hash_chain_gc', config.hashChainGc)
  sheet.add('proxy_qlen', config.proxyQueueLength)
  sheet.say(sheet.newline)
}

/** When that many milliseconds ago was, in local time. */
function moment(ago: number): string {
  if (ago === 0) return '(error)'
  const then = new Date((Math.floor(Date.now() / 1000) - Math.floor(ago / 1000)) * 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = [then.getFullYear(), two(then.getMonth() + 1), two(then.getDate())].join('-')
  return `${day} ${[then.getHours(), then.getMinutes(), then.getSeconds()].map(two).join(':')}`
}

function addParameters(sheet: Sheet, p: NonNullable<NeighbourTable['parameters']>, names: Names): void {
  if (p.index !== undefined) {
    const name = linkName(names, p.index)
    sheet.add('dev', name, `    dev ${sheet.paint('link', `${name} `)}${sheet.newline}`)
  }
  const lines: readonly Line[] = [
    [
      ['refcnt', p.references],
      ['reachable', p.reachableTime],
      ['base_reachable', p.baseReachableTime],
      ['retrans', p.retransTime],
    ],
    [
      ['gc_stale', p.gcStaleTime],
      ['delay_probe', p.delayProbeTime],
      ['queue', p.queueLength],
    ],
    [
      ['app_probes', p.appProbes],
      ['ucast_probes', p.unicastProbes],
      ['mcast_probes', p.multicastProbes],
    ],
    [
      ['anycast_delay', p.anycastDelay],
      ['proxy_delay', p.proxyDelay],
      ['proxy_queue', p.proxyQueueLength],
      ['locktime', p.lockTime],
    ],
  ]
  for (const line of lines) addLine(sheet, line)
}

function addStatistics(sheet: Sheet, stats: NonNullable<NeighbourTable['stats']>): void {
  addLine(
    sheet,
    [
      ['allocs', stats.allocations],
      ['destroys', stats.destroys],
      ['hash_grows', stats.hashGrows],
    ],
    '    stats ',
  )
  const lines: readonly Line[] = [
    [
      ['res_failed', stats.resolutionsFailed],
      ['lookups', stats.lookups],
      ['hits', stats.hits],
    ],
    [
      ['rcv_probes_mcast', stats.multicastProbesReceived],
      ['rcv_probes_ucast', stats.unicastProbesReceived],
    ],
    [
      ['periodic_gc_runs', stats.periodicGcRuns],
      ['forced_gc_runs', stats.forcedGcRuns],
    ],
    [['table_fulls', stats.tableFulls]],
  ]
  for (const line of lines) addLine(sheet, line)
}
