// `tc class`: add, change, replace, delete, show, in tc's grammar.
import type { Request } from '../../netlink/request.ts'
import * as classOps from '../../ops/tc/class.ts'
import { USAGE } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import type { Session } from '../session.ts'
import { finish } from '../sheet.ts'
import { duplicate, expected, type Keywords, once, type Words, whole } from '../words.ts'
import { classGraph } from './graph.ts'
import {
  DEV,
  deviceIndex,
  ESTIMATOR,
  HELP,
  handleOf,
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
import { printClass } from './print-class.ts'
import { QDISCS } from './qdiscs/index.ts'

export const CLASS_HELP = `Usage: % class { add | change | replace } dev DEVICE [ classid CLASSID ] [ root | parent CLASSID ]
	[ estimator INTERVAL TIME_CONSTANT ] [ QDISC_KIND [ help | OPTIONS ] ]
       % class delete dev DEVICE classid CLASSID
       % class [ show dev DEVICE [ root | parent CLASSID ] [ qdisc QHANDLE ] [ classid CLASSID ] ]
CLASSID := 1:10   QHANDLE := 1:   (hexadecimal digits)
OPTIONS := … % class add KIND help
`
/** In tc's order. */
const COMMANDS = ['add', 'change', 'replace', 'delete', 'list', 'show', 'lst', 'help']

/** Runs `tc class …`. */
export function classCommand(words: Words, session: Session): void {
  const command = words.done ? 'show' : readCommand(words, objectOf(words, 'class'), COMMANDS)
  const run: Readonly<Record<string, () => void>> = {
    add: () => modify(words, session, classOps.add, true),
    change: () => modify(words, session, classOps.change),
    replace: () => modify(words, session, classOps.replace),
    delete: () => modify(words, session, ({ dev, classId = 'none' }) => classOps.delete({ dev, classId })),
    help: () => help(words)(),
  }
  ;(run[command] ?? (() => show(words, session)))()
}

const help = (words: Words) => (): never => {
  throw tcUsage(words, CLASS_HELP)
}

interface ClassPlace extends Place {
  classId?: string
}

const CLASSID = whole<ClassPlace>((words, place) => {
  const text = words.take('a class (1:10)')
  if (place.classId !== undefined) throw duplicate(words, 'classid')
  place.classId = handleOf(words, text, 'invalid class ID')
})

const PLACE: Keywords<ClassPlace> = {
  dev: DEV,
  classid: CLASSID,
  handle: whole(words => {
    throw words.fail('Error: try "classid" instead of "handle"', 'did you mean classid?', USAGE)
  }),
  root: parentWord('root', 'root', 'Error: "root" is duplicate parent ID.'),
  parent: PARENT,
  estimator: ESTIMATOR,
  help: HELP,
}

function modify(
  words: Words,
  session: Session,
  op: (settings: classOps.ClassSettings) => Request<void>,
  fresh = false,
): void {
  const place: ClassPlace = { help: help(words) }
  const kind = readPlace(words, PLACE, place)
  const options = kind === undefined ? undefined : readOptions(words, session, kind, place, fresh)
  const { classId, parent, estimator } = place
  const dev = deviceIndex(words, session, place.dev)
  session.apply(op({ dev, classId, parent, kind: kind as string, options: options as object, estimator }))
}

function readOptions(words: Words, session: Session, kind: string, { dev }: Place, fresh: boolean): unknown {
  const known = Object.hasOwn(QDISCS, kind) ? QDISCS[kind] : undefined
  if (words.next === 'help') throw known ? kindUsage(known.help) : tcUsage(words, CLASS_HELP)
  if (known?.readClass) return known.readClass(words, { session, dev, fresh })
  // tc has no word for a kind that is not there, and says the same.
  throw words.fail(`Error: Qdisc "${kind}" is classless.`, known ? undefined : expected(kind, CLASSFUL))
}
const CLASSFUL = Object.keys(QDISCS).filter(kind => QDISCS[kind]!.readClass)

// ── show ───────────────────────────────────────────────────────────────────

interface Choice extends ClassPlace {
  qdisc?: string
}
const CHOICE: Keywords<Choice> = {
  dev: DEV,
  qdisc: whole(once<Choice, 'qdisc'>('qdisc', 'qdisc', qdiscHandle)),
  classid: CLASSID,
  root: parentWord('root'),
  parent: PARENT,
  help: HELP,
}

function show(words: Words, session: Session): void {
  const choice = readChoice<Choice>(words, 'class', CHOICE, { help: help(words) })
  const { dev, parent, qdisc, classId } = choice
  // Without a device the kernel has nothing to tell.
  const index = dev === undefined ? undefined : session.device(dev).index
  const all = index === undefined ? [] : session.run(classOps.list({ dev: index, parent }))
  const found = all.filter(
    item =>
      (qdisc === undefined || item.handle.startsWith(qdisc)) && (classId === undefined || item.handle === classId),
  )
  const view = { show: session.show, names: session, dev: index, qdisc }
  if (session.show.graph) {
    session.print(classGraph(all, view))
    return
  }
  session.print(
    finish(
      found.map(item => printClass(item, view)),
      session.show,
    ),
  )
}
