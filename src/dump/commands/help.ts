// The help texts, made from the tables of commands and options.
import type { Command, Listed } from './command.ts'
import { COMMANDS } from './index.ts'
import { COMMON, type Option, type Options } from './options.ts'

export const INPUTS = `FILE is told by its content: pcap or pcapng captured on an nlmon device; the text of 'strace -e read=all -e write=all';
what rtmon or 'ip monitor file' records; messages as they are in memory; or hexadecimal text: a datagram a line ('>'
sent, '<' received, '#' comments), xxd, hexdump -C, tcpdump -x, tshark -x, or bytes as C, Go, Rust and Python have them.
'-' is standard input. A file that is called like a command is './check'.
`
const STATUS = `exit status: 0 all was read (check: and is identical, replay: and is answered the same), 1 something is broken,
missing or differs, 2 wrong usage
`

const LEFT = 25

/** `  --color WHEN             always, never …`, wrapped. */
function row(left: string, right: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of right.split(' ')) {
    if (line !== '' && LEFT + line.length + 1 + word.length > 120) {
      lines.push(line)
      line = word
    } else line += `${line === '' ? '' : ' '}${word}`
  }
  const [first, ...rest] = [...lines, line]
  return [`  ${left.padEnd(LEFT - 3)} ${first}`, ...rest.map(text => ' '.repeat(LEFT) + text)].join('\n')
}

/** `-v, --verbose`, `--color WHEN` */
export const optionText = (name: string, { short, value }: Option): string =>
  `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`

const optionRows = (options: Options): string =>
  Object.entries(options)
    .map(([name, option]) => row(optionText(name, option), option.help))
    .join('\n')

const examplesText = (examples: readonly string[]): string =>
  `examples:\n${examples.map(example => `  ${example}\n`).join('')}`

/** `nl-dump --help` */
export function programHelp(show: Command): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => row(name, summary))
  return [
    'nl-dump explains netlink messages: links, addresses, routes, and what the kernel answers.\n',
    `usage: nl-dump [options] FILE…          show every message
       nl-dump COMMAND [options] …      see nl-dump COMMAND --help\n`,
    `commands:\n${commands.join('\n')}\n`,
    INPUTS,
    `options:\n${optionRows({ ...show.options, ...COMMON })}\n`,
    STATUS,
    examplesText(COMMANDS['show']!.examples),
  ].join('\n')
}

/** `nl-dump COMMAND --help` */
export function commandHelp(name: string, { usage, summary, about, examples }: Listed, { options }: Command): string {
  return [
    `nl-dump ${name}: ${summary}\n`,
    `usage: ${usage.map(form => `nl-dump ${form}\n`).join('       ')}`,
    ...(about === undefined ? [] : [`${about.trimEnd()}\n`]),
    `options:\n${optionRows({ ...options, ...COMMON })}\n`,
    examplesText(examples),
  ].join('\n')
}
