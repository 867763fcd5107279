// Statistics that no kernel here has: a bond's, MPLS's, a switch's own. The bond's text is the man page's example
// (ip-stats(8)); the columns are iproute2's of the counters that the differential tests compare.
import { describe, expect, test } from 'vitest'
import { STATS_LEAVES, statsSheet } from '../../src/cli/ip/print-stats.ts'
import { namesOf, showing } from '../../src/cli/sheet.ts'
import type { Stats } from '../../src/route/stats.ts'

const names = namesOf([{ index: 7, name: 'swp1', up: true }])
const sheet = (path: string, stats: object) => {
  const leaf = STATS_LEAVES.find(one => one.path.join(' ') === path)!
  return statsSheet({ index: 7, ...stats } as unknown as Stats, leaf, showing(), names)
}

test('a bond', () => {
  const ad = {
    lacpduRx: 1n,
    lacpduTx: 2n,
    lacpduUnknownRx: 3n,
    lacpduIllegalRx: 4n,
    markerRx: 5n,
    markerTx: 6n,
    markerResponseRx: 7n,
    markerResponseTx: 8n,
    markerUnknownRx: 9n,
  }
  const { text, json } = sheet('xstats_slave bond 802.3ad', { xstatsSlave: { bond: { ad } } })
  expect(text.replace(/^ {20}/gm, '')).toBe(`7: swp1: group xstats_slave subgroup bond suite 802.3ad
LACPDU Rx 1
LACPDU Tx 2
LACPDU Unknown type Rx 3
LACPDU Illegal Rx 4
Marker Rx 5
Marker Tx 6
Marker response Rx 7
Marker response Tx 8
Marker unknown type Rx 9

`)
  expect(json['802.3ad']).toEqual({
    lacpdu_rx: 1n,
    lacpdu_tx: 2n,
    lacpdu_unknown_rx: 3n,
    lacpdu_illegal_rx: 4n,
    marker_rx: 5n,
    marker_tx: 6n,
    marker_response_rx: 7n,
    marker_response_tx: 8n,
    marker_unknown_rx: 9n,
  })
})

describe('columns', () => {
  const counters = { rxBytes: 12345678901n, rxPackets: 2n, rxErrors: 3n, rxDropped: 4n }
  const sent = { txBytes: 5n, txPackets: 6n, txErrors: 7n, txDropped: 8n }
  test('MPLS', () => {
    const found = { families: { mpls: { link: { ...counters, ...sent, rxNoRoute: 9n } } } }
    const { text, json } = sheet('afstats mpls', found)
    expect(text).toBe(`7: swp1: group afstats subgroup mpls
    RX:   bytes packets errors dropped noroute
    12345678901       2      3       4       9 
    TX:   bytes packets errors dropped
              5       6      7       8 
`)
    expect(json['mpls_stats']).toEqual({
      rx: { bytes: 12345678901n, packets: 2n, errors: 3n, dropped: 4n, noroute: 9n },
      tx: { bytes: 5n, packets: 6n, errors: 7n, dropped: 8n },
    })
  })
  test("a switch's own", () => {
    const found = {
      offload: { info: { l3: { request: true, used: true } }, l3: { ...counters, ...sent, multicast: 9n } },
    }
    const { text, json } = sheet('offload l3_stats', found)
    expect(text).toBe(`7: swp1: group offload subgroup l3_stats on used on
    RX:   bytes packets errors dropped   mcast
    12345678901       2      3       4       9 
    TX:   bytes packets errors dropped
              5       6      7       8 
`)
    expect(json['stats64']).toMatchObject({ rx: { multicast: 9n } })
  })
})
