import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser'
import { describe, expect, it } from 'vitest'
import short from '@/lib/i18n/messages/en/overview.json'
import { reasons } from '@/lib/statefulset/explain/reasons'

const argumentsOf = (text: string) =>
  parse(text).flatMap((element: MessageFormatElement) => (element.type === TYPE.argument ? [element.value] : []))

describe('what a set waits for, in a few words', () => {
  const words: Record<string, string> = short.waits

  it('has words for every reason, with no parameter that the reason does not carry', () => {
    for (const [reason, sentence] of Object.entries(reasons)) {
      // The catalogue holds groups of other words beside the sentences of reasons.
      if (typeof sentence !== 'string') continue
      const few = words[reason]
      expect(few, reason).toBeDefined()
      for (const name of argumentsOf(few ?? '')) expect(sentence, reason).toContain(`{${name}}`)
    }
  })
})
