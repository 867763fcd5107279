// The small ones: connmark, ctinfo (marks of connections), sample (some packets to programs), simple (a line in the log).
import { type Keywords, type Words, whole } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { type Found, parseNumber, unsigned, value } from '../values.ts'
import { readWhile } from './read.ts'
import { addEnd, addPlace, addTimes, addVerdict, ending } from './verdict.ts'

export const connmark: ActionKind = {
  help: `Usage: … action connmark [ zone ZONE ] [ VERDICT ] [ index INDEX ]\n`,
  read(words) {
    const { action, index, zone } = readWhile(words, { zone: value('zone', unsigned(10, 0xffff)) }, 'connmark', 'pipe')
    return { parameters: { index, action, zone } }
  },
  print(sheet, { parameters, times }) {
    if (!parameters) return
    sheet.add('kind', 'connmark', 'connmark ')
    sheet.add('zone', parameters.zone, `zone ${parameters.zone}`)
    addVerdict(sheet, parameters.action, ' ')
    addEnd(sheet, parameters, times)
  },
}

const optional = (words: Words, otherwise: number | undefined): number | undefined => {
  const found = words.next === undefined ? undefined : parseNumber(words.next)
  if (found === undefined) return otherwise
  words.take()
  return found
}
const CTINFO: Keywords<Found> = {
  dscp: whole((words, found) => {
    found['dscpMask'] = unsigned()(words, 'dscp mask')
    found['dscpStateMask'] = optional(words, undefined)
  }),
  cpmark: whole((words, found) => void (found['cpmarkMask'] = optional(words, 0xffffffff))),
  zone: whole((words, found) => void (found['zone'] = unsigned(10, 0xffff)(words, 'zone'))),
}
const hex = (mask: number): string => `0x${mask.toString(16).padStart(8, '0')}`

export const ctinfo: ActionKind = {
  help: `Usage: … action ctinfo [ dscp MASK [ STATEMASK ] ] [ cpmark [ MASK ] ] [ zone ZONE ] [ VERDICT ] [ index INDEX ]\n`,
  read(words) {
    const { action, index, ...found } = readWhile(words, CTINFO, 'ctinfo', 'pipe')
    const { zone, dscpMask, dscpStateMask, cpmarkMask } = found
    return { parameters: { index, action }, zone, dscpMask, dscpStateMask, cpmarkMask }
  },
  print(sheet, options) {
    const { parameters, zone = 0, dscpMask, dscpStateMask = 0, cpmarkMask, times } = options
    if (!parameters) return
    sheet.add('kind', 'ctinfo', 'ctinfo ')
    sheet.add('zone', zone, `zone ${zone}`)
    addVerdict(sheet, parameters.action, ' ')
    addPlace(sheet, parameters, `${sheet.newline}\t `)
    if (dscpMask !== undefined) {
      sheet.add('dscpmask', hex(dscpMask), ` dscp ${hex(dscpMask)}`)
      sheet.add('dscpstatemask', hex(dscpStateMask), ` ${hex(dscpStateMask)}`)
    }
    if (cpmarkMask !== undefined) sheet.add('cpmark', hex(cpmarkMask), ` cpmark ${hex(cpmarkMask)}`)
    addTimes(sheet, times)
    if (sheet.show.statistics > 0) {
      const { dscpSet, dscpError, cpmarkSet } = options
      if (dscpSet !== undefined) sheet.add('dscpset', dscpSet, ` DSCP set ${dscpSet}`)
      if (dscpError !== undefined) sheet.add('dscperror', dscpError, ` error ${dscpError}`)
      if (cpmarkSet !== undefined) sheet.add('cpmarkset', cpmarkSet, ` CPMARK set ${cpmarkSet}`)
    }
    sheet.say(sheet.newline)
  },
}

const SAMPLE: Keywords<Found> = {
  rate: value('rate', unsigned()),
  group: value('group', unsigned()),
  trunc: value('truncateTo', unsigned()),
}

export const sample: ActionKind = {
  help: `Usage: … action sample rate RATE group GROUP [ trunc BYTES ] [ VERDICT ] [ index INDEX ]
	one packet in RATE goes to the programs that listen to the psample GROUP\n`,
  read(words) {
    const { action, index, rate, group, truncateTo } = readWhile(words, SAMPLE, 'sample', 'pipe')
    if (!rate || group === undefined) throw words.fail(`param "${rate ? 'group' : 'rate'}" not set`, 'rate 100 group 7')
    return { parameters: { index, action }, rate, group, truncateTo }
  },
  print(sheet, { parameters, rate, group, truncateTo, times }) {
    if (!parameters) return
    sheet.add('kind', 'sample', 'sample ')
    sheet.add('rate', rate, `rate 1/${rate}`)
    sheet.add('group', group, ` group ${group}`)
    if (truncateTo !== undefined) sheet.add('trunc_size', truncateTo, ` trunc_size ${truncateTo}`)
    addVerdict(sheet, parameters.action, ' ')
    addEnd(sheet, parameters, times)
  },
}

export const simple: ActionKind = {
  help: `Usage: … action simple sdata STRING [ VERDICT ] [ index INDEX ]\n`,
  read(words) {
    if (words.take('sdata') !== 'sdata') throw words.fail(`simple: bad word ${words.last}`, 'sdata STRING')
    const data = words.take('a string')
    if (Buffer.byteLength(data) > 31)
      throw words.fail(`simple: Illegal string len ${Buffer.byteLength(data)}`, '31 bytes at most')
    const { action, index } = ending(words, 'simple', 'pipe')
    return { parameters: { index, action }, data }
  },
  print(sheet, { parameters, data, times }) {
    if (!parameters) return
    sheet.add('kind', 'simple', 'Simple ')
    sheet.add('sdata', data, `<${data}>`)
    addPlace(sheet, parameters, '\n\t ')
    addTimes(sheet, times)
    sheet.say(sheet.newline)
  },
}
