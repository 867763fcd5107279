// Summaries of messages that are read where they lie (outline.ts): the same as summaryOf makes, written as bytes. Each
// row's parts become writers once.
import type { ByteText } from '../netlink/byte-text.ts'
import type { Outline, Place } from '../netlink/outline.ts'
import type { Message } from '../netlink/table.ts'
import { utf8Bytes } from '../netlink/text.ts'
import type { Names, Reference } from './names.ts'
import { pairText, unknownText, valueText } from './short-text.ts'
import {
  type Form,
  type Manner,
  otherName,
  type Part,
  type Path,
  type Placeholder,
  pathText,
  planOf,
  restValue,
  type View,
} from './summary.ts'
import { ABSENT, isWritten, REFUSED, WRITTEN, type Write, type Written, writerOf } from './writers.ts'

interface FormWriter {
  /** Without the attribute of this slot it cannot be shown; -1: there is no such. */
  readonly need: number
  /** Texts and values in turn. */
  readonly texts: readonly Uint8Array[]
  readonly values: readonly Write[]
}
type PartWriter = readonly FormWriter[]

const REFERENCES: ReadonlySet<string> = new Set<Reference>(['link', 'fd', 'pid', 'nsid'])
/** Formats that ask for nothing but the value. */
const OWN_FORMATS: ReadonlySet<string | undefined> = new Set([undefined, 'hex', 'words'])

export class SummaryWriter {
  private readonly outline: Outline
  private readonly view: View
  private readonly parts: readonly PartWriter[]
  private readonly request: readonly PartWriter[]
  private readonly rests = new Map<Place, Write>()

  /** For what `outline`, of this message, has read last. */
  constructor(message: Message<any, any, any>, outline: Outline, names: Names | undefined) {
    this.outline = outline
    this.view = { values: outline, plan: planOf(message), names }
    this.parts = this.view.plan.parts.map(part => this.part(part))
    this.request = this.view.plan.request.map(part => this.part(part))
  }

  /** What the message is about, a space before each word. */
  write({ isRequest, isQuestion }: Manner, to: ByteText): void {
    this.writeParts(this.parts, isQuestion, to)
    if (isRequest) this.writeParts(this.request, isQuestion, to)
    if (isRequest || !this.view.plan.summary) this.writeRest(to)
    for (const unknown of this.outline.unknown()) to.text(` ${unknownText(unknown)}`)
  }

  private writeParts(parts: readonly PartWriter[], isQuestion: boolean, to: ByteText): void {
    const { at } = this.outline
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!
      for (let k = 0; k < part.length; k++) {
        const form = part[k]!
        // Most parts are of attributes that a message has not.
        if (form.need >= 0 && at[form.need] === 0) continue
        if (this.writeForm(form, isQuestion, to)) break
      }
    }
  }

  private writeForm({ texts, values }: FormWriter, isQuestion: boolean, to: ByteText): boolean {
    const { outline } = this
    if (values.length === 0 && isQuestion) return false
    const before = to.length
    to.add(texts[0]!)
    for (let i = 0; i < values.length; i++) {
      if (values[i]!(outline, to) !== WRITTEN) {
        to.length = before
        return false
      }
      if (texts[i + 1]!.length > 0) to.add(texts[i + 1]!)
    }
    return true
  }

  /** What no part names. */
  private writeRest(to: ByteText): void {
    const { outline, view, rests } = this
    for (const place of outline.places()) {
      if (view.plan.named.has(place.key)) continue
      let write = rests.get(place)
      if (write === undefined) rests.set(place, (write = this.restWriter(place)))
      write(outline, to)
    }
  }

  private part(part: Part): PartWriter {
    return part.map(form => this.form(form))
  }

  private form({ texts, placeholders }: Form): FormWriter {
    const places = placeholders.flatMap(({ paths }) => (paths.length === 1 ? paths.map(({ place }) => place) : []))
    return {
      need: places.find(({ slot, field }) => slot >= 0 && !field)?.slot ?? -1,
      texts: texts.map(text => utf8Bytes(text)),
      values: placeholders.map(placeholder => this.value(placeholder)),
    }
  }

  private value(placeholder: Placeholder): Write {
    const writers = placeholder.paths.map(path => this.path(path, placeholder))
    const [first] = writers
    return writers.length === 1 ? first! : firstOf(writers)
  }

  private path(path: Path, placeholder: Placeholder): Write {
    const { view } = this
    const textOf = (): string | undefined => pathText(path, placeholder, view)
    if (path.keys.length > 1) return writerOf({ place: path.place, textOf, special: 'any', isOwn: false })
    const { format, unless } = placeholder
    const isZeroAlone = (path.zero === undefined || path.zero === 0) && (unless === undefined || unless.word === '0')
    const isNever = path.zero === undefined && unless === undefined && format === undefined
    const isReference = format !== undefined && REFERENCES.has(format)
    return writerOf({
      place: path.place,
      textOf,
      special: isNever ? 'never' : isZeroAlone && (isReference || format === undefined) ? 'zero' : 'any',
      isOwn: OWN_FORMATS.has(format) && unless?.path === undefined,
      nameOf: isReference ? value => otherName(format as Reference, value, view) : undefined,
    })
  }

  private restWriter(place: Place): Write {
    const { view } = this
    const { key } = place
    const zero = view.plan.zeros[key]
    const written: Written = {
      place,
      textOf() {
        const value = restValue(place, view)
        return value === undefined ? undefined : valueText(value)
      },
      special: zero === undefined ? 'never' : zero === 0 ? 'zero' : 'any',
      isOwn: true,
    }
    if (!isWritten(written))
      return (_outline, to) => {
        const value = restValue(place, view)
        if (value === undefined) return ABSENT
        to.text(` ${pairText(key, value, 0)}`)
        return WRITTEN
      }
    const begin = utf8Bytes(` ${key}=`)
    const write = writerOf(written)
    return (outline, to) => {
      const before = to.length
      to.add(begin)
      const outcome = write(outline, to)
      if (outcome !== WRITTEN) to.length = before
      return outcome
    }
  }
}

/** The first key that has a value decides. */
const firstOf =
  (writers: readonly Write[]): Write =>
  (outline, to) => {
    for (let i = 0; i < writers.length; i++) {
      const outcome = writers[i]!(outline, to)
      if (outcome !== ABSENT) return outcome
    }
    return REFUSED
  }
