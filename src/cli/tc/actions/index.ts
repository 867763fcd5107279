// The kinds of actions, by name.
import type { ActionKind } from '../kind.ts'
import { bpf } from './bpf.ts'
import { csum } from './csum.ts'
import { ct } from './ct.ts'
import { gact } from './gact.ts'
import { gate } from './gate.ts'
import { ife } from './ife.ts'
import { mirred } from './mirred.ts'
import { mpls } from './mpls.ts'
import { nat } from './nat.ts'
import { pedit } from './pedit.ts'
import { police } from './police.ts'
import { skbedit } from './skbedit.ts'
import { skbmod } from './skbmod.ts'
import { connmark, ctinfo, sample, simple } from './small.ts'
import { tunnelKey } from './tunnel-key.ts'
import { vlan } from './vlan.ts'

export const ACTIONS: Readonly<Record<string, ActionKind>> = {
  bpf,
  connmark,
  csum,
  ct,
  ctinfo,
  gact,
  gate,
  ife,
  mirred,
  mpls,
  nat,
  pedit,
  police,
  sample,
  simple,
  skbedit,
  skbmod,
  tunnel_key: tunnelKey,
  vlan,
}
