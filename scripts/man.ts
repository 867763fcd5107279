// Makes man/nl-dump.1 and man/netloom.1 from the tables that the commands' own help is made from: `tsx scripts/man.ts`.
// test/dump/man.test.ts fails when a page is not what this makes.
import { writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { INPUTS, optionText } from '../src/dump/commands/help.ts'
import { COMMANDS } from '../src/dump/commands/index.ts'
import { COMMON, type Options } from '../src/dump/commands/options.ts'
import { netloomPage } from './man-netloom.ts'
import { paragraph, plain } from './troff.ts'

function optionList(options: Options): string {
  return Object.entries(options)
    .map(([name, option]) => `.TP\n.B ${plain(optionText(name, option))}\n${paragraph(option.help)}`)
    .join('\n')
}

const example = (text: string): string => `.RS\n.nf\n${plain(text)}\n.fi\n.RE`

/** The page. */
export async function nlDumpPage(): Promise<string> {
  const sections = [
    '.\\" Made by scripts/man.ts from the tables of src/dump/commands/.',
    '.TH NL\\-DUMP 1 "" netloom "User Commands"',
    `.SH NAME\nnl\\-dump \\- explain netlink messages`,
    `.SH SYNOPSIS\n${Object.values(COMMANDS)
      .flatMap(({ usage }) => usage.map(form => `.B nl\\-dump\n${plain(form)}\n.br`))
      .join('\n')}`,
    `.SH DESCRIPTION\nShows what Linux's netlink messages say: links, addresses, routes, and what the kernel answers. A line a message; answers beside their requests, with the time between; errors explained, the attribute that the kernel points at underlined in the request's bytes.\n.PP\n${paragraph(INPUTS)}`,
    '.SH COMMANDS',
  ]
  for (const [name, { summary, about, examples, load }] of Object.entries(COMMANDS)) {
    const { command } = await load()
    sections.push(
      `.SS ${plain(name)}\n${paragraph(summary)}.`,
      ...(about === undefined ? [] : [`.PP\n${paragraph(about)}`]),
      optionList(command.options),
      `.PP\n${examples.map(example).join('\n')}`,
    )
  }
  sections.push(
    `.SH OPTIONS OF EVERY COMMAND\n${optionList(COMMON)}`,
    `.SH FILTERS
A filter is made of tests,
.BR && ,
.BR || ,
.B !
and parentheses. A test is a name, a comparison and a value; a name alone asks whether it is there.
.PP
A name is the key of a field or attribute as the library has it
.RB ( linkInfo ),
or the kernel's
.RB ( IFLA_LINKINFO ),
with or without its prefix, at any depth; or a path of them,
.BR linkInfo.kind .
Of the message itself there are
.BR type ,
.BR protocol ,
.BR family ,
.BR direction ,
.BR seq ,
.BR port ,
.BR length ,
.BR nlflags ,
.B error
and
.BR said .
.PP
.BR = \\ and\\  !=
compare texts, in which * and ? stand for any text and any character, and numbers, decimal or hexadecimal;
.BR ~ \\ and\\  !~
match a regular expression;
.BR < ", " <= ", " > ", " >=
compare numbers. Where there are several of a name, one that fits is enough. Values with spaces or signs stand in quotes.`,
    `.SH EXIT STATUS\n.TP\n.B 0\nall was read; check: and is the same; diff: and does not differ; replay: and is answered the same\n.TP\n.B 1\nsomething is broken, missing or differs\n.TP\n.B 2\nwrong usage`,
    `.SH ENVIRONMENT\n.TP\n.B NO_COLOR\nwhen set, and not empty, no colours are used but with\n.BR \\-\\-color\\ always .`,
    `.SH SEE ALSO\n.BR netloom (1),\n.BR ip (8),\n.BR netlink (7),\n.BR rtnetlink (7),\n.BR strace (1)`,
  )
  return `${sections.join('\n')}\n`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const [name, page] of [
    ['nl-dump.1', await nlDumpPage()],
    ['netloom.1', netloomPage()],
  ] as const)
    writeFileSync(fileURLToPath(new URL(`../man/${name}`, import.meta.url)), page)
