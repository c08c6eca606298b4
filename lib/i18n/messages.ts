import 'server-only'
import enActions from './messages/en/actions.json'
import enDemo from './messages/en/demo.json'
import enErrors from './messages/en/errors.json'
import enOverview from './messages/en/overview.json'
import enRunbooks from './messages/en/runbooks.json'
import enSet from './messages/en/set.json'
import enShell from './messages/en/shell.json'
import enStates from './messages/en/states.json'
import enWaiting from './messages/en/waiting.json'
import zhActions from './messages/zh-CN/actions.json'
import zhDemo from './messages/zh-CN/demo.json'
import zhErrors from './messages/zh-CN/errors.json'
import zhOverview from './messages/zh-CN/overview.json'
import zhRunbooks from './messages/zh-CN/runbooks.json'
import zhSet from './messages/zh-CN/set.json'
import zhShell from './messages/zh-CN/shell.json'
import zhStates from './messages/zh-CN/states.json'
import zhWaiting from './messages/zh-CN/waiting.json'
import type { Locale } from './locales'

export type MessageTree = { [key: string]: string | MessageTree }

const catalogues: Record<Locale, MessageTree> = {
  en: {
    actions: enActions,
    demo: enDemo,
    errors: enErrors,
    overview: enOverview,
    runbooks: enRunbooks,
    set: enSet,
    shell: enShell,
    states: enStates,
    waiting: enWaiting,
  },
  'zh-CN': {
    actions: zhActions,
    demo: zhDemo,
    errors: zhErrors,
    overview: zhOverview,
    runbooks: zhRunbooks,
    set: zhSet,
    shell: zhShell,
    states: zhStates,
    waiting: zhWaiting,
  },
}

/** The whole catalogue of a language: one file per feature, keyed by the file's name. */
export function messagesOf(locale: Locale): MessageTree {
  return catalogues[locale]
}

/**
 * What every page gives to the browser: all but the runbooks, which are long and belong to their own page; of those
 * only the titles and what is said where one matches.
 */
export function clientMessages(locale: Locale): MessageTree {
  const { runbooks, ...messages } = catalogues[locale]
  const short: MessageTree = {}
  for (const [id, runbook] of Object.entries(typeof runbooks === 'object' ? runbooks : {})) {
    if (typeof runbook !== 'object') continue
    const { title, finding } = runbook
    short[id] = { ...(title ? { title } : {}), ...(finding ? { finding } : {}) }
  }
  return { ...messages, runbooks: short }
}
