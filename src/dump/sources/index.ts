// The kinds of input, told apart by their content. A new kind is its file and its place in this list.
import { hexText } from '../../netlink/text.ts'
import { type Source, SourceError } from './datagram.ts'
import { hex } from './hex.ts'
import { pcap } from './pcap.ts'
import { pcapng } from './pcapng.ts'

export { type Datagram, type Source, SourceError } from './datagram.ts'

const SOURCES: readonly Source[] = [pcap, pcapng, hex]

/** What kind of input the bytes are. */
export function sourceOf(bytes: Uint8Array): Source {
  if (bytes.length === 0) throw new SourceError('it is empty')
  const source = SOURCES.find(candidate => candidate.matches(bytes))
  if (source) return source
  const names = SOURCES.map(candidate => candidate.name).join(', ')
  throw new SourceError(`it is none of: ${names}; it begins with the bytes ${hexText(bytes.subarray(0, 8))}`)
}
