// The commands of nl-dump, in the order in which help lists them.
import type { Listed } from './command.ts'

export const COMMANDS: Readonly<Record<string, Listed>> = {
  show: {
    usage: ['[show] [options] FILE…'],
    summary: 'every message; what nl-dump does without a command',
    examples: [
      'nl-dump fixtures/link/add-veth.hex',
      `nl-dump --json capture.pcap | jq 'select(.type == "RTM_NEWLINK")'`,
      'echo 2000000010000500000000000000000000000000000000000000000000000000 | nl-dump --hex -',
    ],
    load: () => import('./show.ts'),
  },
  check: {
    usage: ['check [options] FILE…'],
    summary: 'makes every message again from what was read, and compares; prints a JSON object',
    examples: ['nl-dump check capture.pcap', "nl-dump check fixtures/*/*.hex | jq '.failures[]'"],
    load: () => import('./check.ts'),
  },
}
