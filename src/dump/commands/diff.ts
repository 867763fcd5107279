// `nl-dump diff A B`: what two captures say differently. Exit status 1 where they do.
import picocolors from 'picocolors'
import type { Colors } from 'picocolors/types.js'
import { Conversation } from '../conversation.ts'
import { type Compared, type DiffResult, diff, Reader } from '../diff.ts'
import { changeJson, changeLines } from '../diff-text.ts'
import type { Filter } from '../filter.ts'
import { jsonLine } from '../json.ts'
import type { Command } from './command.ts'
import { eachDatagram, fileInput, type Problem } from './input.ts'
import { type Io, UsageError } from './io.ts'
import { CHOOSING, colorsOf, filterOf, protocolOf, READING, SHOWING } from './options.ts'

export const command: Command = {
  options: { json: SHOWING.json, color: SHOWING.color, ...CHOOSING, ...READING },
  async run(given, io) {
    const [fileA, fileB, ...more] = given.operands
    if (fileA === undefined || fileB === undefined || more.length > 0) throw new UsageError('diff takes two files')
    if (fileA === '-' && fileB === '-') throw new UsageError('standard input can be one of the files, not both')
    const colors = colorsOf(given.values['color'], io)
    const options = { protocol: protocolOf(given), filter: filterOf(given) }
    const a = await read(fileA, options, io)
    const b = await read(fileB, options, io)
    const result = diff(a.messages, b.messages)
    if (given.values['json']) await io.out(`${jsonLine(resultJson(result))}\n`)
    else await io.out(resultText(result, picocolors.createColors(colors)))
    return result.changes.length > 0 || a.broken || b.broken ? 1 : 0
  },
}

interface Read {
  readonly messages: readonly Compared[]
  readonly broken: boolean
}

async function read(
  file: string,
  { protocol, filter }: { readonly protocol: number | undefined; readonly filter: Filter | undefined },
  io: Io,
): Promise<Read> {
  const input = fileInput(file, io)
  const reader = new Reader()
  let broken = false
  const problem: Problem = (place, text) => {
    broken = true
    io.err(`nl-dump: ${input.title}: ${place ? `${place}: ` : ''}${text}\n`)
  }
  let number = 0
  await eachDatagram(input, protocol, new Conversation(), problem, (messages, { bytes, direction }) => {
    for (const message of messages) {
      number++
      if (!filter || filter(message, { direction })) reader.add(message, bytes, number, direction)
    }
  })
  return { messages: reader.messages, broken }
}

// ── text ───────────────────────────────────────────────────────────────────

function resultText({ same, changes }: DiffResult, c: Colors): string {
  const count = `${same} ${same === 1 ? 'message is' : 'messages are'} the same`
  const lines = changes.flatMap(change => changeLines(change, c))
  return `${[...lines, c.dim(changes.length === 0 ? count : `${count}, ${changes.length} differ`)].join('\n')}\n`
}

// ── JSON ───────────────────────────────────────────────────────────────────

const resultJson = ({ same, changes }: DiffResult): unknown => ({ same, changes: changes.map(changeJson) })
