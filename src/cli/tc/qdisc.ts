// `tc qdisc`: add, change, replace, link, delete, show, in tc's grammar.
import type { Request } from '../../netlink/request.ts'
import type { SizeTable } from '../../ops/tc/psched.ts'
import * as qdiscOps from '../../ops/tc/qdisc.ts'
import { readCommand } from '../grammar.ts'
import type { Session } from '../session.ts'
import { finish } from '../sheet.ts'
import { duplicate, expected, type Keywords, once, short, type Words, whole } from '../words.ts'
import {
  DEV,
  deviceIndex,
  ESTIMATOR,
  HELP,
  kindUsage,
  objectOf,
  PARENT,
  type Place,
  parentWord,
  qdiscHandle,
  readChoice,
  readPlace,
  tcUsage,
} from './place.ts'
import { printQdisc } from './print-qdisc.ts'
import { QDISCS } from './qdiscs/index.ts'
import { linkLayer, signed, u32 } from './values.ts'

export const QDISC_HELP = `Usage: % qdisc { add | change | replace | link } dev DEVICE [ handle QHANDLE ]
	[ root | ingress | clsact | parent CLASSID ] [ estimator INTERVAL TIME_CONSTANT ]
	[ stab [ mtu BYTES ] [ tsize SLOTS ] [ mpu BYTES ] [ overhead BYTES ] [ linklayer TYPE ] ]
	[ ingress_block INDEX ] [ egress_block INDEX ] [ QDISC_KIND [ help | OPTIONS ] ]
       % qdisc delete dev DEVICE [ handle QHANDLE ] [ root | ingress | clsact | parent CLASSID ]
       % qdisc [ show [ dev DEVICE ] [ root | ingress | clsact | parent CLASSID ] [ handle QHANDLE ] [ invisible ] ]
QHANDLE := 1:    CLASSID := 1:10    (hexadecimal digits)
TYPE := { ethernet | atm | adsl }
OPTIONS := … % qdisc add KIND help
`

/** In tc's order: `a` is `add`, `s` is `show`. */
const COMMANDS = ['add', 'change', 'replace', 'link', 'delete', 'list', 'show', 'lst', 'help']

/** Runs `tc qdisc …`. */
export function qdiscCommand(words: Words, session: Session): void {
  const command = words.done ? 'show' : readCommand(words, objectOf(words, 'qdisc'), COMMANDS)
  const run: Readonly<Record<string, () => void>> = {
    add: () => modify(words, session, qdiscOps.add),
    change: () => modify(words, session, qdiscOps.change),
    replace: () => modify(words, session, qdiscOps.replace),
    link: () => modify(words, session, ({ dev, parent, handle }) => qdiscOps.link({ dev, parent, handle })),
    delete: () =>
      modify(words, session, ({ dev, parent, handle, kind }) => qdiscOps.delete({ dev, parent, handle, kind })),
    help: () => help(words)(),
  }
  ;(run[command] ?? (() => show(words, session)))()
}

const help = (words: Words) => (): never => {
  throw tcUsage(words, QDISC_HELP)
}

interface QdiscPlace extends Place {
  sizeTable?: SizeTable
  ingressBlock?: number
  egressBlock?: number
}

const block = (key: 'ingressBlock' | 'egressBlock', name: string) =>
  whole<QdiscPlace>((words, place) => {
    if (place[key] !== undefined) throw duplicate(words, name)
    const text = words.take('the number of a block')
    if (!/^\d+$/.test(text)) throw words.wrong(`invalid ${name.replace('_', ' ')} index value`, 'a number from 1')
    place[key] = Number(text)
  })

const PLACE: Keywords<QdiscPlace> = {
  dev: DEV,
  handle: whole(once<QdiscPlace, 'handle'>('handle', 'handle', qdiscHandle)),
  root: parentWord('root'),
  clsact: parentWord('clsact', 'ingress', 'Error: "clsact" is a duplicate parent ID'),
  ingress: parentWord('ingress', 'ingress', 'Error: "ingress" is a duplicate parent ID'),
  parent: PARENT,
  estimator: ESTIMATOR,
  stab: short((words, place) => void (place.sizeTable = readSizeTable(words))),
  ingress_block: block('ingressBlock', 'ingress_block'),
  egress_block: block('egressBlock', 'egress_block'),
  help: HELP,
}
/** Parents that are kinds too: what follows is the kind's. */
const KINDS_TOO = new Set(['clsact', 'ingress'])

const SIZES = ['mtu', 'mpu', 'overhead', 'tsize', 'linklayer']

/** Words as long as they are of a size table. */
function readSizeTable(words: Words): SizeTable {
  const found: Record<string, unknown> = {}
  const keys: Readonly<Record<string, string>> = { mpu: 'minimumPacket', tsize: 'tableSize', linklayer: 'linkLayer' }
  for (let name = sizeWord(words); name !== undefined; name = sizeWord(words)) {
    words.take()
    const read = name === 'linklayer' ? linkLayer : name === 'overhead' ? signed : u32
    found[keys[name] ?? name] = read(words, name)
  }
  return found
}
const sizeWord = (words: Words): string | undefined =>
  words.next && SIZES.find(name => name === words.next || (words.next!.length > 2 && name.startsWith(words.next!)))

function modify(words: Words, session: Session, op: (settings: qdiscOps.QdiscSettings) => Request<void>): void {
  const place: QdiscPlace = { help: help(words) }
  const kind = readPlace(words, PLACE, place, KINDS_TOO)
  const options = kind === undefined ? undefined : readOptions(words, session, kind, place)
  const {
    parent = kind !== undefined && KINDS_TOO.has(kind) ? undefined : 'none',
    handle,
    estimator,
    sizeTable,
  } = place
  session.apply(
    op({
      dev: deviceIndex(words, session, place.dev),
      parent,
      handle,
      kind: kind as string,
      options: options as object,
      estimator,
      sizeTable,
      ingressBlock: place.ingressBlock,
      egressBlock: place.egressBlock,
    }),
  )
}

function readOptions(words: Words, session: Session, kind: string, { dev }: Place): unknown {
  const known = Object.hasOwn(QDISCS, kind) ? QDISCS[kind] : undefined
  if (words.next === 'help') throw known ? kindUsage(known.help) : tcUsage(words, QDISC_HELP)
  if (known?.read) return known.read(words, { session, dev })
  if (words.done) return undefined
  const word = words.take()
  if (known?.unread !== undefined) throw words.fail(known.unread.replace('%', word), `${kind} has no options`)
  throw words.fail(`Unknown qdisc "${kind}", hence option "${word}" is unparsable`, expected(kind, Object.keys(QDISCS)))
}

// ── show ───────────────────────────────────────────────────────────────────

interface Choice extends Place {
  invisible?: boolean
}
const CHOICE: Keywords<Choice> = {
  dev: DEV,
  root: parentWord('root'),
  ingress: parentWord('ingress'),
  clsact: parentWord('clsact', 'ingress'),
  handle: whole((words, place) => void (place.handle = qdiscHandle(words))),
  parent: PARENT,
  invisible: short((_, choice) => void (choice.invisible = true)),
  help: HELP,
}

function show(words: Words, session: Session): void {
  const choice = readChoice<Choice>(words, 'qdisc', CHOICE, { help: help(words) })
  const dev = choice.dev === undefined ? undefined : session.device(choice.dev).index
  const { parent, handle, invisible } = choice
  const found = session.run(qdiscOps.list({ dev, parent, handle, invisible }))
  const sheets = found.map(qdisc => printQdisc(qdisc, { show: session.show, names: session, dev }))
  session.print(finish(sheets, session.show))
}
