// Every kind of link whose options we know. A kind is one file here and its line below; a kind that is not here
// works too, its options are bytes.
import type { Named } from '../../netlink/table.ts'
import { amt } from './amt.ts'
import { bareudp } from './bareudp.ts'
import { bond } from './bond.ts'
import { bridge } from './bridge.ts'
import { can } from './can.ts'
import { geneve } from './geneve.ts'
import { gre } from './gre.ts'
import { hsr } from './hsr.ts'
import { ipoib } from './ipoib.ts'
import { iptunnel } from './iptunnel.ts'
import { ipvlan } from './ipvlan.ts'
import { macsec } from './macsec.ts'
import { macvlan } from './macvlan.ts'
import { mobile } from './mobile.ts'
import { netkit } from './netkit.ts'
import type { LinkTable } from './peer.ts'
import { simple } from './simple.ts'
import { small } from './small.ts'
import { tun } from './tun.ts'
import { veth } from './veth.ts'
import { vlan } from './vlan.ts'
import { vrf } from './vrf.ts'
import { vti } from './vti.ts'
import { vxlan } from './vxlan.ts'
import { xfrm } from './xfrm.ts'

/** The kinds by the word in IFLA_INFO_KIND. `link` answers the table of links, which some kinds contain. */
export const linkKinds = (link: LinkTable) => ({
  ...amt,
  ...bareudp,
  ...bond,
  ...bridge,
  ...can(link),
  ...geneve,
  ...gre,
  ...hsr,
  ...ipoib,
  ...iptunnel,
  ...ipvlan,
  ...macsec,
  ...macvlan,
  ...mobile,
  ...netkit(link),
  ...simple,
  ...small,
  ...tun,
  ...veth(link),
  ...vlan,
  ...vrf,
  ...vti,
  ...vxlan,
  ...xfrm,
})

export type LinkKinds = Named<ReturnType<typeof linkKinds>>
