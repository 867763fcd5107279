// Which table reads the attributes inside an attribute.
import type { Codec } from '../netlink/codec.ts'
import type { Table } from '../netlink/table.ts'

interface Nesting {
  readonly many?: Nesting
  readonly table?: () => Table
}

/** The table of a nest, or of each of several; undefined for what has no attributes of one table inside. */
export function nestTable(codec: Codec<any, any> | undefined): Table | undefined {
  const nesting = codec as Nesting | undefined
  return (nesting?.many ?? nesting)?.table?.()
}
