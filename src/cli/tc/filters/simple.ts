// Filters with few words: matchall (every packet), fw (marks), route (realms), cgroup (of processes).
import { short, type Words, whole } from '../../words.ts'
import { ematches, printEmatches } from '../ematch.ts'
import type { FilterKind, Reading } from '../kind.ts'
import { hex } from '../text.ts'
import { illegal, parseNumber, parsePair, readOptions } from '../values.ts'
import { actionWords, addFlow, addHandle, addHardware, addOutcome, classId, HARDWARE, numberHandle } from './common.ts'

export const matchall: FilterKind = {
  help: `Usage: … matchall [ classid CLASSID ] [ skip_hw | skip_sw ] [ action ACTION … ]\n`,
  read(words, reading) {
    const handle = numberHandle(words, reading.handle)
    if (words.done) return { handle }
    const { flags, ...found } = readOptions(words, {
      classid: classId,
      ...HARDWARE,
      action: actionWords(reading)['action']!,
    })
    return { handle, options: { ...found, flags } }
  },
  print(sheet, options, view) {
    addHandle(sheet, view.handle)
    addFlow(sheet, options.classId)
    addHardware(sheet, options.flags, '\n  ', '')
    if (view.show.statistics > 0 && options.counts)
      sheet.add('rule_hit', options.counts.hits, ` (rule hit ${options.counts.hits})`)
    addOutcome(sheet, options, view)
  },
}

export const fw: FilterKind = {
  help: `Usage: … [ handle MARK[/MASK] ] fw [ classid CLASSID ] [ indev DEVICE ] [ action ACTION … ] [ police POLICE ]\n`,
  read(words, reading) {
    const pair = reading.handle === undefined ? undefined : parsePair(reading.handle, text => parseNumber(text))
    if (reading.handle !== undefined && !pair)
      throw words.fail('Illegal "handle"', `'${reading.handle}': a mark, or a mark and its mask: 0x7/0xff`)
    if (words.done) return { handle: pair?.value }
    const found = readOptions(words, {
      classid: classId,
      indev: whole((line, all) => void (all['inDevice'] = line.take('a device'))),
      ...actionWords(reading),
    })
    return { handle: pair?.value, options: { mask: pair?.mask, ...found } }
  },
  print(sheet, options, view) {
    const { mask, inDevice, classId: id } = options
    if (view.handle) {
      const masked = mask !== undefined && mask !== 0xffffffff ? `/${hex(mask)}` : ''
      sheet.add('handle', hex(view.handle), `handle ${hex(view.handle)}${masked} `)
      if (masked) sheet.note('mask', hex(mask))
    }
    addFlow(sheet, id, 'classid')
    if (inDevice !== undefined) sheet.add('indev', inDevice, `input dev ${inDevice} `)
    addOutcome(sheet, options, view, { police: '', actions: '\n' })
  },
}

/** A realm: a number (its names stand in /etc/iproute2/rt_realms). */
function realm(words: Words, name: string): number {
  const found = parseNumber(words.take('a realm'))
  if (found === undefined || found > 255) throw illegal(words, name, 'a number to 255')
  return found
}

export const route: FilterKind = {
  help: `Usage: … route [ from REALM | fromif DEVICE ] [ to REALM ] [ classid CLASSID ] [ action ACTION … ] [ police POLICE ]\n`,
  read(words, reading) {
    const handle = numberHandle(words, reading.handle)
    if (words.done) return { handle }
    const options = readOptions(words, {
      to: short((line, found) => void (found['to'] = realm(line, 'to'))),
      from: short((line, found) => void (found['from'] = realm(line, 'from'))),
      fromif: short((line, found) => void (found['iif'] = reading.session.device(line.take('a device')).index)),
      classid: classId,
      ...actionWords(reading),
    })
    const { from, iif, to = 0 } = options
    // The handle says the same: where to in the lower half, where from in the upper.
    const upper = iif === undefined ? (from ?? 0) : iif | 0x8000
    return { handle: handle ?? ((upper << 16) | to) >>> 0, options }
  },
  print(sheet, options, view) {
    const { classId: id, to, from, iif } = options
    if (view.handle) {
      const text = `0x${view.handle.toString(16).padStart(8, '0')}`
      sheet.add('fh', text)
    }
    addFlow(sheet, id)
    if (to !== undefined) sheet.add('to', to)
    if (from !== undefined) sheet.add('from', from)
    if (iif !== undefined) {
      const name = view.names.link(iif)?.name ?? `if${iif}`
      sheet.add('fromif', name, `fromif ${name}`)
    }
    addOutcome(sheet, options, view, { police: '' })
  },
}

const match = ({ session }: Reading) =>
  short<Record<string, any>>((words, found) => {
    found['ematches'] = ematches(words, session)
  })

export const basic: FilterKind = {
  help: `Usage: … basic [ match EMATCH ] [ classid CLASSID ] [ action ACTION … ] [ police POLICE ]
EMATCH := [ not ] MATCH [ { and | or } EMATCH ] | ( EMATCH )
MATCH := { cmp | nbyte | u32 | meta | canid | ipset }(…)    e.g. 'cmp(u16 at 3 layer 2 mask 0xff00 gt 20) and not meta(vlan eq 5)'\n`,
  read(words, reading) {
    const handle = numberHandle(words, reading.handle)
    if (words.done) return { handle }
    const options = readOptions(words, { match: match(reading), classid: classId, ...actionWords(reading) })
    return { handle, options }
  },
  print(sheet, options, view) {
    addHandle(sheet, view.handle)
    addFlow(sheet, options.classId)
    if (options.ematches) printEmatches(sheet, options.ematches, view.names)
    addOutcome(sheet, options, view)
  },
}

export const cgroup: FilterKind = {
  help: `Usage: … cgroup [ match EMATCH ] [ action ACTION … ] [ police POLICE ]     (EMATCH: see basic)\n`,
  read(words, reading) {
    const handle = numberHandle(words, reading.handle)
    const options = readOptions(words, { match: match(reading), ...actionWords(reading) })
    return { handle, options }
  },
  print(sheet, options, view) {
    addHandle(sheet, view.handle)
    if (options.ematches) printEmatches(sheet, options.ematches, view.names)
    addOutcome(sheet, options, view, { police: '\n' })
  },
}
