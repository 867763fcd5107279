// `nl-dump check FILE…`: makes every message again from what was read, and compares. Prints one JSON object.
import { Check } from '../check.ts'
import { Conversation } from '../conversation.ts'
import type { Command } from './command.ts'
import { eachDatagram, fileInput, type Problem } from './input.ts'
import { filesOf, protocolOf, READING } from './options.ts'

export const command: Command = {
  options: { json: { help: 'JSON, as it is anyway' }, ...READING },
  async run(given, io) {
    const protocol = protocolOf(given)
    const checker = new Check()
    for (const file of filesOf(given)) {
      const problem: Problem = (place, reason) => checker.failure({ file, ...(place ? { place } : {}), reason })
      await eachDatagram(fileInput(file, io), protocol, new Conversation(), problem, (messages, { place, bytes }) => {
        for (const message of messages) checker.message(file, place, message, bytes)
      })
    }
    await io.out(`${JSON.stringify(checker.result)}\n`)
    return checker.result.failures.length > 0 ? 1 : 0
  },
}
