// BPF programs of a command line: those that are pinned in a BPF file system, and those of ELF objects, which are loaded.
import { basename } from 'node:path'
import type { BpfError } from '../bpf/error.ts'
import type { BpfProgramType } from '../bpf/types.ts'
import { errnoText } from '../sys/errno.ts'
import { bpfPinned, SysError } from '../sys/libc.ts'
import { CommandError } from './errors.ts'
import type { Session } from './session.ts'
import type { Words } from './words.ts'

/** The words for a program in an ELF object, and for one that is pinned. */
export const PROGRAM_WORDS = ['object-file', 'object-pinned', 'pinned', 'fd'] as const

/** Which of them a word is; iproute2 takes abbreviations, in this order. */
export const programWord = (word: string): (typeof PROGRAM_WORDS)[number] | undefined =>
  word === '' ? undefined : PROGRAM_WORDS.find(name => name.startsWith(word))

let loader: typeof import('../bpf/loader.ts') | undefined

/** Before a command line is read: where it may name an object, what loads those is loaded. */
export async function prepare({ all }: Words): Promise<void> {
  if (all.some(word => programWord(word) === 'object-file')) loader ??= await import('../bpf/loader.ts')
}

export interface Program {
  /** It stays open until the request that needs it is sent. */
  readonly fd: number
  /** As iproute2 names it. */
  readonly name: string
}

/** What a program is for, and what the command answers where it cannot be had. */
export interface Purpose {
  readonly type: BpfProgramType
  readonly status: number
  /** The device that is to run it. */
  readonly ifindex?: number | undefined
}

/** Opens the pinned program whose path is the next word. */
export function readPinned(words: Words, session: Session, { status }: Pick<Purpose, 'status'>): Program {
  const path = words.take('a path in a BPF file system')
  try {
    return { fd: session.hold(bpfPinned(path)), name: `${basename(path)}:[*fsobj]` }
  } catch (error) {
    if (!(error instanceof SysError)) throw error
    const hint = `a program that is pinned in a BPF file system: bpftool prog load FILE /sys/fs/bpf/NAME`
    throw words.fail(`Couldn't retrieve pinned program '${path}': ${errnoText(error.errno)}`, hint, status)
  }
}

/** Loads a program of an object, once all words are read. */
export type Loader = (purpose: Purpose) => Program

/** Reads `FILE [section NAME] [program NAME] [verbose]`, in this order, which is iproute2's. */
export function readObject(words: Words, session: Session, type: BpfProgramType): Loader {
  const { BpfError, defaultSection, load } = loader!
  const file = words.take('an object file')
  const at = words.point()
  const follows = (name: string): boolean => {
    const found = words.next !== undefined && words.next !== '' && name.startsWith(words.next)
    if (found) words.at++
    return found
  }
  const section = follows('section') ? words.take('the name of a section') : defaultSection(type)
  const byName = words.next === 'program'
  if (byName) words.at++
  const program = byName ? words.take('the name of a program') : undefined
  if (type.startsWith('sched') && follows('export'))
    throw words.fail('Error: maps are not handed on by netloom.', 'declare them as pinned by name')
  const verbose = follows('verbose')
  return ({ type: own, status, ifindex }) => {
    try {
      const loaded = load(file, { type: own, section, program, verbose, ifindex })
      session.host.err(loaded.log)
      return { fd: session.hold(loaded.fd), name: `${basename(file)}:[${section}]` }
    } catch (error) {
      if (error instanceof BpfError) throw told(error, { section, program, verbose, at, status })
      throw error
    }
  }
}

interface Asked {
  readonly section: string
  readonly program: string | undefined
  readonly verbose: boolean
  /** The command line with a mark under the file. */
  readonly at: string
  readonly status: number
}

/** What iproute2 says of a program that is not there; of anything else it leaves the word to libbpf. */
function told({ code, message, log }: BpfError, { section, program, verbose, at, status }: Asked): CommandError {
  if (code === 'ERR_BPF_PROGRAM') {
    const what = program === undefined ? `sec ${section}` : `prog ${program}`
    return new CommandError(status, `object file doesn't contain ${what}`, `${at}\nnetloom: ${message}`)
  }
  return new CommandError(status, `Error: ${message}`, verbose && log !== '' ? `${log}\n${at}` : at)
}
