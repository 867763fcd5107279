// macvlan and macvtap.
import type { LinkData } from '../../../route/link.ts'
import { choice, expected, type Words } from '../../words.ts'
import { hardwareAddress } from '../link-words.ts'
import { asNumber, asText, constant, type Kinds, number, type Options, option, type Printer } from './kind.ts'

const MODES = ['private', 'vepa', 'bridge', 'passthru', 'source']

const WORDS: Options = {
  mode: option(`{ ${MODES.join(' | ')} }`, (words: Words, { data }) => {
    const mode = words.take('a mode')
    if (!MODES.includes(mode))
      throw words.fail(
        `Error: argument of "mode" must be "private", "vepa", "bridge", "passthru" or "source", not "${mode}"`,
        expected(mode, MODES),
      )
    data['mode'] = mode
  }),
  flag: option('{ null | nopromisc | nodst }', (words, { data }) => {
    const name = choice(words, ['null', 'nopromisc', 'nodst'], 'invalid flag')
    data['flags'] = name === 'null' ? [] : [...(data['flags'] ?? []), name]
  }),
  macaddr: option('{ { add | del } LLADDR | set LLADDR… | flush }', (words, { data }) => {
    const mode = choice(words, ['add', 'del', 'set', 'flush'], 'invalid macaddr command')
    data['macaddrMode'] = mode
    if (mode === 'add' || mode === 'del') data['macaddr'] = hardwareAddress(words)
    if (mode === 'set') data['macaddrData'] = { addresses: hardwareAddresses(words) }
  }),
  nopromisc: constant('flags', ['nopromisc']),
  bcqueuelen: number('bcQueueLength'),
}

function hardwareAddresses(words: Words): string[] {
  const addresses: string[] = []
  while (words.next !== undefined && /^[0-9a-f]{1,2}([:-][0-9a-f]{1,2})+$/i.test(words.next))
    addresses.push(words.take())
  return addresses
}

const print: Printer<Exclude<LinkData<'macvlan'>, Uint8Array>> = (sheet, data, names) => {
  if (data.mode !== undefined) asText(sheet, 'mode', 'mode', data.mode, names)
  const flags = data.flags?.filter(flag => typeof flag === 'string') ?? []
  if (flags.length > 0) sheet.add('flags', flags, `${flags.join(' ')} `)
  if (data.bcQueueLength !== undefined) asNumber(sheet, 'bcqueuelen', 'bcqueuelen', data.bcQueueLength, names)
  if (data.bcQueueLengthUsed !== undefined)
    asNumber(sheet, 'usedbcqueuelen', 'usedbcqueuelen', data.bcQueueLengthUsed, names)
  if (data.mode !== 'source' || data.macaddrCount === undefined) return
  const addresses = data.macaddrData?.addresses ?? []
  sheet.add('macaddr_count', data.macaddrCount, `remotes (${data.macaddrCount}) `)
  if (addresses.length > 0) sheet.add('macaddr_data', addresses, addresses.map(address => `${address} `).join(''))
}

const kind = { words: WORDS, print }
export const macvlan: Kinds = { macvlan: kind, macvtap: kind }
