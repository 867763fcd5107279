// `nl-dump FILE…`: shows every message. `show` does it for any input, so for live ones too.
import { setFlagsFromString } from 'node:v8'
import { Conversation, type Relation } from '../conversation.ts'
import { dissect, problems } from '../dissect.ts'
import type { DissectedMessage } from '../dissected.ts'
import { follow, learn } from '../follow.ts'
import { type Glance, Glancer, isGlance } from '../glance.ts'
import { CaptureNames } from '../names.ts'
import { line, type Origin, print, writeLine } from '../print.ts'
import type { Datagram } from '../sources/index.ts'
import type { Command } from './command.ts'
import { eachRead, fileInput, type Input } from './input.ts'
import type { Io } from './io.ts'
import { CHOOSING, filesOf, READING, SHOWING, type View, viewOf } from './options.ts'
import { Pages } from './pages.ts'
import { recorder, WRITING } from './write.ts'

/** Of bytecode that V8 compiles into one function; a third of the default: our loops call many short functions in turn. */
const INLINED = 300
/** V8's own: code that is kept (src/bin/code-cache.ts) is of the flags that V8 has at the end, and read before they are set. */
const DEFAULT_INLINED = 920

const inline = (bytes: number): void => setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${bytes}`)

export const command: Command = {
  options: { ...SHOWING, ...CHOOSING, ...READING, ...WRITING },
  async run(given, io) {
    // A tenth of the time that a large capture takes, all threads: less to compile, and less machine code to run through.
    inline(INLINED)
    try {
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
    } finally {
      inline(DEFAULT_INLINED)
    }
  },
}

/** Shows an input's messages as they come; answers whether something in it is broken. */
export async function show(input: Input, view: View, io: Io): Promise<boolean> {
  const viewer = new Viewer(view, input)
  let broken = false
  // Written where the input makes a pause, or something is to be said between: not a line at a time.
  const pages = new Pages()
  // All pages at once: what comes while one is waited for must not go out before the rest.
  const flush = async (): Promise<void> => void (await Promise.all(pages.take().map(page => io.out(page))))
  const problem = (place: string, text: string): void => {
    broken = true
    void flush()
    io.err(`nl-dump: ${input.title}: ${place ? `${place}: ` : ''}${text}\n`)
  }
  let datagram!: Datagram
  const handle = (message: Glance | DissectedMessage): void => {
    viewer.write(message, datagram, pages)
    if (isGlance(message)) return
    for (const { offset, text } of problems(message)) problem(datagram.place, `byte ${offset} of the datagram: ${text}`)
  }
  await eachRead(
    input,
    view.protocol,
    problem,
    (next, protocol) => {
      datagram = next
      viewer.read(next, protocol, handle)
    },
    flush,
  )
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
  readonly #glancer: Glancer

  constructor(
    view: Pick<View, 'format' | 'colors' | 'filter'>,
    input: Pick<Input, 'names'> & { readonly name?: string } = {},
  ) {
    this.#view = view
    this.#file = input.name
    this.#names = new CaptureNames(this.conversation, input.names)
    this.#glancer = new Glancer(this.conversation, this.#names)
  }

  /** Calls `handle` for each message of a datagram: as far as the view needs it, each to be made text before the next. */
  read(datagram: Datagram, protocol: number, handle: (message: Glance | DissectedMessage) => void): void {
    this.#names.datagram = datagram
    // A filter looks at nodes, as all views but the shortest do.
    if (this.#view.format === 'line' && !this.#view.filter) this.#glancer.each(datagram.bytes, protocol, handle)
    else for (const message of dissect(datagram.bytes, { protocol, conversation: this.conversation })) handle(message)
  }

  /** '' for a message that the filter leaves out: it is counted, and what it tells is learned. */
  text(message: Glance | DissectedMessage, datagram: Datagram): string {
    const number = ++this.number
    this.#names.datagram = datagram
    const relation = follow(this.conversation, message, number, datagram)
    const text = isGlance(message)
      ? this.#line(message, number, datagram, relation)
      : this.#print(message, number, datagram, relation)
    learn(this.conversation, message, datagram)
    return text
  }

  /** The same onto pages. */
  write(message: Glance | DissectedMessage, datagram: Datagram, to: Pages): void {
    const { direction, nsid } = datagram
    if (!isGlance(message) || nsid !== undefined || this.#view.colors) {
      to.add(this.text(message, datagram))
      return
    }
    const number = ++this.number
    const relation = follow(this.conversation, message, number, datagram)
    writeLine(message, number, { direction, relation }, to.page())
    learn(this.conversation, message, datagram)
  }

  #line(message: Glance, number: number, { direction, nsid }: Datagram, relation: Relation | undefined): string {
    const netns = nsid === undefined ? undefined : this.#names.netnsOfNsid(nsid)
    return line(message, number, { direction, nsid, netns, relation }, this.#view.colors)
  }

  #print(message: DissectedMessage, number: number, datagram: Datagram, relation: Relation | undefined): string {
    const origin = this.#origin(message.offset, datagram, relation)
    const { filter } = this.#view
    if (filter && !filter(message, origin)) return ''
    return print({ message, datagram: datagram.bytes, number, origin, names: this.#names }, this.#view)
  }

  #origin(offset: number, datagram: Datagram, relation: Relation | undefined): Origin {
    const { direction, time, process, nsid } = datagram
    const netns = nsid === undefined ? undefined : this.#names.netnsOfNsid(nsid)
    const place = this.#view.format === 'json' ? datagram.place : `${datagram.place}${offsetText(offset)}`
    const file = this.#file
    return file === undefined
      ? { place, direction, time, process, nsid, netns, relation }
      : { file, place, direction, time, process, nsid, netns, relation }
  }
}

const offsetText = (offset: number): string => (offset === 0 ? '' : `, byte ${offset} of the datagram`)
