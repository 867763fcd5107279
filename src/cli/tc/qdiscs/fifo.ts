// Plain queues: pfifo (packets), bfifo (bytes), pfifo_head_drop (the oldest is dropped).
import type { QdiscKind } from '../kind.ts'
import { sizeText } from '../text.ts'
import { readOptions, size, value } from '../values.ts'

const WORDS = { limit: value('limit', size) }

const fifo = (kind: string, unit: string): QdiscKind => ({
  help: `Usage: … ${kind} [ limit ${unit} ]\n`,
  read(words) {
    const found = readOptions(words, WORDS, {
      voice: {
        illegal: (name, word) => `${kind}: Illegal value for "${name}": "${word}"`,
        unknown: word => `${kind}: unknown parameter "${word}"`,
      },
    })
    return found['limit'] === undefined ? undefined : found
  },
  print: (sheet, { limit }) => sheet.add('limit', limit, `limit ${unit === 'BYTES' ? sizeText(limit) : `${limit}p`}`),
})

export const pfifo = fifo('pfifo', 'PACKETS')
export const bfifo = fifo('bfifo', 'BYTES')
export const pfifoHeadDrop = fifo('pfifo_head_drop', 'PACKETS')
