// buffer-layout with types: the package ships none, and what we use of it is small.
// @ts-expect-error buffer-layout 1.2 has no declarations; the interface below states the part that we use
import untyped from 'buffer-layout'

/** A declared run of bytes: how many (span), and under which property of a structure. */
export interface Layout<T> {
  readonly span: number
  readonly property?: string
  decode(b: Uint8Array, offset?: number): T
}

export interface Structure extends Layout<Record<string, unknown>> {
  offsetOf(property: string): number | undefined
}

interface BufferLayout {
  readonly Layout: abstract new (
    span: number,
    property?: string,
  ) => { readonly span: number; readonly property?: string }
  u8(property: string): Layout<number>
  u16(property: string): Layout<number>
  u32(property: string): Layout<number>
  u16be(property: string): Layout<number>
  u32be(property: string): Layout<number>
  s8(property: string): Layout<number>
  s16(property: string): Layout<number>
  s32(property: string): Layout<number>
  s32be(property: string): Layout<number>
  blob(length: number, property: string): Layout<Uint8Array>
  struct(fields: readonly Layout<unknown>[], property?: string): Structure
}

export const layouts: BufferLayout = untyped
