import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from './client'
import { digest } from './digest'
import { openTarget, targetNames, type Target } from './target'

export type Exception =
  /** Keys of the answers that are not compared. */
  | { leavesOut: string[]; reason: string }
  /** Not asked of the demo at all. */
  | { notDemo: true; reason: string }

/** A title, what is asked, and what of the answers is not compared. The result is what both clusters have to agree on. */
export type Case = readonly [title: string, ask: (api: Client) => Promise<unknown>, exception?: Exception]

const recording = process.env.ORDINAL_CONTRACT_RECORD === '1'

const slug = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 50)
    .replace(/-$/, '')

/**
 * Asks the same of each target and compares the answers with those that Kubernetes 1.37.1 has given, in
 * recorded/{group}.json. All cases of a group share a namespace and what `before` puts there; names are each case's own.
 */
export function contract(group: string, cases: readonly Case[], before?: (api: Client) => Promise<void>): void {
  const file = path.join(import.meta.dirname, 'recorded', `${slug(group)}.json`)
  describe.each(targetNames())(`${group} on the %s cluster`, (name) => {
    const namespace = `wire-${slug(group)}-${process.pid}`
    const given: Record<string, unknown> = {}
    let recorded: Record<string, unknown> = {}
    let target: Target
    const client = (title: string) => new Client(target, namespace, slug(title))

    beforeAll(async () => {
      target = await openTarget(name)
      const api = client('before')
      await api.post('/api/v1/namespaces', { metadata: { name: namespace } })
      // Pods are refused until the namespace has its account.
      while ((await api.get(api.at('serviceaccounts', 'default'))).code !== 200) await sleep(100)
      await before?.(api)
      if (!recording) recorded = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
    })
    afterAll(async () => {
      if (recording && name === 'real') {
        const inOrder = Object.fromEntries(cases.map(([title]) => [title, given[title]]))
        await writeFile(file, `${JSON.stringify(inOrder, null, 2)}\n`)
      }
      await client('after').delete(`/api/v1/namespaces/${namespace}`)
      await target.close()
    })

    for (const [title, ask, exception] of cases) {
      const excepted = name === 'demo' && exception !== undefined && 'notDemo' in exception
      test.skipIf(excepted).concurrent(title, async () => {
        const answer = without(
          digest(await ask(client(title)), namespace),
          exception && 'leavesOut' in exception ? exception.leavesOut : [],
        )
        if (recording && name === 'real') given[title] = answer
        else expect(answer).toEqual(recorded[title])
      })
    }
  })
}

function without(tree: unknown, keys: string[]): unknown {
  if (Array.isArray(tree)) return tree.map((item) => without(item, keys))
  if (typeof tree !== 'object' || tree === null) return tree
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([key]) => !keys.includes(key))
      .map(([key, value]) => [key, without(value, keys)]),
  )
}
