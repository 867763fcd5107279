// The counters that bridges and bonds keep, as `ip link xstats` and `ip stats` print them: text and JSON, character for
// character iproute2 6.1's. Pure.
import type { Stats } from '../../route/stats.ts'
import type { Sheet } from '../sheet.ts'

type BridgeXstats = NonNullable<NonNullable<Stats['xstats']>['bridge']>
type BondXstats = NonNullable<NonNullable<Stats['xstats']>['bond']>

const INDENT = ''.padEnd(20)

/** A bridge's counters of multicast packets. */
export function addMulticast(sheet: Sheet, m: NonNullable<BridgeXstats['mcast']>): void {
  const versions = (key: string, title: string, values: readonly [v: string, rx: bigint, tx: bigint][]): void =>
    sheet.inside(key, () => {
      sheet.say(`${INDENT}${title}:\n`)
      for (const [side, place] of [
        ['rx', 1],
        ['tx', 2],
      ] as const) {
        const counters = values.map(value => `${value[0]} ${value[place]}`)
        sheet.say(`${INDENT}  ${side.toUpperCase()}: ${counters.join(' ')}\n`)
        for (const value of values) sheet.note(`${side}_${value[0]}`, value[place])
      }
    })
  const both = (key: string, title: string, rx: bigint, tx: bigint): void => {
    sheet.note(key, { rx, tx })
    sheet.say(`${INDENT}${title}: RX: ${rx} TX: ${tx}\n`)
  }
  versions('igmp_queries', 'IGMP queries', [
    ['v1', m.igmpV1QueriesRx, m.igmpV1QueriesTx],
    ['v2', m.igmpV2QueriesRx, m.igmpV2QueriesTx],
    ['v3', m.igmpV3QueriesRx, m.igmpV3QueriesTx],
  ])
  versions('igmp_reports', 'IGMP reports', [
    ['v1', m.igmpV1ReportsRx, m.igmpV1ReportsTx],
    ['v2', m.igmpV2ReportsRx, m.igmpV2ReportsTx],
    ['v3', m.igmpV3ReportsRx, m.igmpV3ReportsTx],
  ])
  both('igmp_leaves', 'IGMP leaves', m.igmpLeavesRx, m.igmpLeavesTx)
  sheet.add('igmp_parse_errors', m.igmpParseErrors, `${INDENT}IGMP parse errors: ${m.igmpParseErrors}\n`)
  versions('mld_queries', 'MLD queries', [
    ['v1', m.mldV1QueriesRx, m.mldV1QueriesTx],
    ['v2', m.mldV2QueriesRx, m.mldV2QueriesTx],
  ])
  versions('mld_reports', 'MLD reports', [
    ['v1', m.mldV1ReportsRx, m.mldV1ReportsTx],
    ['v2', m.mldV2ReportsRx, m.mldV2ReportsTx],
  ])
  both('mld_leaves', 'MLD leaves', m.mldLeavesRx, m.mldLeavesTx)
  sheet.add('mld_parse_errors', m.mldParseErrors, `${INDENT}MLD parse errors: ${m.mldParseErrors}\n`)
}

/** A bridge's counters of the spanning tree. */
export function addStp(sheet: Sheet, s: NonNullable<BridgeXstats['stp']>): void {
  sheet.add('rx_bpdu', s.rxBpdu, `${INDENT}STP BPDU:  RX: ${s.rxBpdu}`)
  sheet.add('tx_bpdu', s.txBpdu, ` TX: ${s.txBpdu}\n`)
  sheet.add('rx_tcn', s.rxTcn, `${INDENT}STP TCN:   RX: ${s.rxTcn}`)
  sheet.add('tx_tcn', s.txTcn, ` TX: ${s.txTcn}\n`)
  sheet.add('transition_blk', s.transitionsBlocking, `${INDENT}STP Transitions: Blocked: ${s.transitionsBlocking}`)
  sheet.add('transition_fwd', s.transitionsForwarding, ` Forwarding: ${s.transitionsForwarding}\n`)
}

const LACP = [
  ['lacpduRx', 'lacpdu_rx', 'LACPDU Rx'],
  ['lacpduTx', 'lacpdu_tx', 'LACPDU Tx'],
  ['lacpduUnknownRx', 'lacpdu_unknown_rx', 'LACPDU Unknown type Rx'],
  ['lacpduIllegalRx', 'lacpdu_illegal_rx', 'LACPDU Illegal Rx'],
  ['markerRx', 'marker_rx', 'Marker Rx'],
  ['markerTx', 'marker_tx', 'Marker Tx'],
  ['markerResponseRx', 'marker_response_rx', 'Marker response Rx'],
  ['markerResponseTx', 'marker_response_tx', 'Marker response Tx'],
  ['markerUnknownRx', 'marker_unknown_rx', 'Marker unknown type Rx'],
] as const

/** A bond's counters of LACP. */
export function addLacp(sheet: Sheet, ad: NonNullable<BondXstats['ad']>): void {
  for (const [key, json, title] of LACP) {
    const value = ad[key]
    if (value !== undefined) sheet.add(json, value, `${INDENT}${title} ${value}\n`)
  }
}
