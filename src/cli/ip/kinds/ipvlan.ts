// ipvlan and ipvtap.
import type { LinkData } from '../../../route/link.ts'
import { expected, type Words } from '../../words.ts'
import { asText, constant, type Kinds, type Options, option, type Printer } from './kind.ts'

const MODES = ['l2', 'l3', 'l3s']

const WORDS: Options = {
  mode: option('{ l3 | l3s | l2 }', (words: Words, { data }) => {
    const mode = words.take('l2, l3 or l3s')
    if (!MODES.includes(mode))
      throw words.fail('Error: argument of "mode" must be either "l2", "l3" or "l3s"', expected(mode, MODES))
    data['mode'] = mode
  }),
  private: constant('flags', ['private']),
  vepa: constant('flags', ['vepa']),
  bridge: constant('flags', []),
}

const print: Printer<Exclude<LinkData<'ipvlan'>, Uint8Array>> = (sheet, { mode, flags }, names) => {
  if (mode !== undefined) asText(sheet, 'mode', ' mode', mode, names)
  const flag = flags && (flags.includes('private') ? 'private' : flags.includes('vepa') ? 'vepa' : 'bridge')
  if (flag) sheet.add(flag, true, `${flag} `)
}

const kind = { words: WORDS, print }
export const ipvlan: Kinds = { ipvlan: kind, ipvtap: kind }
