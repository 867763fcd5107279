// nat: addresses mapped one to one, without a memory of connections.
import { fullAddress } from '../../prefix.ts'
import { matching, type Words } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { illegal } from '../values.ts'
import { addEnd, addVerdict, ending } from './verdict.ts'

const mask = (length: number): string =>
  [0, 8, 16, 24].map(shift => 256 - 2 ** (8 - Math.min(8, Math.max(0, length - shift)))).join('.')
const lengthOf = (text: string): number =>
  text
    .split('.')
    .map(octet => Number(octet).toString(2).replace(/0/g, '').length)
    .reduce((sum, bits) => sum + bits, 0)

function prefix(words: Words, name: string): { address: string; length: number } {
  const text = words.take('an address, or a prefix')
  if (['any', 'all', 'default'].includes(text)) return { address: '0.0.0.0', length: 0 }
  const [address = '', length = '32'] = text.split('/')
  const found = fullAddress(address)
  if (found === undefined || !/^\d{1,2}$/.test(length) || Number(length) > 32)
    throw illegal(words, name, 'an IPv4 address or prefix, like 10.0.0.0/8')
  return { address: found, length: Number(length) }
}

export const nat: ActionKind = {
  help: `Usage: … action nat { ingress | egress } OLD NEW [ VERDICT ] [ index INDEX ]
	OLD is an address or a prefix, NEW the first address of what takes its place\n`,
  read(words) {
    const side = matching(words.take('ingress or egress'), ['egress', 'ingress'])
    if (side === undefined) throw words.fail(`nat: bad word ${words.last}`, 'ingress or egress')
    const old = prefix(words, 'old')
    const fresh = prefix(words, 'new')
    const { action, index } = ending(words, 'nat', 'pass')
    return {
      parameters: {
        index,
        action,
        oldAddress: old.address,
        newAddress: fresh.address,
        mask: mask(old.length),
        flags: side === 'egress' ? ['egress'] : [],
      },
    }
  },
  print(sheet, { parameters, times }) {
    if (!parameters) return
    const { oldAddress, newAddress, mask: bits, flags } = parameters
    const side = flags.includes('egress') ? 'egress' : 'ingress'
    // tc counts the mask's bits from the wrong end and always says /32.
    const old = `${oldAddress}/${lengthOf(bits)}`
    sheet.add('type', 'nat', ' nat ')
    sheet.add('direction', side, `${side} `)
    sheet.add('old_addr', old, `${old} `)
    sheet.add('new_addr', newAddress, newAddress)
    addVerdict(sheet, parameters.action, ' ')
    addEnd(sheet, parameters, times)
  },
}
