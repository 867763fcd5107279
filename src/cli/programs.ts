// BPF programs of a command line: those that are pinned in a BPF file system are opened; ELF objects are not loaded.
import { basename } from 'node:path'
import { errnoText } from '../sys/errno.ts'
import { bpfPinned, SysError } from '../sys/libc.ts'
import type { CommandError } from './errors.ts'
import type { Words } from './words.ts'

/** The words for a program that is pinned, and for one in an ELF object; ip and tc take all of them. */
export const PINNED_WORDS = ['object-pinned', 'pinned', 'fd']
export const OBJECT_WORDS = ['object-file', 'object', 'obj']

export interface PinnedProgram {
  /** It stays open until the process ends: the request needs it. */
  readonly fd: number
  /** As iproute2 names it. */
  readonly name: string
}

/** Opens the pinned program whose path is the next word. `status`: what the command answers where it cannot. */
export function readPinned(words: Words, status: number): PinnedProgram {
  const path = words.take('a path in a BPF file system')
  try {
    return { fd: bpfPinned(path), name: `${basename(path)}:[*fsobj]` }
  } catch (error) {
    if (!(error instanceof SysError)) throw error
    const hint = `a program that is pinned in a BPF file system: bpftool prog load FILE /sys/fs/bpf/NAME`
    throw words.fail(`Couldn't retrieve pinned program '${path}': ${errnoText(error.errno)}`, hint, status)
  }
}

/** The last word asks for a program in an ELF object. */
export const notLoaded = (words: Words, status: number): CommandError =>
  words.fail(
    'Programs in ELF objects are not loaded by netloom: pin it first.',
    `bpftool prog load ${words.next ?? 'FILE'} /sys/fs/bpf/NAME, and here: pinned /sys/fs/bpf/NAME`,
    status,
  )
