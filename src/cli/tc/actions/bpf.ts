// bpf: a program tells the verdict.
import { addLoaded, bytecodeJson, bytecodeText, loaded, noMode, programWords } from '../bytecode.ts'
import type { ActionKind } from '../kind.ts'
import { readWhile } from './read.ts'
import { addPlace, addTimes, addVerdict } from './verdict.ts'

export const bpf: ActionKind = {
  help: `Usage: … action bpf { bytecode BYTECODE | bytecode-file FILE | object-pinned PATH | OBJECT } [ VERDICT ] [ index INDEX ]
BYTECODE := COUNT,CODE JT JF K,…
OBJECT := object-file FILE [ section NAME {action} ] [ program NAME ] [ verbose ]
	VERDICT   where the program says continue {pipe}\n`,
  read(words, { session }) {
    const { program, action, index } = readWhile(words, programWords(session, 'sched_act'), 'bpf', 'pipe')
    if (program === undefined) {
      words.take('a program')
      throw noMode(words)
    }
    return { ...loaded(program), parameters: { index, action } }
  },
  print(sheet, options, view) {
    const { parameters, ops, name, times } = options
    if (!parameters) return
    sheet.add('kind', 'bpf', 'bpf ')
    if (name !== undefined) sheet.add('bpf_name', name, `${name} `)
    if (ops) sheet.add('bytecode', bytecodeJson(ops), `bytecode '${bytecodeText(ops)}' `)
    addLoaded(sheet, options, view)
    addVerdict(sheet, parameters.action, 'default-action ')
    addPlace(sheet, parameters, `${sheet.newline}\t `)
    addTimes(sheet, times)
    sheet.say('\n ')
  },
}
