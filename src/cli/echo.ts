// `-echo`: what the kernel made of a change is shown as a monitor would tell it.
import type { Message } from '../netlink/table.ts'
import type { Echo, Session } from './session.ts'
import { finish, type Sheet } from './sheet.ts'

interface Told<T> {
  readonly item: T
  readonly deleted: boolean
}

/** How the objects of a message are echoed; `removed` is the type that tells of one that is gone. */
export const echoOf = <M extends Message<any, any, any>>(
  session: Session,
  message: M,
  removed: number,
  sheetOf: (item: ReturnType<M['decode']>, deleted: boolean) => Sheet,
): Echo => ({
  decode: (type, v, b, p, end): Told<ReturnType<M['decode']>> => ({
    item: message.decode(v, b, p, end) as ReturnType<M['decode']>,
    deleted: type === removed,
  }),
  print: ({ item, deleted }: Told<ReturnType<M['decode']>>) => finish([sheetOf(item, deleted)], session.show),
})
