// `ip link set DEV xdp …`: a program that is pinned in a BPF file system is attached, or the one that is there is taken
// off. Programs are not loaded from ELF objects here.

import type { LinkAttributesInput } from '../../route/link.ts'
import { errnoText } from '../../sys/errno.ts'
import { bpfPinned, SysError } from '../../sys/libc.ts'
import { USAGE } from '../errors.ts'
import type { Session } from '../session.ts'
import { expected, type Words } from '../words.ts'

const MODES = { xdp: [], xdpgeneric: ['skb_mode'], xdpdrv: ['drv_mode'], xdpoffload: ['hw_mode'] } as const
export const XDP_WORDS = Object.keys(MODES) as (keyof typeof MODES)[]

const WHAT = ['off', 'pinned', 'object']

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
  if (what === 'pinned' || what === 'fd') return { fd: pinned(words), flags }
  if (what === 'object' || what === 'obj')
    throw words.fail(
      'Loading programs from ELF objects is not there in netloom.',
      "pin the program ('bpftool prog load FILE /sys/fs/bpf/NAME type xdp') and write: pinned /sys/fs/bpf/NAME",
      USAGE,
    )
  throw words.fail(`What mode is "${what}"?`, expected(what, WHAT), USAGE)
}

/** The descriptor stays open until the process ends: the request needs it. */
function pinned(words: Words): number {
  const path = words.take('a path in a BPF file system')
  try {
    return bpfPinned(path)
  } catch (error) {
    if (!(error instanceof SysError)) throw error
    throw words.fail(`Couldn't retrieve pinned program '${path}': ${errnoText(error.errno)}`, undefined, USAGE)
  }
}
