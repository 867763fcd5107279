// Every kind of link that `ip link` has words for. A kind is a file here (or a few lines of small.ts) and its line
// below; a kind that is not here takes no words, and its options are shown as they are, in JSON.
import { bond } from './bond.ts'
import { bridge } from './bridge.ts'
import { can } from './can.ts'
import { geneve } from './geneve.ts'
import { gre } from './gre.ts'
import { iptunnel } from './iptunnel.ts'
import { ipvlan } from './ipvlan.ts'
import type { Kinds } from './kind.ts'
import { macsec } from './macsec.ts'
import { macvlan } from './macvlan.ts'
import { small } from './small.ts'
import { vlan } from './vlan.ts'
import { vxlan } from './vxlan.ts'

export const KINDS: Kinds = {
  ...bond,
  ...bridge,
  ...can,
  ...geneve,
  ...gre,
  ...iptunnel,
  ...ipvlan,
  ...macsec,
  ...macvlan,
  ...small,
  ...vlan,
  ...vxlan,
}
/** Made in twos. */
export const PAIRS: ReadonlySet<string> = new Set(['veth', 'vxcan', 'netkit'])
