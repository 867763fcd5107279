// man/netloom.1, with the objects of the command's own table.
import { BRIDGE_OBJECTS, IP_OBJECTS, type Objects, OWN_OBJECTS, TC_OBJECTS } from '../src/cli/objects.ts'
import { paragraph, plain } from './troff.ts'

const list = (objects: Objects, before = ''): string =>
  Object.entries(objects)
    .map(([name, { about }]) => `.TP\n.B ${plain(before + name)}\n${paragraph(about)}`)
    .join('\n')

/** The page. */
export const netloomPage = (): string => `.\\" Made by scripts/man.ts, with the objects of src/cli/objects.ts.
.TH NETLOOM 1 "" netloom "User Commands"
.SH NAME
netloom \\- Linux networking in iproute2's grammar, over netlink
.SH SYNOPSIS
.B netloom
.RB [ \\-\\-rootless ]
.RI [ options ]
.I object
.RI [ command ]
.RI [ arguments ]
.br
.B netloom demo
.SH DESCRIPTION
Shows and changes links, addresses, routes and network namespaces, as
.BR ip (8),
.BR bridge (8),
.BR tc (8)
and
.B brctl
do, in their grammar: the same words, abbreviations, options, output and JSON. All of it is TypeScript that speaks
netlink to the kernel; no other program is run. Called by the name
.BR ip ,
.BR bridge ,
.B tc
or
.BR brctl ,
it is that program.
${OBJECTS}
.SH OPTIONS
The options are those of
.BR ip (8),
among them:
.TP
.BR \\-j ", " \\-json
JSON;
.B \\-p
makes it pretty
.TP
.BR \\-d ", " \\-details
more details
.TP
.BR \\-s ", " \\-statistics
statistics
.TP
.BR \\-br ", " \\-brief
a line an object
.TP
.BR \\-4 ", " \\-6
one family only
.TP
.BI \\-n " NAME"
in the network namespace of that name
.TP
.BI \\-b " FILE"
a command a line from a file;
.B \\-
is standard input
.TP
.B \\-\\-rootless
first of all words: run in user, mount, pid and network namespaces made for the command, as an ordinary user
.SH "EXIT STATUS"
.TP
.B 0
done
.TP
.B 1
wrong arguments
.TP
.B 2
the kernel said no
.TP
.B 255
usage
.SH FILES
.TP
.I /run/netns/NAME
a named network namespace, as iproute2 makes it: both work on the same ones
.TP
.I /etc/netns/NAME/
files that take the place of those in
.I /etc
for what runs in the namespace
.SH EXAMPLES
.nf
netloom netns add ns1
netloom link add veth1 type veth peer name veth2 netns ns1
netloom \\-n ns1 addr add 192.0.2.2/24 dev veth2
netloom \\-j \\-p addr show dev veth1
netloom netns exec ns1 ping 192.0.2.1
netloom \\-\\-rootless demo
.fi
.SH "SEE ALSO"
.BR nl\\-dump (1),
.BR ip (8),
.BR bridge (8),
.BR tc (8),
.BR netlink (7),
.BR rtnetlink (7),
.BR network_namespaces (7)
`

const OBJECTS = `.SH OBJECTS
.B netloom help
lists the objects that there are, and
.B netloom
.I object
.B help
says what can be done with one. They can be abbreviated as with
.BR ip (8).
${list(IP_OBJECTS)}
.SS Beyond ip
${list(OWN_OBJECTS)}
.SS Of bridge
${list(BRIDGE_OBJECTS, 'bridge ')}
.SS Of tc
${list(TC_OBJECTS, 'tc ')}`
