// bpf: a program matches, and may tell the verdict itself.
import { whole } from '../../words.ts'
import { addLoaded, bytecodeJson, bytecodeText, loaded, programWords } from '../bytecode.ts'
import type { FilterKind, Reading } from '../kind.ts'
import { type Found, readOptions } from '../values.ts'
import { actionWords, addFlow, addHandle, addHardware, addOutcome, classId, HARDWARE, numberHandle } from './common.ts'

export const bpf: FilterKind = {
  help: `Usage: … bpf { bytecode BYTECODE | bytecode-file FILE | object-pinned PATH | OBJECT } [ direct-action ]
	[ classid CLASSID ] [ action ACTION … ] [ police POLICE ] [ skip_hw | skip_sw ]
BYTECODE := COUNT,CODE JT JF K,…
OBJECT := object-file FILE [ section NAME {classifier} ] [ program NAME ] [ verbose ]
	direct-action   the program's answer is the verdict\n`,
  read(words, reading) {
    const handle = numberHandle(words, reading.handle)
    if (words.done) return { handle }
    const table = {
      ...programWords(reading.session, 'sched_cls'),
      classid: classId,
      'direct-action': whole<Found>((_, all) => void (all['direct'] = true), 'da'),
      ...HARDWARE,
      ...actionWords(reading),
    }
    const found: Found = {}
    const unknown = (word: string): string => `What ${found['program'] ? '' : 'mode '}is "${word}"?`
    readOptions(words, table, { found, voice: { unknown } })
    const { flags, direct, classId: id, program, ...outcome } = found
    return {
      handle,
      options: {
        classId: id,
        ...outcome,
        ...loaded(program, offloadTo(reading, flags)),
        filterFlags: flags,
        flags: direct ? ['direct-action'] : undefined,
      },
    }
  },
  print(sheet, options, view) {
    const { classId: id, name, flags, filterFlags, ops } = options
    addHandle(sheet, view.handle)
    addFlow(sheet, id)
    if (name !== undefined) sheet.add('bpf_name', name, `${name} `)
    if (flags?.includes('direct-action')) sheet.add('direct-action', true, 'direct-action ')
    addHardware(sheet, filterFlags, '', ' ')
    if (ops) sheet.add('bytecode', bytecodeJson(ops), `bytecode '${bytecodeText(ops)}'`)
    addLoaded(sheet, options, view)
    addOutcome(sheet, options, view)
  },
}

/** The device that is to run the program, where the kernel is not. */
const offloadTo = ({ session, dev }: Reading, flags: readonly string[] = []): number | undefined =>
  flags.includes('skip_sw') && dev !== undefined ? session.device(dev).index : undefined
