// flow: packets spread over classes by keys of theirs, hashed or mapped.
import { expected, type Keywords, short, type Words, whole } from '../../words.ts'
import { ematches, printEmatches } from '../ematch.ts'
import type { FilterKind } from '../kind.ts'
import { hex } from '../text.ts'
import { type Found, illegal, parseHandle, parseNumber, readOptions, unsigned } from '../values.ts'
import { actionWords, addFlow, addHandle, addOutcome, numberHandle } from './common.ts'

const KEYS = [
  ...['src', 'dst', 'proto', 'proto-src', 'proto-dst', 'iif', 'priority', 'mark', 'nfct', 'nfct-src', 'nfct-dst'],
  ...['nfct-proto-src', 'nfct-proto-dst', 'rt-classid', 'sk-uid', 'sk-gid', 'vlan-tag', 'rxhash'],
]
const ALL = 0xffffffff

function keys(words: Words): string[] {
  return words
    .take('keys (src,dst,proto)')
    .split(',')
    .map(key => {
      const name = KEYS.includes(key) ? key : KEYS.find(known => known.startsWith(key))
      if (key === '' || name === undefined) throw words.fail(`Illegal "keys"`, expected(key, KEYS))
      return name
    })
}
const operand = (words: Words, name: string): number => unsigned()(words, name) as number
/** Puts an operation behind those before it: (key & mask) ^ xor. */
const operate = (change: (mask: number, xor: number, value: number) => readonly [mask: number, xor: number]) =>
  whole<Found>((words, found) => {
    const [mask, xor] = change(found['mask'] ?? ALL, found['xor'] ?? 0, operand(words, words.last))
    Object.assign(found, { mask: mask >>> 0, xor: xor >>> 0 })
  })

const WORDS: Keywords<Found> = {
  map: short((_, found) => void (found['mode'] = 'map')),
  hash: short((_, found) => void (found['mode'] = 'hash')),
  keys: short((words, found) => void (found['keys'] = keys(words)), 'key'),
  and: operate((mask, xor, value) => [mask & value, xor & value]),
  or: operate((mask, xor, value) => [mask & ~value, (xor & ~value) | value]),
  xor: operate((mask, xor, value) => [mask, xor ^ value]),
  rshift: whole((words, found) => void (found['rightShift'] = operand(words, 'rshift'))),
  addend: whole((words, found) => {
    const text = words.take('a number')
    const value = parseNumber(text.replace(/^-/, ''))
    if (value === undefined) throw illegal(words, 'addend', 'a number, negative too')
    found['addend'] = text.startsWith('-') ? -value >>> 0 : value
  }),
  divisor: whole((words, found) => void (found['divisor'] = operand(words, 'divisor'))),
  baseclass: whole((words, found) => {
    const id = parseHandle(words.take('a class (1:10)'))
    if (id === undefined || id.endsWith(':0') || id.endsWith(':'))
      throw illegal(words, 'baseclass', 'a class, like 1:10')
    found['baseClass'] = id
  }),
  perturb: whole((words, found) => void (found['perturb'] = operand(words, 'perturb'))),
}

export const flow: FilterKind = {
  help: `Usage: … flow hash keys KEY,… [ divisor NUMBER ] [ perturb SECONDS ] [ baseclass CLASSID ]
       … flow map key KEY [ and MASK ] [ or VALUE ] [ xor VALUE ] [ rshift BITS ] [ addend NUMBER ] [ divisor NUMBER ]
	[ baseclass CLASSID ]
	and both: [ match EMATCH ] [ action ACTION … ] [ police POLICE ]
KEY := { ${KEYS.join(' | ')} }\n`,
  read(words, reading) {
    const handle = numberHandle(words, reading.handle)
    const found = readOptions(words, {
      ...WORDS,
      match: whole((line, all) => void (all['ematches'] = ematches(line, reading.session))),
      ...actionWords(reading),
    })
    const { mode, mask, xor, ...rest } = found
    return { handle, options: { ...rest, mode: mode ?? 'map', ...(mask !== undefined && { mask, xor }) } }
  },
  print(sheet, options, view) {
    const { mode, keys: names = [], mask = ALL, xor = 0, rightShift, addend, divisor, baseClass, perturb } = options
    addHandle(sheet, view.handle)
    if (mode !== undefined) sheet.add('mode', mode, `${mode} `)
    if (names.length > 0) sheet.add('keys', names.join(','), `keys ${names.join(',')} `)
    if (mask !== ALL || xor !== 0) {
      const or = (~mask & xor) >>> 0
      const digits = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`
      if (mask !== ALL) sheet.add('and', digits(mask), `and ${digits(mask)} `)
      if ((xor & mask) >>> 0) sheet.add('xor', digits((xor & mask) >>> 0), `xor ${digits((xor & mask) >>> 0)} `)
      if (or) sheet.add('or', digits(or), `or ${digits(or)} `)
    }
    if (rightShift) sheet.add('rshift', rightShift)
    if (addend) sheet.add('addend', hex(addend), `addend ${hex(addend)} `)
    if (divisor) sheet.add('divisor', divisor)
    addFlow(sheet, baseClass, 'baseclass')
    if (perturb) sheet.add('perturb', perturb, `perturb ${perturb}sec `)
    if (options.ematches) printEmatches(sheet, options.ematches, view.names)
    addOutcome(sheet, options, view, { police: '', actions: '\n' })
  },
}
