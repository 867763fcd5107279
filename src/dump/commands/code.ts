// `nl-dump code FILE…`: the requests of a capture as a program of calls of this library, which makes the same bytes.
import { NLM_F_REQUEST } from '../../netlink/message.ts'
import { type Call, callFor } from '../code/code.ts'
import { Conversation } from '../conversation.ts'
import type { DissectedMessage } from '../dissected.ts'
import { fieldsOf } from '../fields.ts'
import { protocolName } from '../protocols.ts'
import { decodedSummary } from '../summary.ts'
import { safe } from '../value.ts'
import type { Command } from './command.ts'
import { eachDatagram, fileInput, type Problem } from './input.ts'
import { CHOOSING, filesOf, filterOf, protocolOf, READING } from './options.ts'

export const command: Command = {
  options: { ...CHOOSING, ...READING },
  async run(given, io) {
    const protocol = protocolOf(given)
    const filter = filterOf(given)
    const program = new Program()
    let status = 0
    let read = 0
    for (const file of filesOf(given)) {
      const input = fileInput(file, io)
      const problem: Problem = (place, text) => {
        status = 1
        io.err(`nl-dump: ${input.title}: ${place ? `${place}: ` : ''}${text}\n`)
      }
      let number = 0
      program.file(input.title)
      await eachDatagram(input, protocol, new Conversation(), problem, (messages, { bytes, direction, place }) => {
        for (const message of messages) {
          number++
          read++
          if (!(message.flags & NLM_F_REQUEST) || (filter && !filter(message, { direction }))) continue
          if (message.malformed) problem(place, message.malformed)
          else program.request(message, bytes, number)
        }
      })
    }
    // Where nothing could be read there is nothing to say but that.
    if (read > 0 || status === 0) await io.out(program.text())
    return status
  },
}

/** The text of a program, as it comes together. */
class Program {
  private readonly lines: string[] = []
  private readonly modules = new Set(['Netlink'])
  private readonly connections = new Set<keyof typeof CONNECTIONS>()

  file(title: string): void {
    this.lines.push('', `// ${safe(title)}`)
  }

  request(message: DissectedMessage, datagram: Uint8Array, number: number): void {
    const bytes = datagram.slice(message.offset, message.offset + message.length)
    const summary = message.message ? decodedSummary(message.message, message, fieldsOf(message, datagram)) : ''
    const call = callFor(message, bytes)
    if (call.protocol) {
      this.modules.add(call.module)
      this.connections.add(call.protocol)
    }
    this.lines.push('', `// #${number} ${message.typeName}${summary}`, runText(call, message))
  }

  text(): string {
    const imports = [...this.modules].toSorted((a, b) => a.toLowerCase().localeCompare(b.toLowerCase(), 'en'))
    const used = Object.entries(CONNECTIONS).filter(([protocol]) => this.connections.has(protocol as 'route'))
    return [
      '// The requests of a capture as calls of netloom, by nl-dump code: they make the same bytes. Indexes of links and',
      '// descriptors of namespaces are those of the place where it was made.',
      `import { ${imports.join(', ')} } from 'netloom'`,
      '',
      ...used.map(([, { name, options }]) => `const ${name} = Netlink.open(${options})`),
      ...this.lines,
      '',
      ...used.map(([, { name }]) => `${name}.close()`),
      '',
    ].join('\n')
  }
}

/** What the program's connections are called. */
const CONNECTIONS = {
  route: { name: 'host', options: '' },
  generic: { name: 'generic', options: "{ protocol: 'generic' }" },
} as const

/** Requests of protocols that no connection speaks stand there as comments. */
const runText = ({ text, protocol }: Call, message: DissectedMessage): string =>
  protocol
    ? `await ${CONNECTIONS[protocol].name}.run(${text})`
    : `// ${protocolName(message.protocol)}, which no connection speaks:\n// ${text.replaceAll('\n', '\n// ')}`
