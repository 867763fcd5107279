// ife: packets wrapped with what the kernel notes beside them, for another machine to go on with.
import { type Keywords, matching, short, type Words, whole } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { type Found, mac, parseNumber, unsigned } from '../values.ts'
import { readWhile } from './read.ts'
import { addEnd, addVerdict } from './verdict.ts'

/** Metadata: tc's words, the table's keys, and the bytes of each. */
const META: Readonly<Record<string, readonly [key: string, size: number]>> = {
  mark: ['mark', 4],
  prio: ['priority', 4],
  hash: ['hashId', 4],
  tcindex: ['tcIndex', 2],
}
/** In the order in which tc shows them. */
const SHOWN = ['mark', 'hash', 'tcindex', 'prio']

function note(words: Words, found: Found, bytes: (size: number, name: string) => Uint8Array): void {
  const name = matching(words.take(`one of: ${Object.keys(META).join(', ')}`), Object.keys(META))
  if (name === undefined) throw words.fail(`Illegal meta define <${words.last}>`, Object.keys(META).join(', '))
  const [key, size] = META[name]!
  found['metadata'] = { ...found['metadata'], [key]: bytes(size, name) }
}
/** A number as the wire has it. */
function wire(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  if (size === 2) view.setUint16(0, value, true)
  else view.setUint32(0, value, true)
  return bytes
}

const WORDS: Keywords<Found> = {
  allow: short((words, found) => note(words, found, () => new Uint8Array())),
  use: short((words, found) =>
    note(words, found, (size, name) => wire(unsigned(0, 2 ** (8 * size) - 1)(words, name) as number, size)),
  ),
  type: short((words, found) => {
    const value = parseNumber(words.take('an EtherType (0xdead)'))
    if (value === undefined || value > 0xffff) throw words.wrong('ife type is invalid', 'an EtherType, like 0xdead')
    found['type'] = value
  }),
  dst: whole((words, found) => void (found['dstMac'] = mac(words, 'dst'))),
  src: whole((words, found) => void (found['srcMac'] = mac(words, 'src'))),
}

export const ife: ActionKind = {
  help: `Usage: … action ife decode [ VERDICT ] [ index INDEX ]
       … action ife encode { allow META | use META VALUE } [ type TYPE ] [ dst MAC ] [ src MAC ] [ VERDICT ] [ index INDEX ]
META := { ${Object.keys(META).join(' | ')} }\n`,
  read(words) {
    const mode = matching(words.take('encode or decode'), ['encode', 'decode'])
    if (mode === undefined) throw words.fail(`ife: bad word ${words.last}`, 'encode or decode')
    const { action, index, dstMac, type, srcMac, metadata } = readWhile(words, WORDS, 'ife', 'pipe')
    return { parameters: { index, action, mode }, dstMac, type, srcMac, metadata: sorted(metadata) }
  },
  print(sheet, { parameters, dstMac, srcMac, type, metadata, times }) {
    if (!parameters) return
    sheet.add('kind', 'ife', 'ife ')
    sheet.add('mode', parameters.mode, `${parameters.mode} `)
    addVerdict(sheet, parameters.action, 'action ', ' ')
    if (type) sheet.add('type', type, `type 0X${type.toString(16).toUpperCase()} `)
    if (metadata) {
      sheet.say(`${sheet.newline}\t`)
      for (const word of SHOWN) {
        const [key] = META[word]!
        const bytes: Uint8Array | undefined = metadata[key]
        if (!bytes) continue
        const number = bytes.reduceRight((all, byte) => all * 256 + byte, 0)
        sheet.add(
          word,
          bytes.length === 0 ? 'allow' : number,
          bytes.length === 0 ? `allow ${word} ` : `use ${word} ${number} `,
        )
      }
    }
    if (dstMac !== undefined) sheet.add('dst', dstMac, `dst ${dstMac} `)
    if (srcMac !== undefined) sheet.add('src', srcMac, `src ${srcMac} `)
    addEnd(sheet, parameters, times)
  },
}
/** In tc's order, whatever that of the words. */
const sorted = (metadata: Found | undefined): Found | undefined =>
  metadata && Object.fromEntries(['mark', 'hashId', 'priority', 'tcIndex'].map(key => [key, metadata[key]]))
