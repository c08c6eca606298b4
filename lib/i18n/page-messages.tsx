import 'server-only'
import type { ReactNode } from 'react'
import { messagesOf, pickMessages } from './messages'
import { MoreMessages } from './provider'
import { requestLocale } from './request'

/** Sends the words that one page needs along with it, beside those that every page has. */
export async function PageMessages(props: { paths: readonly string[]; children: ReactNode }) {
  const messages = pickMessages(messagesOf(await requestLocale()), props.paths)
  return <MoreMessages messages={messages}>{props.children}</MoreMessages>
}
