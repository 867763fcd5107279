// `ip link set DEV xdp …`: a program that is pinned in a BPF file system is attached, or the one that is there is taken
// off. Programs are not loaded from ELF objects here.

import type { LinkAttributesInput } from '../../route/link.ts'
import { USAGE } from '../errors.ts'
import { notLoaded, OBJECT_WORDS, PINNED_WORDS, readPinned } from '../programs.ts'
import type { Session } from '../session.ts'
import { expected, type Words } from '../words.ts'

const MODES = { xdp: [], xdpgeneric: ['skb_mode'], xdpdrv: ['drv_mode'], xdpoffload: ['hw_mode'] } as const
export const XDP_WORDS = Object.keys(MODES) as (keyof typeof MODES)[]

const WHAT = ['off', 'pinned']

/** Reads what stands behind `xdp` (or `xdpgeneric`, …): `off`, or `pinned FILE`. */
export function readXdp(
  words: Words,
  mode: keyof typeof MODES,
  session: Session,
): NonNullable<LinkAttributesInput['xdp']> {
  const what = words.take('off, or pinned FILE')
  // Without -force a program that is there stays.
  const flags = [...(session.settings.force ? [] : (['update_if_noexist'] as const)), ...MODES[mode]]
  if (what === 'off' || what === 'none') return { fd: -1, flags }
  if (PINNED_WORDS.includes(what)) return { fd: readPinned(words, USAGE).fd, flags }
  if (OBJECT_WORDS.includes(what)) throw notLoaded(words, USAGE)
  throw words.fail(`What mode is "${what}"?`, expected(what, WHAT), USAGE)
}
