// What a kind of qdisc, filter or action brings: how its words are read and how its options are shown. Each stands in a
// file of its own, and in the list of its folder.
import type { Session } from '../session.ts'
import type { Names, Sheet, Show } from '../sheet.ts'
import type { Words } from '../words.ts'

/** What readers know besides the words. */
export interface Reading {
  readonly session: Session
  /** The command's device, where one was said before the kind. */
  readonly dev: string | undefined
  /** Of a class: the command makes it (`add`), and does not change one that may be there. */
  readonly fresh?: boolean
}

/** What printers know besides the object. */
export interface View {
  readonly show: Show
  readonly names: Names
}

export interface QdiscKind {
  /** Its words, without what stands before the kind. */
  readonly help: string
  /** Options of the qdisc for tc.qdisc.add; undefined: none are sent. Left out: the kind has none. */
  read?(words: Words, reading: Reading): unknown
  /** What is said of a word where it has none; `%` stands for the word. */
  readonly unread?: string
  /** Options of a class. Left out: the kind is classless. */
  readClass?(words: Words, reading: Reading): unknown
  print?(sheet: Sheet, options: any, view: View): void
  /** As `print`, where it is left out. */
  printClass?(sheet: Sheet, options: any, view: View): void
  /** What is counted beside the counters that all have. */
  printStats?(sheet: Sheet, stats: any, view: View): void
}

/** What a filter says besides its options. */
export interface FilterRead {
  readonly handle?: number | undefined
  readonly options?: object | undefined
}

export interface FilterKind {
  readonly help: string
  /** `handle` as it was written before the kind. */
  read(
    words: Words,
    reading: Reading & { readonly handle: string | undefined; readonly protocol: string | number },
  ): FilterRead
  print(sheet: Sheet, options: any, view: View & { readonly handle: number; readonly protocol: string | number }): void
}

/** An action for tc.action.add: its options, and where it takes them itself the attributes beside them. */
export interface ActionKind {
  readonly help: string
  /** Reads as far as its words go; what stands behind them is the next action's or the filter's. */
  read(words: Words, reading: Reading): object
  print(sheet: Sheet, options: any, view: View): void
}
