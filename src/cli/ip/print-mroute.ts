// Multicast routes as `ip mroute` prints them: text and JSON, character for character iproute2's.
import type { Route } from '../../route/route.ts'
import { Digits } from '../json.ts'
import { type Pen, sheetOf } from '../pen.ts'
import { linkName, type Names, type Sheet, type Show } from '../sheet.ts'
import { tableText } from './print-routing.ts'

/** The sheet of one multicast route, as `ip monitor` shows it. */
export const multicastRouteSheet = (route: Route, show: Show, names: Names, deleted = false): Sheet =>
  sheetOf(show, pen => putMulticastRoute(pen, route, names, false, deleted))

const PAIR_WIDTH = 32
const NAME_WIDTH = 10
const USER_HZ = 100

/** Writes a multicast route, with its newline. `inOneTable`: which one is known already. */
export function putMulticastRoute(pen: Pen, route: Route, names: Names, inOneTable: boolean, deleted = false): void {
  const { src = 'unknown', dst = 'unknown', iif, multipath, flags, table, mfcStats, expires } = route
  const { statistics, details, numeric } = pen.show
  if (deleted) pen.put('deleted', true, '', ' ', undefined, 'Deleted')
  pen.note('src', src)
  pen.note('dst', dst)
  pen.say(`${`(${src},${dst})`.padEnd(PAIR_WIDTH)} Iif: `)
  if (iif) pen.put('iif', linkName(names, iif), '', ' ', 'link', linkName(names, iif).padEnd(NAME_WIDTH))
  else pen.put('iif', 'unresolved', '', ' ')
  if (multipath)
    pen.list('multipath', multipath, ({ index, weight }, i) => {
      pen.put('oif', linkName(names, index), i === 0 ? 'Oifs: ' : '', '', 'link')
      // The kernel's rtnh_hops is the TTL that a packet needs.
      if (weight > 2) pen.put('ttl', weight - 1, '(ttl ', ') ')
      else pen.say(' ')
    })
  pen.put('state', flags.includes('unresolved') ? 'unresolved' : 'resolved', ' State: ', '')
  if (flags.includes('offload')) pen.put('offload', null, ' ', '', undefined, 'offload')
  if (statistics > 0 && mfcStats) {
    pen.put('packets', mfcStats.packets, `${pen.newline}  `, ' packets,')
    pen.put('bytes', mfcStats.bytes, ' ', ' bytes')
    if (mfcStats.wrongInterface !== 0n) pen.put('wrong_if', mfcStats.wrongInterface, ', ', ' arrived on wrong iif.')
  }
  if (statistics > 0 && expires !== undefined) {
    const age = (Number(expires) / USER_HZ).toFixed(2)
    pen.say(`, Age ${age}`)
    pen.note('expires', new Digits(age))
  }
  if (table !== undefined && table !== 'unspec' && (table !== 'main' || details) && !inOneTable)
    pen.put('table', tableText(table, numeric), ' Table: ', '')
  pen.say('\n')
}
