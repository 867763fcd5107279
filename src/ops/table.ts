// Routing tables as options give them. The headers of routes and rules have 8 bits for a table; an attribute has 32.
import { InvalidValueError } from '../netlink/table.ts'
import { wordValue } from '../netlink/words.ts'
import type { Route } from '../route/route.ts'
import { RT_TABLE } from '../route/routing-words.ts'

/** `main`, `local`, `default`, or a number. */
export type RouteTable = NonNullable<Route['table']>

/** The table in the header: itself, or unspec where the attribute must say it. */
export function narrow(table: RouteTable): RouteTable {
  return tableNumber(table) > 255 ? 'unspec' : table
}

/** The number of a table. */
export function tableNumber(table: RouteTable): number {
  try {
    return wordValue(RT_TABLE, table)
  } catch (error) {
    throw new InvalidValueError(['table'], (error as Error).message)
  }
}
