// Nexthop objects, groups and buckets as `ip nexthop` prints them: text and JSON, character for character iproute2's.
import type { Nexthop, NexthopBucket } from '../../route/nexthop.ts'
import { Digits, type Json } from '../json.ts'
import { type Pen, sheetOf } from '../pen.ts'
import type { Names, Sheet, Show } from '../sheet.ts'
import { putEncap } from './print-encap.ts'
import { protocolText, putFlags, putGateway, putLink, scopeText, shortNumber } from './print-routing.ts'

/** The sheet of one nexthop or group, as `ip nexthop get` and `ip monitor` show it. */
export const nexthopSheet = (nexthop: Nexthop, show: Show, names: Names, deleted = false): Sheet =>
  sheetOf(show, pen => {
    putNexthop(pen, nexthop, names, deleted)
    pen.say('\n')
  })

/** Writes a nexthop, without a newline. */
export function putNexthop(pen: Pen, nexthop: Nexthop, names: Names, deleted = false): void {
  const { details, numeric, statistics } = pen.show
  const { family, scope, protocol, flags, group, groupType, resilientGroup } = nexthop
  if (deleted) pen.put('deleted', true, '', ' ', undefined, 'Deleted')
  pen.put('id', nexthop.id ?? 0, 'id ', ' ')
  if (group) putGroup(pen, group)
  // mpath is what a group is anyway.
  if (groupType !== undefined && groupType !== 'mpath')
    pen.put('type', typeof groupType === 'string' ? groupType : '<unknown type>', 'type ', ' ')
  if (resilientGroup) putResilient(pen, resilientGroup)
  if (nexthop.encap !== undefined && nexthop.encapType !== undefined)
    putEncap(pen, nexthop.encapType, nexthop.encap, names)
  if (nexthop.gateway !== undefined) putGateway(pen, family, nexthop.gateway, names)
  if (nexthop.oif) putLink(pen, 'dev', nexthop.oif, names)
  if (scope !== 'global' || details) pen.put('scope', scopeText(scope, numeric), 'scope ', ' ')
  if (nexthop.blackhole) pen.put('blackhole', null, '', ' ', undefined, 'blackhole')
  if (protocol !== 'unspec' || details) pen.put('protocol', protocolText(protocol, numeric), 'proto ', ' ')
  putFlags(pen, flags)
  if (nexthop.fdb) pen.put('fdb', null, '', '', undefined, 'fdb')
  if (details && nexthop.hwStatsEnable !== undefined)
    pen.put('hw_stats', nexthop.hwStatsEnable !== 0, 'hw_stats ', ' ', undefined, nexthop.hwStatsEnable ? 'on' : 'off')
  if (nexthop.groupStats?.entries && statistics > 0) putGroupStatistics(pen, nexthop.groupStats.entries)
}

function putGroup(pen: Pen, group: NonNullable<Nexthop['group']>): void {
  pen.say('group ')
  pen.list('group', group, ({ id, weight }, i) => {
    pen.put('id', id, i === 0 ? '' : '/', '')
    if (weight !== 1) pen.put('weight', weight, ',', '')
  })
  pen.say(' ')
}

const USER_HZ = 100

/** A time in seconds, from USER_HZ; in JSON a number with as many digits as it has. */
function putTime(pen: Pen, key: string, ticks: number | bigint): void {
  const text = shortNumber(Number(ticks) / USER_HZ)
  pen.say(`${key} ${text} `)
  pen.note(key, new Digits(text) as Json)
}

function putResilient(pen: Pen, group: NonNullable<Nexthop['resilientGroup']>): void {
  pen.inside('resilient_args', () => {
    pen.put('buckets', group.buckets ?? 0, 'buckets ', ' ')
    putTime(pen, 'idle_timer', group.idleTimer ?? 0)
    putTime(pen, 'unbalanced_timer', group.unbalancedTimer ?? 0)
    putTime(pen, 'unbalanced_time', group.unbalancedTime ?? 0)
  })
}

type Entries = NonNullable<NonNullable<Nexthop['groupStats']>['entries']>

function putGroupStatistics(pen: Pen, entries: Entries): void {
  pen.say('\n  stats:\n')
  pen.list('group_stats', entries, ({ id = 0, packets = 0n, packetsHw }, i) => {
    pen.put('id', id, i === 0 ? '    id ' : '\n    id ', '')
    pen.put('packets', packets, ' packets ', '')
    if (pen.show.details) pen.put('packets_hw', packetsHw ?? 0n, ' packets_hw ', '')
  })
}

/** The sheet of one bucket. */
export const bucketSheet = (bucket: NexthopBucket, show: Show, deleted = false): Sheet =>
  sheetOf(show, pen => putBucket(pen, bucket, deleted))

/** Writes a bucket, with its newline. */
export function putBucket(pen: Pen, { id, resilientBucket, flags }: NexthopBucket, deleted = false): void {
  if (deleted) pen.put('deleted', true, '', ' ', undefined, 'Deleted')
  if (id !== undefined) pen.put('id', id, 'id ', ' ')
  if (resilientBucket) {
    const { index, idleTime, nexthopId } = resilientBucket
    pen.inside('bucket', () => {
      if (index !== undefined) pen.put('index', index, 'index ', ' ')
      if (idleTime !== undefined) putTime(pen, 'idle_time', idleTime)
      if (nexthopId !== undefined) pen.put('nhid', nexthopId, 'nhid ', ' ')
    })
  }
  putFlags(pen, flags)
  pen.say('\n')
}
