// `nl-dump FILE…`: shows every message. `show` does it for any input, so for live ones too.
import type { Node } from '../../netlink/codec.ts'
import { NLM_F_REQUEST } from '../../netlink/message.ts'
import { Conversation, type Relation } from '../conversation.ts'
import { problems } from '../dissect.ts'
import type { DissectedMessage } from '../dissected.ts'
import { CaptureNames } from '../names.ts'
import { print } from '../print.ts'
import type { Datagram } from '../sources/index.ts'
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
  const conversation = new Conversation()
  const names = new CaptureNames(conversation, input.names)
  let number = 0
  let broken = false
  const problem = (place: string, text: string): void => {
    broken = true
    io.err(`nl-dump: ${input.title}: ${place ? `${place}: ` : ''}${text}\n`)
  }
  await eachDatagram(input, view.protocol, conversation, problem, async (messages, datagram) => {
    const { bytes, place, direction, time } = datagram
    names.datagram = datagram
    for (const message of messages) {
      number++
      const relation = follow(conversation, message, number, datagram)
      const at = view.format === 'json' ? place : `${place}${offsetText(message.offset)}`
      const origin = { file: input.name, place: at, direction, time, relation }
      await io.out(print({ message, datagram: bytes, number, origin, names }, view))
      for (const { offset, text } of problems(message)) problem(place, `byte ${offset} of the datagram: ${text}`)
      learn(conversation, message, datagram)
    }
  })
  if (number === 0 && !broken) io.err(`nl-dump: ${input.title}: there is no message in it\n`)
  return broken
}

/** Numbers a request; finds the request of anything else. */
function follow(
  conversation: Conversation,
  message: DissectedMessage,
  number: number,
  datagram: Datagram,
): Relation | undefined {
  if (!(message.flags & NLM_F_REQUEST)) return conversation.relate(message, datagram)
  conversation.numberRequest(message, number, datagram)
  return undefined
}

function learn(
  conversation: Conversation,
  { typeName, flags, fields, attributes }: DissectedMessage,
  datagram: Datagram,
): void {
  if (typeName !== 'RTM_NEWLINK' || flags & NLM_F_REQUEST) return
  const value = (nodes: readonly Node[], key: string): unknown => nodes.find(node => node.key === key)?.value
  conversation.addLink(datagram, value(fields, 'index'), value(attributes, 'name'))
}

const offsetText = (offset: number): string => (offset === 0 ? '' : `, byte ${offset} of the datagram`)
