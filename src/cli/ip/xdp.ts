// `ip link set DEV xdp …`: a program of an ELF object, or one that is pinned in a BPF file system, is attached; or the
// one that is there is taken off.

import type { LinkAttributesInput } from '../../route/link.ts'
import { USAGE } from '../errors.ts'
import { programWord, readObject, readPinned } from '../programs.ts'
import type { Session } from '../session.ts'
import { expected, type Words } from '../words.ts'

const MODES = { xdp: [], xdpgeneric: ['skb_mode'], xdpdrv: ['drv_mode'], xdpoffload: ['hw_mode'] } as const
export const XDP_WORDS = Object.keys(MODES) as (keyof typeof MODES)[]

const WHAT = ['off', 'object', 'pinned']

/** Reads what stands behind `xdp` (or `xdpgeneric`, …): `off`, `object FILE` or `pinned FILE`. `dev`: the device. */
export function readXdp(
  words: Words,
  mode: keyof typeof MODES,
  session: Session,
  dev: string | undefined,
): NonNullable<LinkAttributesInput['xdp']> {
  const what = words.take('off, object FILE or pinned FILE')
  // Without -force a program that is there stays.
  const flags = [...(session.settings.force ? [] : (['update_if_noexist'] as const)), ...MODES[mode]]
  if (what === 'off' || what === 'none') return { fd: -1, flags }
  const purpose = { type: 'xdp', status: USAGE } as const
  const where = programWord(what)
  if (where === 'object-file') {
    const load = readObject(words, session, purpose)
    if (mode !== 'xdpoffload') return { fd: load().fd, flags }
    // What is loaded for a device must know it.
    if (dev === undefined)
      throw words.fail('Command line is not complete. Try option "help"', 'dev DEVICE belongs before xdpoffload', USAGE)
    return { fd: load(session.device(dev).index).fd, flags }
  }
  if (where) return { fd: readPinned(words, session, purpose).fd, flags }
  throw words.fail(`What mode is "${what}"?`, expected(what, WHAT), USAGE)
}
