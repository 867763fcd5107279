// Virtual functions, which no device here has: a link with some as iproute2 6.1's print_vfinfo writes it.
import { expect, it } from 'vitest'
import { printLinks } from '../../src/cli/ip/print-link.ts'
import { Writer } from '../../src/netlink/attribute.ts'
import { linkMessage } from '../../src/route/link.ts'

const address = (first: string): string => `${first}${':00'.repeat(26)}`

const w = new Writer()
linkMessage.encode(w, {
  header: { family: 'unspec', type: 'ether', index: 3, flags: ['broadcast'] },
  attributes: {
    name: 'pf0',
    vfInfoList: {
      vfs: [
        {
          mac: { vf: 0, mac: address('02:00:00:00:00:09') },
          vlanList: { vlans: [{ vf: 0, vlan: 10, qos: 3, protocol: '802.1ad' }] },
          txRate: { vf: 0, rate: 100 },
          rate: { vf: 0, minTxRate: 0, maxTxRate: 100 },
          spoofchk: { vf: 0, setting: 1 },
          linkState: { vf: 0, linkState: 'auto' },
          trust: { vf: 0, setting: 0 },
          rssQueryEnabled: { vf: 0, setting: 0xffffffff },
        },
        { mac: { vf: 1, mac: address('02:00:00:00:00:0a') }, vlan: { vf: 1, vlan: 0, qos: 0 } },
      ],
    },
  },
})
const bytes = w.finish()
const link = linkMessage.decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes, 0, bytes.length)

it('has a line a function', () =>
  expect(printLinks([link]).split('\n').slice(2)).toEqual([
    '    vf 0     link/ether 02:00:00:00:00:09, vlan 10, qos 3, vlan protocol 802.1ad, tx rate 100 (Mbps), max_tx_rate 100Mbps, spoof checking on, link-state auto, trust off',
    '    vf 1     link/ether 02:00:00:00:00:0a',
    '',
  ]))

it('has an object a function', () =>
  expect(JSON.parse(printLinks([link], { json: true }))[0].vfinfo_list).toEqual([
    {
      vf: 0,
      link_type: 'ether',
      address: '02:00:00:00:00:09',
      vlan_list: [{ vlan: 10, qos: 3, protocol: '802.1ad' }],
      tx_rate: 100,
      rate: { max_tx: 100, min_tx: 0 },
      spoofchk: true,
      link_state: 'auto',
      trust: false,
    },
    { vf: 1, link_type: 'ether', address: '02:00:00:00:00:0a' },
  ]))
