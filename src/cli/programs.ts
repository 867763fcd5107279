// BPF programs of a command line: those that are pinned in a BPF file system, and those of ELF objects, which are loaded.
import { basename } from 'node:path'
import type { BpfError } from '../bpf/error.ts'
import type { BpfProgramType } from '../bpf/types.ts'
import { errnoText } from '../sys/errno.ts'
import { bpfPinned, SysError } from '../sys/libc.ts'
import { CommandError } from './errors.ts'
import type { Session } from './session.ts'
import { matching, type Words } from './words.ts'

/** The words for a program in an ELF object, and for one that is pinned. */
export const PROGRAM_WORDS = ['object-file', 'object-pinned', 'pinned', 'fd'] as const

/** Which of them a word is; iproute2 takes abbreviations, in this order. */
export const programWord = (word: string): (typeof PROGRAM_WORDS)[number] | undefined => matching(word, PROGRAM_WORDS)

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
}

/** Which of an object's programs, and whether to tell what the verifier says. */
interface Which {
  readonly section: string | undefined
  readonly program: string | undefined
  readonly verbose: boolean
}

/** Reads `[section NAME] [program NAME] [verbose]`, in this order, which is iproute2's. */
function readWhich(words: Words, type: BpfProgramType): Which {
  const follows = (name: string, least = 1): boolean => {
    const { next = '' } = words
    const found = next.length >= least && name.startsWith(next)
    if (found) words.at++
    return found
  }
  const section = follows('section') ? words.take('the name of a section') : undefined
  const program = follows('program', 7) ? words.take('the name of a program') : undefined
  if (type.startsWith('sched') && follows('export'))
    throw words.fail('Error: maps are not handed on by netloom.', 'declare them as pinned by name')
  return { section, program, verbose: follows('verbose') }
}

/** Opens the pinned program whose path is the next word. What may stand behind it says nothing of one that is loaded. */
export function readPinned(words: Words, session: Session, { type, status }: Purpose): Program {
  const path = words.take('a path in a BPF file system')
  try {
    const fd = session.hold(bpfPinned(path))
    readWhich(words, type)
    return { fd, name: `${basename(path)}:[*fsobj]` }
  } catch (error) {
    if (!(error instanceof SysError)) throw error
    const hint = `a program that is pinned in a BPF file system: bpftool prog load FILE /sys/fs/bpf/NAME`
    throw words.fail(`Couldn't retrieve pinned program '${path}': ${errnoText(error.errno)}`, hint, status)
  }
}

/** Loads a program of an object, once all words are read; `ifindex`: the device that is to run it. */
export type Loader = (ifindex?: number) => Program

/** Reads `FILE [section NAME] [program NAME] [verbose]`. */
export function readObject(words: Words, session: Session, { type, status }: Purpose): Loader {
  const { BpfError, defaultSection, load } = loader!
  const file = words.take('an object file')
  const at = words.point()
  const which = readWhich(words, type)
  const section = which.section ?? defaultSection(type)
  return ifindex => {
    try {
      const loaded = load(file, { ...which, type, section, ifindex })
      if (loaded.log !== '') session.host.err(loaded.log)
      return { fd: session.hold(loaded.fd), name: `${basename(file)}:[${section}]` }
    } catch (error) {
      if (error instanceof BpfError) throw told(error, { ...which, section }, at, status)
      throw error
    }
  }
}

/**
 * What iproute2 says of a program that is not there; of anything else it leaves the word to libbpf. `at`: the command
 * line with a mark under the file.
 */
function told(error: BpfError, { section, program, verbose }: Which, at: string, status: number): CommandError {
  const { code, message, log } = error
  if (code !== 'ERR_BPF_PROGRAM')
    return new CommandError(status, `Error: ${message}`, verbose && log !== '' ? `${log}\n${at}` : at)
  const what = program === undefined ? `sec ${section}` : `prog ${program}`
  return new CommandError(status, `object file doesn't contain ${what}`, `${at}\nnetloom: ${message}`)
}
