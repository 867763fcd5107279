// Classic BPF as tc writes it (`4,48 0 0 9,21 0 1 6,…`), and programs of ELF objects and of the bpf file system.
import { readFileSync } from 'node:fs'
import type { BpfProgramType } from '../../bpf/types.ts'
import { hexText } from '../../netlink/text.ts'
import { type CommandError, USER } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { programJson, programText } from '../print-program.ts'
import { type Loader, type Purpose, readObject, readPinned } from '../programs.ts'
import type { Session } from '../session.ts'
import type { Sheet } from '../sheet.ts'
import { duplicate, type Keyword, type Keywords, keyword, short, type Words } from '../words.ts'
import type { View } from './kind.ts'
import type { Found } from './values.ts'

interface Instruction {
  readonly code: number
  readonly jt: number
  readonly jf: number
  readonly k: number
}

const NUMBERS = [0xffff, 0xff, 0xff, 0xffffffff]

/** Reads `COUNT,CODE JT JF K,CODE JT JF K…`. */
function instructions(words: Words, text: string): Instruction[] {
  const [count = '', ...lines] = text.trim().replace(/,\s*$/, '').split(',')
  const wrong = (why: string) => words.fail(`bpf: ${why}`, 'COUNT,CODE JT JF K,CODE JT JF K,…')
  if (!/^\s*\d+$/.test(count) || Number(count) === 0) throw wrong('No opcodes found.')
  if (Number(count) !== lines.length) throw wrong(`parsed less/more programs? ${count} said, ${lines.length} there.`)
  return lines.map(line => {
    const numbers = line.trim().split(/\s+/).map(Number)
    if (numbers.length !== 4 || numbers.some((n, i) => !Number.isInteger(n) || n < 0 || n > NUMBERS[i]!))
      throw wrong(`Error at instruction '${line}'.`)
    const [code, jt, jf, k] = numbers as [number, number, number, number]
    return { code, jt, jf, k }
  })
}

/** The words that say where a program is; what they become is kept under `program`. `run` may stand before them. */
export function programWords(session: Session, type: BpfProgramType): Keywords<Found> {
  const purpose: Purpose = { type, status: USER }
  const pinned = mode(words => readPinned(words, session, purpose))
  const modes: Keywords<Found> = {
    bytecode: mode(words => classic(instructions(words, words.take('bytecode'))), 'bc'),
    'bytecode-file': mode(words => classic(instructions(words, fileText(words))), 'bcf'),
    'object-file': mode(words => readObject(words, session, purpose), 'obj'),
    ...{ 'object-pinned': pinned, pinned, fd: pinned },
  }
  const run: Keyword<Found> = short((words, found) => {
    const name = keyword(modes, words)
    words.take(`a program: ${Object.keys(modes).join(', ')}`)
    if (found['program'] !== undefined) throw duplicate(words, 'run')
    if (name === undefined) throw noMode(words)
    modes[name]!.read(words, found)
  })
  return { ...modes, run }
}
function mode(read: (words: Words) => unknown, ...also: readonly string[]): Keyword<Found> {
  return short(
    (words, found) => {
      if (found['program'] !== undefined) throw words.fail(`What is "${words.last}"?`, 'the program was said before')
      found['program'] = read(words)
    },
    ...also,
  )
}
const classic = (ops: Instruction[]): object => ({ opsLength: ops.length, ops })

/** The last word does not say where a program is. */
export const noMode = (words: Words): CommandError =>
  words.fail(`What mode is "${words.last}"?`, "bytecode '1,6 0 0 0', object-file FILE, object-pinned PATH")

/** What was read, and now that all words are, loaded where it is a program of an object. */
export const loaded = (program: object | Loader | undefined, ifindex?: number): object | undefined =>
  typeof program === 'function' ? program(ifindex) : program

function fileText(words: Words): string {
  const path = words.take('a file')
  try {
    return readFileSync(path, 'utf8').replace(/\n/g, ',')
  } catch (error) {
    throw words.fail(`Can't open "${path}": ${(error as NodeJS.ErrnoException).code}`, 'a file of bytecode')
  }
}

/** `bytecode '1,6 0 0 0'` */
export const bytecodeText = (ops: readonly Instruction[]): string =>
  `${ops.length},${ops.map(({ code, jt, jf, k }) => `${code} ${jt} ${jf} ${k}`).join(',')}`
/** The same as JSON. */
export const bytecodeJson = (ops: readonly Instruction[]): JsonObject => ({
  length: ops.length,
  insns: ops.map(({ code, jt, jf, k }) => ({ code, jt, jf, k })),
})

/** A loaded program by its number; its tag where the kernel tells no more. */
export function addLoaded(
  sheet: Sheet,
  { id, tag }: { readonly id?: number; readonly tag?: Uint8Array },
  { show, names }: View,
): void {
  const info = id === undefined ? undefined : names.program?.(id)
  if (id !== undefined) {
    sheet.note('prog', programJson(id, info, show.details))
    sheet.say(programText(id, info, show.details))
  }
  if (!info && tag) sheet.add('tag', hexText(tag), `tag ${hexText(tag)} `)
}
