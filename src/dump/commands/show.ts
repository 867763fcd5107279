// `nl-dump FILE…`: shows every message. `show` does it for any input, so for live ones too.
import { Conversation } from '../conversation.ts'
import { problems } from '../dissect.ts'
import { print } from '../print.ts'
import type { Command } from './command.ts'
import { eachDatagram, fileInput, type Input } from './input.ts'
import type { Io } from './io.ts'
import { filesOf, READING, SHOWING, type View, viewOf } from './options.ts'

export const command: Command = {
  options: { ...SHOWING, ...READING },
  async run(given, io) {
    const view = viewOf(given, io)
    const files = filesOf(given)
    let status = 0
    for (const file of files) {
      if (files.length > 1 && view.format !== 'json') await io.out(`${file}:\n`)
      const broken = await show(fileInput(file, io), view, io)
      if (broken) status = 1
    }
    return status
  },
}

/** Shows an input's messages as they come; answers whether something in it is broken. */
export async function show(input: Input, view: View, io: Io): Promise<boolean> {
  let number = 0
  let broken = false
  const problem = (place: string, text: string): void => {
    broken = true
    io.err(`nl-dump: ${input.title}: ${place ? `${place}: ` : ''}${text}\n`)
  }
  await eachDatagram(input, view.protocol, new Conversation(), problem, async (messages, datagram) => {
    const { bytes, place, direction, time } = datagram
    for (const message of messages) {
      number++
      const origin = {
        file: input.name,
        place,
        ...(direction ? { direction } : {}),
        ...(time === undefined ? {} : { time }),
      }
      const shown = view.format === 'json' ? origin : { ...origin, place: `${place}${offsetText(message.offset)}` }
      await io.out(print({ message, datagram: bytes, number, origin: shown }, view))
      for (const { offset, text } of problems(message)) problem(place, `byte ${offset} of the datagram: ${text}`)
    }
  })
  if (number === 0 && !broken) io.err(`nl-dump: ${input.title}: there is no message in it\n`)
  return broken
}

const offsetText = (offset: number): string => (offset === 0 ? '' : `, byte ${offset} of the datagram`)
