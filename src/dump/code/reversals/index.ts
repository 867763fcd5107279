// Which function of the library makes a message: for each, the message type and flags that it is for, and how its
// options follow from the message. Only a proposal: code.ts calls the function and keeps what makes the same bytes, so
// a row need not know every default. A new op is a row in the file of its object.
import { ADDRESSES } from './address.ts'
import { BRIDGES } from './bridge.ts'
import { LINKS } from './link.ts'
import { NEIGHBOURS } from './neighbour.ts'
import { NSIDS } from './nsid.ts'
import { ROUTING } from './route.ts'
import type { Reversal } from './row.ts'
import { SETTINGS } from './settings.ts'
import { TRAFFIC } from './tc.ts'

export const REVERSALS: readonly Reversal[] = [
  ...LINKS,
  ...ADDRESSES,
  // Before neighbours: on the wire, forwarding entries are neighbours of another family.
  ...BRIDGES,
  ...NEIGHBOURS,
  ...ROUTING,
  ...NSIDS,
  ...SETTINGS,
  ...TRAFFIC,
]
