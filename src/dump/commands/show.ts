// `nl-dump FILE…`: shows every message. `show` does it for any input, so for live ones too.
import { Conversation } from '../conversation.ts'
import { problems } from '../dissect.ts'
import type { DissectedMessage } from '../dissected.ts'
import { follow, learn } from '../follow.ts'
import { CaptureNames } from '../names.ts'
import { print } from '../print.ts'
import type { Datagram } from '../sources/index.ts'
import type { Command } from './command.ts'
import { eachDatagram, fileInput, type Input } from './input.ts'
import type { Io } from './io.ts'
import { CHOOSING, filesOf, READING, SHOWING, type View, viewOf } from './options.ts'
import { recorder, WRITING } from './write.ts'

export const command: Command = {
  options: { ...SHOWING, ...CHOOSING, ...READING, ...WRITING },
  async run(given, io) {
    const view = viewOf(given, io)
    const files = filesOf(given)
    const record = recorder(given, view.protocol)
    let status = 0
    for (const file of files) {
      if (files.length > 1 && view.format !== 'json') await io.out(`${file}:\n`)
      const broken = await show(record(fileInput(file, io)), view, io)
      if (broken) status = 1
    }
    return status
  },
}

/** Shows an input's messages as they come; answers whether something in it is broken. */
export async function show(input: Input, view: View, io: Io): Promise<boolean> {
  const viewer = new Viewer(view, input)
  let broken = false
  // Written where the input makes a pause, or something is to be said between: not a line at a time.
  let shown = ''
  const flush = async (): Promise<void> => {
    const text = shown
    shown = ''
    if (text !== '') await io.out(text)
  }
  const problem = (place: string, text: string): void => {
    broken = true
    void flush()
    io.err(`nl-dump: ${input.title}: ${place ? `${place}: ` : ''}${text}\n`)
  }
  const handle = (messages: readonly DissectedMessage[], datagram: Datagram): void => {
    for (const message of messages) {
      shown += viewer.text(message, datagram)
      for (const { offset, text } of problems(message))
        problem(datagram.place, `byte ${offset} of the datagram: ${text}`)
    }
  }
  await eachDatagram(input, view.protocol, viewer.conversation, problem, handle, flush)
  const { title, silence = 'there is no message in it' } = input
  if (viewer.number === 0 && !broken && silence !== '') io.err(`nl-dump: ${title}: ${silence}\n`)
  return broken
}

/** Makes the messages of one conversation into text, one after the other. */
export class Viewer {
  readonly conversation = new Conversation()
  /** Of the message that came last. */
  number = 0
  readonly #view: Pick<View, 'format' | 'colors' | 'filter'>
  readonly #file: string | undefined
  readonly #names: CaptureNames

  constructor(
    view: Pick<View, 'format' | 'colors' | 'filter'>,
    input: Pick<Input, 'names'> & { readonly name?: string } = {},
  ) {
    this.#view = view
    this.#file = input.name
    this.#names = new CaptureNames(this.conversation, input.names)
  }

  /** '' for a message that the filter leaves out: it is counted, and what it tells is learned. */
  text(message: DissectedMessage, datagram: Datagram): string {
    const { bytes, place, direction, time, process, nsid } = datagram
    const number = ++this.number
    const names = this.#names
    names.datagram = datagram
    const relation = follow(this.conversation, message, number, datagram)
    const at = this.#view.format === 'json' ? place : `${place}${offsetText(message.offset)}`
    const netns = nsid === undefined ? undefined : names.netnsOfNsid(nsid)
    const origin = {
      ...(this.#file === undefined ? {} : { file: this.#file }),
      ...{ place: at, direction, time, process, nsid, netns, relation },
    }
    const { filter } = this.#view
    const isWanted = !filter || filter(message, origin)
    const text = isWanted ? print({ message, datagram: bytes, number, origin, names }, this.#view) : ''
    learn(this.conversation, message, datagram)
    return text
  }
}

const offsetText = (offset: number): string => (offset === 0 ? '' : `, byte ${offset} of the datagram`)
