// A message's fields and attributes as one object, as decoding has them; where the bytes are broken, what is readable.
import { type Fields, type Node, viewOf } from '../netlink/codec.ts'
import { NLMSG_HDRLEN } from '../netlink/message.ts'
import type { DissectedMessage } from './dissected.ts'

/** `datagram` is what the message's offsets count in. */
export function fieldsOf(message: DissectedMessage, datagram: Uint8Array): Fields {
  const { message: definition, offset, length } = message
  if (definition && !message.malformed) {
    try {
      return definition.decode(viewOf(datagram), datagram, offset + NLMSG_HDRLEN, offset + length) as Fields
    } catch {
      // Broken within: the nodes have what is before the break.
    }
  }
  return { ...nodeFields(message.fields), ...nodeFields(message.attributes) }
}

/** Unknown attributes are what decoding makes of them too: numbers with bytes. */
function nodeFields(nodes: readonly Node[]): Fields {
  const fields: Fields = {}
  const unknown: { type: number; bytes: Uint8Array }[] = []
  for (const node of nodes) {
    const { key, type, bytes } = node
    if (key === undefined || bytes) {
      if (type !== undefined && bytes) unknown.push({ type, bytes })
    } else if (!key.startsWith('_')) fields[key] = node.children ? nodeFields(node.children) : node.value
  }
  return unknown.length > 0 ? { ...fields, unknown } : fields
}
